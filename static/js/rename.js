// A title changed in its place: Enter or leaving saves, Esc does not.
import { fromTemplate } from "./view/template.js";

export function renameInPlace(shown, title, onSave) {
  const input = fromTemplate("rename-template");
  let isDone = false;
  input.value = title;

  function finish(isSaved) {
    if (isDone) return;
    isDone = true;
    const text = input.value.trim();
    input.replaceWith(shown);
    if (isSaved && text && text !== title) onSave(text);
  }

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    finish(event.key === "Enter");
  });
  input.addEventListener("blur", () => finish(true));
  shown.replaceWith(input);
  input.focus();
  input.select();
}
