// The chips under an answer: what was remembered, changed, forgotten, and what waits for the reader's word; each with
// what can be done about it.
import { url } from "../page.js";
import { fromTemplate, part, setText, show } from "./template.js";

const VERBS = { added: "Remembered:", updated: "Changed:", retired: "Forgot:", suggested: "For you to decide:" };
// What was, or is until it is decided.
const OLD = { updated: "was", suggested: "now" };

export function updateLearned(element, memo, learned) {
  if (memo.learned === learned) return;
  memo.learned = learned;
  const list = part(element, "learned");
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const chips = shownOf(learned);
  list.replaceChildren(...chips.map((change) => refreshed(list, change)));
  if (chips.filter(canUndo).length > 1) list.append(fromTemplate("undo-all-template"));
  if (focused) keepFocus(list, focused);
}

// A chip that gave way to another takes the focus with it; the reader goes on at the last one.
function keepFocus(list, focused) {
  const next = focused.isConnected && !focused.hidden ? focused : [...list.querySelectorAll("button:not([hidden]), a:not([hidden])")].at(-1);
  next?.focus();
}

// Shown is what stands: a suggestion until it is decided, and of what was corrected again and again the last.
export function shownOf(learned) {
  const standing = learned.filter(({ op, undone }) => op in VERBS && op !== "suggested" && !undone);
  const decided = new Set(learned.filter(({ op, undone }) => op !== "suggested" && !undone).map(({ fact }) => fact));
  const corrected = new Set(standing.filter(({ op }) => op === "updated").map(({ was }) => was));
  return learned.filter(({ op, fact, text, undone }) => {
    if (op === "suggested") return !undone && !decided.has(fact);
    return op in VERBS && !(corrected.has(text) && op !== "retired" && !undone);
  });
}

export function canUndo({ op, undone }) {
  return op !== "suggested" && !undone;
}

// A chip that is there already stays, so that a form that is open in it does too.
function refreshed(list, change) {
  const old = [...list.children].find((chip) => chip.dataset.change === change.change);
  return fill(old ?? fromTemplate("learned-template"), change);
}

function fill(element, change) {
  const { op, text, was, undone, fact } = change;
  element.dataset.change = change.change;
  element.toggleAttribute("data-undone", undone);
  element.toggleAttribute("data-suggested", op === "suggested");
  setText(part(element, "verb"), undone ? "Undone:" : VERBS[op]);
  setText(part(element, "text"), op === "retired" ? (was ?? text) : text);
  setText(part(element, "was"), was && op in OLD ? `(${OLD[op]}: ${was})` : "");
  show(part(element, "undo"), canUndo(change));
  show(part(element, "correct"), canUndo(change) && op !== "retired");
  show(part(element, "decide"), op === "suggested");
  part(element, "correct").href = url("editFact", fact);
  part(element, "decide").href = url("waitingFact", fact);
  return element;
}
