import assert from "node:assert/strict";
import test from "node:test";
import { frameFor, newEntry } from "../../static/js/outbox.js";
import { append, begin, edit, fromCodePoints, toCodePoints, typedBetween } from "../../static/js/pasted.js";

const MAIL = "Dear tenant,\nI live in Oslo now.\nYours, Berg";
const PASTE = { kind: "insertFromPaste" };

// The state after `text` was put at `at`, in the place of `length` units.
function put(state, at, text, { kind = "insertText", length = 0, moved } = {}) {
  const news = state.text.slice(0, at) + text + state.text.slice(at + length);
  return edit(state, news, { caret: at + text.length, kind, moved });
}
const erase = (state, at, length) => put(state, at, "", { kind: "deleteContentBackward", length });
const shown = ({ text, spans }) => spans.map(([from, to]) => text.slice(from, to));

test("what is typed is not pasted", () => {
  assert.deepEqual(put(begin("I live in Rom"), 13, "e").spans, []);
});

test("a paste is known, in the middle of what was typed too", () => {
  const state = put(begin("Look:  What do you think?"), 6, MAIL, PASTE);
  assert.deepEqual(shown(state), [MAIL]);
});

test("what is typed before it, in it and behind it stays typed", () => {
  const pasted = put(begin(""), 0, MAIL, PASTE);
  const around = put(put(pasted, 0, "See. "), MAIL.length + 5, " I live in Rome.");
  const within = put(around, 5 + 12, " [sic]");
  assert.deepEqual(shown(within), ["Dear tenant,", MAIL.slice(12)]);
  assert.equal(within.text, `See. Dear tenant, [sic]${MAIL.slice(12)} I live in Rome.`);
});

test("what is erased of a paste is gone, its rest is still pasted", () => {
  const pasted = put(begin("So: "), 4, MAIL, PASTE);
  assert.deepEqual(shown(erase(pasted, 0, 4 + 13)), [MAIL.slice(13)]);
  assert.deepEqual(shown(erase(pasted, 10, 3)), [MAIL.slice(0, 6), MAIL.slice(9)]);
  assert.deepEqual(erase(pasted, 4, MAIL.length).spans, []);
});

test("a paste over a paste takes its place, and pastes that touch are one", () => {
  const once = put(begin("a b"), 2, MAIL, PASTE);
  assert.deepEqual(shown(put(once, 2, "x\ny", { ...PASTE, length: MAIL.length })), ["x\ny"]);
  assert.deepEqual(put(once, 2, "x\ny", PASTE).spans, [[2, 2 + 3 + MAIL.length]]);
});

test("repeated letters do not move a paste", () => {
  const state = put(begin("aa"), 1, "a\na", PASTE);
  assert.deepEqual(state.spans, [[1, 4]]);
  assert.deepEqual(put(state, 1, "a").spans, [[2, 5]]);
});

test("a name or an address counts as typed, a long line or two lines do not", () => {
  assert.deepEqual(put(begin("I live in "), 10, "12 Long Street, Bergen", PASTE).spans, []);
  assert.deepEqual(put(begin(""), 0, "x".repeat(80), PASTE).spans, []);
  assert.deepEqual(put(begin(""), 0, "x".repeat(81), PASTE).spans, [[0, 81]]);
  assert.deepEqual(put(begin(""), 0, "a\nb", PASTE).spans, [[0, 3]]);
});

test("text that comes at once without being typed is pasted, dictation is not", () => {
  for (const kind of ["insertFromDrop", "insertFromYank", ""]) {
    assert.deepEqual(shown(put(begin(""), 0, MAIL, { kind })), [MAIL], kind);
  }
  for (const kind of ["insertText", "insertCompositionText", "insertReplacementText"]) {
    assert.deepEqual(put(begin(""), 0, MAIL, { kind }).spans, [], kind);
  }
});

test("undo and redo bring the spans along", () => {
  const typed = put(begin(""), 0, MAIL);
  const pasted = put(typed, 0, MAIL, PASTE);
  const undone = edit(pasted, typed.text, { caret: 0, kind: "historyUndo" });
  const redone = edit(undone, pasted.text, { caret: MAIL.length, kind: "historyRedo" });
  assert.deepEqual([undone.spans, redone.spans], [[], [[0, MAIL.length]]]);
});

test("a sentence that was typed here can be moved, one that was pasted stays pasted", () => {
  const state = put(begin(`${MAIL} and`), 0, MAIL, PASTE);
  assert.equal(typedBetween(state, 0, 5), "");
  const moved = typedBetween(state, MAIL.length, state.text.length);
  assert.deepEqual(put(erase(state, MAIL.length, moved.length), 0, moved, { ...PASTE, moved }).spans, [[moved.length, moved.length + MAIL.length]]);
});

test("the server counts code points", () => {
  const text = "👋🏽 hi 👩‍👩‍👧 pasted";
  const spans = [[0, 4], [text.length - 6, text.length]];
  assert.deepEqual(toCodePoints(text, spans), [[0, 2], [12, 18]]);
  assert.deepEqual(fromCodePoints(text, toCodePoints(text, spans)), spans);
});

test("more pastes than the server takes are joined where they are nearest", () => {
  const spans = Array.from({ length: 52 }, (_, at) => [at * 10, at * 10 + (at === 7 ? 9 : 5)]);
  const sent = toCodePoints("x".repeat(600), spans);
  assert.equal(sent.length, 50);
  assert.deepEqual([sent[0], sent[6]], [[0, 15], [70, 85]]);
});

test("a queued message keeps its spans, and gives them back", () => {
  const entry = newEntry("send", { text: "👋 x", pasted: [[0, 2]] });
  assert.deepEqual(frameFor(entry, "c1").pasted, [[0, 1]]);
  assert.equal("pasted" in frameFor(newEntry("send", { text: "x" }), "c1"), false);
  assert.deepEqual(append({ text: "ab", spans: [[1, 2]] }, "\n\n", { text: "cd", spans: [[0, 1]] }), { text: "ab\n\ncd", spans: [[1, 2], [4, 5]] });
});
