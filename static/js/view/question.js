// What the reader said.
import { createMessage, updateVersions } from "./message.js";
import { part, setText, show } from "./template.js";

export function createQuestion(item) {
  const element = createMessage("question-template", item);
  part(element, "text").textContent = item.message.text;
  return element;
}

export function updateQuestion(element, { message, entry }, { running, isOpen }) {
  element.dataset.status = message.status;
  const isErased = message.text === "" && entry === null;
  updateVersions(element, message);
  if (isErased) setText(part(element, "text"), "");
  part(element, "edit").disabled = running !== null;
  for (const name of ["copy", "edit", "delete"]) show(part(element, name), !isErased);
  const note = noteOf(message, entry, isOpen);
  setText(part(element, "note"), note);
  show(part(element, "note"), note !== "");
  show(part(element, "actions"), message.status === "failed");
}

function noteOf(message, entry, isOpen) {
  if (message.status === "failed") return message.error.message;
  if (entry === null) return message.text === "" ? "You deleted this message." : "";
  return isOpen ? "Sending…" : "Waiting for the connection; your message is kept.";
}
