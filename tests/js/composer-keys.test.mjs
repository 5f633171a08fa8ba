import assert from "node:assert/strict";
import test from "node:test";
import { meaningOf } from "../../static/js/composer-keys.js";

const ENTER = { key: "Enter", shiftKey: false, ctrlKey: false, metaKey: false, isComposing: false, keyCode: 13 };
const SENDS = { enterToSend: true, isTouch: false, justComposed: false };
const BREAKS = { ...SENDS, enterToSend: false };

const CASES = [
  ["Enter sends", ENTER, SENDS, "send"],
  ["Shift+Enter begins a line", { ...ENTER, shiftKey: true }, SENDS, "newline"],
  ["swapped, Enter begins a line", ENTER, BREAKS, "newline"],
  ["swapped, Shift+Enter sends", { ...ENTER, shiftKey: true }, BREAKS, "send"],
  ["Ctrl+Enter always sends", { ...ENTER, ctrlKey: true }, BREAKS, "send"],
  ["⌘+Enter always sends", { ...ENTER, metaKey: true }, BREAKS, "send"],
  ["a touch keyboard's Enter begins a line", ENTER, { ...SENDS, isTouch: true }, "newline"],
  ["an input method's Enter is its own", { ...ENTER, isComposing: true }, SENDS, null],
  ["an input method's Enter by key code", { ...ENTER, keyCode: 229 }, SENDS, null],
  ["Safari's Enter right after composing", ENTER, { ...SENDS, justComposed: true }, null],
  ["other keys are nothing of ours", { ...ENTER, key: "a" }, SENDS, null],
];

for (const [name, event, options, meaning] of CASES) {
  test(name, () => assert.equal(meaningOf(event, options), meaning));
}
