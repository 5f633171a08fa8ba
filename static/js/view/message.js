// What a question and an answer have in common.
import { setTime } from "../time.js";
import { versionsOf } from "../shown.js";
import { fromTemplate, part, setText, show } from "./template.js";

export function createMessage(template, { key, message, entry }) {
  const element = fromTemplate(template);
  element.id = `m-${key}`;
  element.dataset.id = key;
  show(part(element, "tools"), entry === null);
  if (message.created) setTime(part(element, "time"), message.created);
  else part(element, "time").remove();
  return element;
}

export function updateVersions(element, message) {
  const { older, newer, place, count } = versionsOf(message);
  show(part(element, "versions"), count > 1);
  setVersion(part(element, "older"), older);
  setVersion(part(element, "newer"), newer);
  setText(part(element, "place"), `${place} of ${count}`);
}

function setVersion(button, id) {
  button.disabled = id === undefined;
  button.dataset.version = id ?? "";
}
