// The chips under an answer: what was remembered, changed and forgotten, each with its undo.
import { fromTemplate, part, setText, show } from "./template.js";

const VERBS = { added: "Remembered:", updated: "Changed:", retired: "Forgot:" };

export function updateLearned(element, memo, learned) {
  if (memo.learned === learned) return;
  memo.learned = learned;
  const changes = learned.filter(({ op }) => op in VERBS);
  part(element, "learned").replaceChildren(...changes.map(chip));
}

function chip({ op, change, text, was, undone }) {
  const element = fromTemplate("learned-template");
  element.dataset.change = change;
  element.toggleAttribute("data-undone", undone);
  setText(part(element, "verb"), undone ? "Undone:" : VERBS[op]);
  setText(part(element, "text"), op === "retired" ? (was ?? text) : text);
  setText(part(element, "was"), op === "updated" && was ? `(was: ${was})` : "");
  show(part(element, "undo"), !undone);
  return element;
}
