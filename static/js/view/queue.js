// What waits for the answer to end, above the box.
import { fromTemplate, part } from "./template.js";

export function renderQueue(list, entries) {
  const known = [...list.children].map((element) => element.dataset.id);
  if (known.join() === entries.map(({ clientId }) => clientId).join()) return;
  list.replaceChildren(...entries.map(queueItem));
}

function queueItem({ clientId, text, kind }) {
  const element = fromTemplate("queue-template");
  element.dataset.id = clientId;
  part(element, "text").textContent = kind === "retry" ? "Another answer" : text;
  return element;
}
