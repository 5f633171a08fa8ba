// The memory pages read themselves anew after each change (hx-trigger); here it is said, and the focus finds a place.
import { post } from "./http.js";
import { attempt, toast } from "./toast.js";

document.body.addEventListener("memory-changed", ({ detail }) => toast(detail.said, undoOf(detail)));

// What was done in one act is undone by its moment.
function undoOf({ undo, address }) {
  return undo ? { label: "Undo", run: () => attempt("Undoing", () => undoAt(address, undo)) } : null;
}

async function undoAt(address, at) {
  await post(address, { at });
  document.body.dispatchEvent(new CustomEvent("memory-changed", { detail: { said: "Undone." } }));
}

// "All of these" needs a script, so it is shown by one.
function showTickAll() {
  for (const label of document.querySelectorAll(".ticked__all")) label.hidden = false;
}

document.addEventListener("change", ({ target }) => {
  if (!target.dataset?.tickAll) return;
  for (const box of document.querySelectorAll(`input[type="checkbox"][form="${target.dataset.tickAll}"]`)) box.checked = target.checked;
});

document.body.addEventListener("htmx:afterSettle", () => {
  showTickAll();
  if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
});
showTickAll();
