// Requests to our own server. Whoever calls says what it meant to the reader when one fails.
function token() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

export async function post(address, fields = {}) {
  const body = new URLSearchParams(fields);
  const response = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "error" });
  if (!response.ok) throw refusal(address, response);
  return response;
}

// What the server has to say to the reader comes as an event of htmx, for which it writes.
function refusal(address, response) {
  const events = JSON.parse(response.headers.get("HX-Trigger") ?? "{}");
  const error = new Error(`${address} answered ${response.status}`);
  return Object.assign(error, { said: events["memory-changed"]?.said });
}

export async function getJson(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}
