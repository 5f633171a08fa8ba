// Pieces of page that the server renders and htmx puts in their place.
import { openDialog } from "./dialogs.js";
import { byId, url } from "./page.js";

function load(address, target) {
  return window.htmx.ajax("GET", address, { target, swap: "innerHTML" });
}

export function loadMemory(conversation) {
  const query = conversation === null ? "" : `?conversation=${conversation}`;
  return load(url("memoryPanel") + query, "#memory-body");
}

export function loadHistory() {
  return load(url("history"), "#history");
}

export async function openSettings(conversation) {
  byId("settings-body").replaceChildren();
  await load(url("settings", conversation), "#settings-body");
  openDialog(byId("settings-dialog"));
}

export async function openContext(reply) {
  byId("context-body").replaceChildren();
  await load(url("context", reply), "#context-body");
  openDialog(byId("context-dialog"));
}
