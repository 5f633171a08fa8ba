// What the server rendered for the modules: the page's elements, data and addresses.
const NIL = "00000000-0000-0000-0000-000000000000";

export const byId = (id) => document.getElementById(id);

export function readPage(root = document) {
  return JSON.parse(root.getElementById("page-data").textContent);
}

// The address called `name`, with the id where it belongs.
export function url(name, id = NIL) {
  return byId("urls").dataset[name].replace(NIL, id);
}

// Says whose unsent text is kept in this browser.
export function storageName() {
  return byId("urls").dataset.storage;
}

// The websocket is beside the pages, on the same host.
export function socketAddress() {
  return new URL("/ws/chat/", location.href).href.replace(/^http/, "ws");
}

// What the address asks a new chat to remember; null leaves it to the reader's own settings.
export function askedMode(search = location.search) {
  return new URLSearchParams(search).get("memory");
}
