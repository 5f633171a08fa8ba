// Requests to our own server. Whoever calls says what it meant to the reader when one fails.
function token() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

export async function post(address, fields = {}) {
  const body = new URLSearchParams(fields);
  const response = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "error" });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response;
}

export async function getJson(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}
