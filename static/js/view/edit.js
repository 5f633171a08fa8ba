// A question said differently, in its own place.
import { watchPastes } from "../pasted.js";
import { fromTemplate, part } from "./template.js";

// Calls onSend with the new text and which parts of it were pasted; Esc or Cancel leaves everything as it was.
export function editInPlace(element, { text, pasted }, onSend) {
  if (element.querySelector(".edit")) return;
  const form = fromTemplate("edit-template");
  const box = part(form, "box");
  const shown = part(element, "text");
  const pastes = watchPastes(box);
  pastes.set(text, pasted);

  function close() {
    form.remove();
    shown.hidden = false;
    element.querySelector('[data-action="edit"]').focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return;
    close();
    if (box.value !== text) onSend(box.value, pastes.spans);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  part(form, "cancel").addEventListener("click", close);
  shown.hidden = true;
  shown.after(form);
  box.focus();
}
