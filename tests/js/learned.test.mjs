import assert from "node:assert/strict";
import test from "node:test";
import { canUndo, shownOf } from "../../static/js/view/learned.js";

const change = (op, fact, more = {}) => ({ op, change: `${op}-${fact}`, fact, text: `says ${fact}`, was: null, undone: false, ...more });
const shown = (...learned) => shownOf(learned).map(({ op, fact }) => `${op} ${fact}`);

test("what was said again is no chip", () => {
  assert.deepEqual(shown(change("confirmed", "a"), change("added", "b")), ["added b"]);
});

test("a suggestion is shown until it is decided, and again when that is undone", () => {
  const waiting = change("suggested", "a");
  assert.deepEqual(shown(waiting), ["suggested a"]);
  assert.deepEqual(shown(change("added", "a"), waiting), ["added a"]);
  assert.deepEqual(shown(change("rejected", "a"), waiting), []);
  assert.deepEqual(shown(change("retired", "b"), { ...waiting, undone: true }), ["retired b"]);
  assert.deepEqual(shown(change("rejected", "a", { undone: true }), waiting), ["suggested a"]);
});

test("what was corrected is one chip: the last", () => {
  const first = change("added", "a");
  const second = change("updated", "b", { was: "says a" });
  const third = change("updated", "c", { was: "says b" });
  assert.deepEqual(shown(first, second, third), ["updated c"]);
  assert.deepEqual(shown(first, second, { ...third, undone: true }), ["updated b", "updated c"]);
});

test("what waits, and what is undone, has no undo", () => {
  assert.deepEqual(
    [change("added", "a"), change("suggested", "a"), change("retired", "a", { undone: true })].map(canUndo),
    [true, false, false],
  );
});
