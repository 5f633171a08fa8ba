import assert from "node:assert/strict";
import test from "node:test";
import { createDrafts } from "../../static/js/drafts.js";
import { newEntry } from "../../static/js/outbox.js";
import { FakeStorage } from "./support.mjs";

test("a draft belongs to one user and one conversation", () => {
  const storage = new FakeStorage();
  const alice = createDrafts("1", storage);
  alice.keepDraft("c1", "half a thou");
  alice.keepDraft(null, "new one");
  assert.equal(alice.draft("c1"), "half a thou");
  assert.equal(alice.draft(null), "new one");
  assert.equal(alice.draft("c2"), "");
  assert.equal(createDrafts("2", storage).draft("c1"), "");
  alice.keepDraft("c1", "");
  assert.equal(alice.draft("c1"), "");
});

test("what was sent survives a reload in its order, and is forgotten once it arrived", () => {
  const storage = new FakeStorage();
  const [first, second] = [newEntry("send", { text: "1" }), newEntry("send", { text: "2" })];
  createDrafts("1", storage).keepOutbox("c1", [{ ...first, status: "sending", attempted: true }, second]);
  const drafts = createDrafts("1", storage);
  assert.deepEqual(drafts.outbox("c1"), [{ ...first, status: "queued", attempted: true }, second]);
  drafts.forget(first.clientId);
  assert.deepEqual(drafts.outbox("c1"), [second]);
});

test("two tabs that send at once keep both", () => {
  const storage = new FakeStorage();
  const [one, other] = [newEntry("send", { text: "1" }), newEntry("send", { text: "2" })];
  createDrafts("1", storage).keepOutbox("c1", [one]);
  createDrafts("1", storage).keepOutbox("c1", [other]);
  assert.equal(createDrafts("1", storage).outbox("c1").length, 2);
});

test("what another tab forgot is known by its key", () => {
  const drafts = createDrafts("1", new FakeStorage());
  const entry = newEntry("send", { text: "1" });
  const key = `memorybot:1:outbox:c1:${entry.clientId}`;
  assert.equal(drafts.forgottenBy({ key, newValue: null }), entry.clientId);
  assert.equal(drafts.forgottenBy({ key, newValue: "{}" }), null);
  assert.equal(drafts.forgottenBy({ key: "memorybot:1:draft:c1", newValue: null }), null);
  assert.equal(drafts.forgottenBy({ key: null, newValue: null }), null);
});

test("a full storage is no error for the reader", (context) => {
  context.mock.method(console, "warn", () => {});
  const storage = new FakeStorage();
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  createDrafts("1", storage).keepDraft("c1", "text");
  assert.equal(console.warn.mock.callCount(), 1);
});

test("a draft keeps what of it was pasted", () => {
  const drafts = createDrafts("1", new FakeStorage());
  drafts.keepDraft("c1", "abc", [[1, 2]]);
  assert.deepEqual([drafts.draft("c1"), drafts.pasted("c1"), drafts.pasted("c2")], ["abc", [[1, 2]], []]);
  drafts.keepDraft("c1", "abc");
  assert.deepEqual(drafts.pasted("c1"), []);
});
