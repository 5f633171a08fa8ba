// Keeps the list of messages in step with the state: one element per message, touched only when its message changed.
import { byId } from "../page.js";
import { shownItems } from "../shown.js";
import { createAnswer, updateAnswer } from "./answer.js";
import { createQuestion, updateQuestion } from "./question.js";
import { show } from "./template.js";

// Long conversations are shown from their end; the rest is one press away.
const PAGE_OF_MESSAGES = 60;

export function createThreadView() {
  const [list, earlier, empty] = ["messages", "earlier", "empty"].map(byId);
  let elements = new Map();
  let limit = PAGE_OF_MESSAGES;

  // `line` is {isOpen}: whether the socket is there.
  function render(state, line) {
    const items = shownItems(state);
    const visible = items.slice(-limit);
    show(earlier, items.length > visible.length);
    show(empty, items.length === 0);
    const kept = new Map(visible.map((item) => [item.key, elements.get(item.key) ?? created(item)]));
    for (const [key, { element }] of elements) if (!kept.has(key)) element.remove();
    elements = kept;
    place(visible);
    for (const item of visible) update(item, { running: state.running, isOpen: line.isOpen, isLatest: item === items.at(-1) });
  }

  function created(item) {
    const element = item.message.role === "user" ? createQuestion(item) : createAnswer(item);
    return { element, seen: null };
  }

  function place(items) {
    items.forEach(({ key }, at) => {
      const { element } = elements.get(key);
      if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
    });
  }

  function update(item, context) {
    const kept = elements.get(item.key);
    const seen = [item.message, context.running, context.isOpen, context.isLatest];
    if (kept.seen && item.entry === null && seen.every((value, at) => value === kept.seen[at])) return;
    kept.seen = seen;
    if (item.message.role === "user") updateQuestion(kept.element, item, context);
    else updateAnswer(kept.element, item, context);
  }

  return {
    render,
    reset() {
      limit = PAGE_OF_MESSAGES;
    },
    showMore() {
      limit += PAGE_OF_MESSAGES;
    },
    // As many as it takes to reach a message that is `fromEnd` messages before the end.
    reach(fromEnd) {
      limit = Math.max(limit, fromEnd);
    },
  };
}
