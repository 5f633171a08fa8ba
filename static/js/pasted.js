// Which parts of a text were pasted and not typed. Pure. Spans are [start, end) in UTF-16 units, in order, apart.
import { countCodePoints } from "./codepoints.js";

// A short paste in one line, such as a name or an address, counts as typed. Units: UTF-16.
export const SHORT = 80;
const MOST_SPANS = 50;
const REMEMBERED = 50;
// What comes letter by letter, from an input method, by voice or from the spelling menu.
const TYPED = /^insert(Text|LineBreak|Paragraph|CompositionText|FromComposition|ReplacementText|Transpose)$/;

// A text to begin with, and what of it was pasted before.
export function begin(text, spans = []) {
  return { text, spans, seen: [{ text, spans }] };
}

// The state after an edit. `caret` is where the cursor stands now; `kind` is the event's inputType.
export function edit(state, text, { caret, kind, moved = "" }) {
  if (text === state.text) return state;
  const undone = kind?.startsWith("history") && state.seen.findLast((version) => version.text === text);
  const spans = undone ? undone.spans : spansAfter(state, text, { caret, kind, moved });
  return { text, spans, seen: [...state.seen, { text, spans }].slice(-REMEMBERED) };
}

function spansAfter({ text: before, spans }, text, { caret, kind, moved }) {
  const { start, end, inserted } = changeBetween(before, text, caret);
  const kept = spans.flatMap((span) => around(span, start, end, inserted.length));
  if (TYPED.test(kind ?? "") || isShort(inserted) || (moved && inserted === moved)) return kept;
  return joined([...kept, [start, start + inserted.length]]);
}

const isShort = (inserted) => inserted.trim().length <= SHORT && !inserted.trim().includes("\n");

// What was replaced: [start, end) of the text before, by `inserted`. What stands behind the cursor was there before.
function changeBetween(before, text, caret) {
  const tail = before.endsWith(text.slice(caret)) ? text.length - caret : sharedTail(before, text);
  const most = Math.min(before.length, text.length) - tail;
  let start = 0;
  while (start < most && before[start] === text[start]) start += 1;
  return { start, end: before.length - tail, inserted: text.slice(start, text.length - tail) };
}

function sharedTail(before, text) {
  let length = 0;
  while (length < Math.min(before.length, text.length) && before.at(-1 - length) === text.at(-1 - length)) length += 1;
  return length;
}

// What is left of a span when [start, end) gives way to `length` units that were typed.
function around([from, to], start, end, length) {
  const shift = length - (end - start);
  const left = [from, Math.min(to, start)];
  const right = [Math.max(from, end) + shift, to + shift];
  return [left, right].filter(([one, other]) => one < other);
}

function joined(spans) {
  const sorted = spans.toSorted(([one], [other]) => one - other);
  return sorted.reduce((done, [from, to]) => {
    const last = done.at(-1);
    if (last && from <= last[1]) return [...done.slice(0, -1), [last[0], Math.max(last[1], to)]];
    return [...done, [from, to]];
  }, []);
}

// The spans as the server counts, in code points. Of too many the nearest are taken together.
export function toCodePoints(text, spans) {
  const few = [...spans];
  while (few.length > MOST_SPANS) {
    const gaps = few.slice(1).map(([from], at) => from - few[at][1]);
    const at = gaps.indexOf(Math.min(...gaps));
    few.splice(at, 2, [few[at][0], few[at + 1][1]]);
  }
  const count = (place) => countCodePoints(text.slice(0, place));
  return few.map(([from, to]) => [count(from), count(to)]);
}

// The spans of a message that came from the server, in UTF-16 units.
export function fromCodePoints(text, spans) {
  const characters = [...text];
  const units = (place) => characters.slice(0, place).join("").length;
  return spans.map(([from, to]) => [units(from), units(to)]);
}

// Two texts in one, with "between" in the middle.
export function append(one, between, other) {
  const offset = one.text.length + between.length;
  const moved = other.spans.map(([from, to]) => [from + offset, to + offset]);
  return { text: one.text + between + other.text, spans: [...one.spans, ...moved] };
}

// The text of [start, end) if nothing in it was pasted.
export function typedBetween({ text, spans }, start, end) {
  return spans.some(([from, to]) => from < end && start < to) ? "" : text.slice(start, end);
}

// Keeps the spans of a text box right while it is edited.
export function watchPastes(box, { onChange = () => {} } = {}) {
  let state = begin(box.value);
  // What the reader typed here and puts elsewhere in the same text goes on being typed.
  let moved = "";
  for (const type of ["copy", "cut", "dragstart"]) {
    box.addEventListener(type, () => (moved = typedBetween(state, box.selectionStart, box.selectionEnd)));
  }
  box.addEventListener("input", (event) => {
    state = edit(state, box.value, { caret: box.selectionEnd, kind: event.inputType, moved });
    onChange();
  });
  return {
    set(text, spans = []) {
      box.value = text;
      state = begin(text, spans);
    },
    get spans() {
      return state.spans;
    },
  };
}
