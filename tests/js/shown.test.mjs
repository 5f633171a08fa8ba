import assert from "node:assert/strict";
import test from "node:test";
import { frameFor, newEntry } from "../../static/js/outbox.js";
import { shownItems, versionsOf } from "../../static/js/shown.js";
import { openThread, reduce } from "../../static/js/thread.js";
import { CONVERSATION, message, page } from "./support.mjs";

const BRANCH = [message("q1", null, "user", "one"), message("a1", "q1", "assistant", "1"), message("q2", "a1", "user", "two"), message("a2", "q2", "assistant", "2")];

function shownWith(kind, details) {
  const entry = newEntry(kind, details);
  const state = reduce(openThread(page(BRANCH, 4)), { type: "page.queue", entry });
  return shownItems(state).map(({ message: { role, text, status } }) => [role, text, status]);
}

const STORED = BRANCH.map(({ role, text, status }) => [role, text, status]);

test("a sent message stands at the end at once, marked as being sent", () => {
  assert.deepEqual(shownWith("send", { text: "three" }), [...STORED, ["user", "three", "sending"]]);
});

test("an edit stands in the place of what it replaces", () => {
  assert.deepEqual(shownWith("edit", { target: "q2", text: "zwei" }), [...STORED.slice(0, 2), ["user", "zwei", "sending"]]);
});

test("another answer begins in the place of the old one", () => {
  assert.deepEqual(shownWith("retry", { target: "a2" }), [...STORED.slice(0, 3), ["assistant", "", "streaming"]]);
});

test("a refused message stays, with the reason", () => {
  const entry = newEntry("send", { text: "three" });
  const refused = { type: "error", code: "bad_option", message: "No such model.", client_id: entry.clientId };
  const state = [{ type: "page.queue", entry }, refused].reduce(reduce, openThread(page(BRANCH, 4)));
  const { message: shown } = shownItems(state).at(-1);
  assert.deepEqual([shown.text, shown.status, shown.error.message], ["three", "failed", "No such model."]);
});

test("a version knows its neighbours", () => {
  const versions = message("b", null, "user", "", { siblings: ["a", "b", "c"] });
  assert.deepEqual(versionsOf(versions), { older: "a", newer: "c", place: 2, count: 3 });
  assert.equal(versionsOf(message("a", null, "user")).older, undefined);
});

test("each kind of entry has its frame", () => {
  const send = newEntry("send", { text: "x", parent: "a1", options: { model: "m" } });
  assert.deepEqual(frameFor(send, CONVERSATION), {
    type: "turn.send", client_id: send.clientId, conversation: CONVERSATION, text: "x", parent: "a1", options: { model: "m" },
  });
  const edit = newEntry("edit", { target: "q1", text: "y" });
  assert.deepEqual(frameFor(edit, CONVERSATION), { type: "turn.edit", message: "q1", text: "y", client_id: edit.clientId });
  const retry = newEntry("retry", { target: "a1" });
  assert.deepEqual(frameFor(retry, CONVERSATION), { type: "turn.retry", reply: "a1", client_id: retry.clientId });
});

test("client ids are UUIDs on plain http too", () => {
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  assert.match(newEntry("send", {}).clientId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  delete crypto.randomUUID;
});
