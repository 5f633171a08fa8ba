// Copying as text and as html, on https and on plain http too.
const TICK_MS = 1_500;

export async function copy(button, text, element = null) {
  const html = element && new XMLSerializer().serializeToString(withoutTools(element));
  await write(text, html);
  tick(button);
}

function withoutTools(element) {
  const clone = element.cloneNode(true);
  for (const head of clone.querySelectorAll("figcaption")) head.remove();
  return clone;
}

async function write(text, html) {
  if (!navigator.clipboard || !window.ClipboardItem) return writeByCommand(text, html);
  const blobs = { "text/plain": new Blob([text], { type: "text/plain" }) };
  if (html) blobs["text/html"] = new Blob([html], { type: "text/html" });
  await navigator.clipboard.write([new ClipboardItem(blobs)]);
}

// The clipboard API exists on secure origins only; the old command works everywhere while something is selected.
function writeByCommand(text, html) {
  const focused = document.activeElement;
  const holder = document.createElement("textarea");
  holder.className = "clipboard";
  holder.value = text;
  document.body.append(holder);
  holder.focus({ preventScroll: true });
  holder.select();
  document.addEventListener("copy", (event) => fill(event, text, html), { once: true });
  document.execCommand("copy");
  holder.remove();
  focused?.focus({ preventScroll: true });
}

function fill(event, text, html) {
  event.preventDefault();
  event.clipboardData.setData("text/plain", text);
  if (html) event.clipboardData.setData("text/html", html);
}

function tick(button) {
  const mark = button.querySelector("[data-copied]");
  mark.dataset.copied = "yes";
  setTimeout(() => (mark.dataset.copied = "no"), TICK_MS);
}
