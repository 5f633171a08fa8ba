import assert from "node:assert/strict";
import test from "node:test";
import { openThread, reduce } from "../../static/js/thread.js";
import { newEntry, nextToSend, pendingEntry, waitingEntries } from "../../static/js/outbox.js";
import { BLANK_PAGE, CONVERSATION, accepted, event, message, page } from "./support.mjs";

const Q = message("q1", null, "user", "Hello");
const A = message("a1", "q1", "assistant");
const play = (state, ...events) => events.reduce(reduce, state);
const ids = (state) => state.messages.map(({ id }) => id);
const texts = (state) => state.messages.map(({ text }) => text);

test("a turn appears, streams and ends", () => {
  const state = play(
    openThread(page()),
    accepted(1, Q, A),
    event("turn.delta", 2, { reply: "a1", offset: 0, text: "Hi " }),
    event("turn.delta", 3, { reply: "a1", offset: 3, text: "there" }),
    event("turn.done", 4, { reply: "a1", status: "complete", usage: { prompt: 9, cached: 0, completion: 2 }, error: null }),
  );
  assert.deepEqual(texts(state), ["Hello", "Hi there"]);
  assert.equal(state.messages[1].status, "complete");
  assert.equal(state.running, null);
  assert.equal(state.stale, false);
});

test("offsets count code points, so that emoji do not make a gap or a repetition", () => {
  const state = play(
    openThread(page()),
    accepted(1, Q, A),
    event("turn.delta", 2, { reply: "a1", offset: 0, text: "👩‍🚀 😀" }),
    event("turn.delta", 3, { reply: "a1", offset: 5, text: "!" }),
    event("turn.delta", 4, { reply: "a1", offset: 4, text: "😀!?" }),
  );
  assert.equal(state.messages[1].text, "👩‍🚀 😀" + "!?");
  assert.equal(state.messages[1].length, 7);
  assert.equal(state.stale, false);
});

test("what a deleted message said, recalled and taught is gone from the page, and its place stays", () => {
  const state = play(
    openThread(page()),
    accepted(1, Q, { ...A, status: "streaming" }),
    event("turn.delta", 2, { reply: "a1", offset: 0, text: "Hi there" }),
    event("turn.recalled", 3, { reply: "a1", receipt: { facts: [], messages: [], tokens: 1 } }),
    event("memory.updated", 4, { reply: "a1", changes: [{ op: "added", change: "c1", text: "x", was: null }] }),
    event("message.erased", 5, { message: "q1", text: "" }),
    event("message.erased", 6, { message: "a1", text: "" }),
  );
  assert.deepEqual(texts(state), ["", ""]);
  assert.deepEqual([state.messages[1].receipt, state.messages[1].learned, state.messages[1].length], [null, [], 0]);
  assert.deepEqual([state.messages[1].status, state.running, state.stale], ["stopped", null, false]);
});

test("a delta beyond what is there makes the thread stale", () => {
  const state = play(openThread(page()), accepted(1, Q, A), event("turn.delta", 2, { reply: "a1", offset: 3, text: "x" }));
  assert.equal(state.stale, true);
});

test("a gap in seq makes the thread stale, nothing is applied until the state arrives", () => {
  const gap = play(openThread(page()), accepted(1, Q, A), event("turn.delta", 3, { reply: "a1", offset: 0, text: "lost" }));
  assert.equal(gap.stale, true);
  assert.deepEqual(texts(gap), ["Hello", ""]);
  const later = reduce(gap, event("turn.delta", 4, { reply: "a1", offset: 0, text: "no" }));
  assert.equal(later, gap);
  const news = [message("a1", "q1", "assistant", "whole", { status: "streaming" })];
  const mended = reduce(gap, { ...event("conversation.state", 5, { messages: news, running: "a1" }), after: 1 });
  assert.deepEqual(texts(mended), ["Hello", "whole"]);
  assert.deepEqual([mended.seq, mended.stale, mended.running], [5, false, "a1"]);
});

test("an event seen twice and an event of another conversation change nothing", () => {
  const state = play(openThread(page()), accepted(1, Q, A));
  assert.equal(reduce(state, accepted(1, Q, A)), state);
  assert.equal(reduce(state, { ...event("turn.delta", 2, { reply: "a1", offset: 0, text: "x" }), conversation: "other" }), state);
});

test("a new conversation is taken over from the turn that this page sent", () => {
  const entry = newEntry("send", { text: "Hello" });
  const state = play(
    openThread(BLANK_PAGE),
    { type: "page.queue", entry },
    { type: "page.sending", clientId: entry.clientId },
    event("conversation.updated", 1, { title: "", model: "m", memory: "on" }),
    accepted(2, Q, A, entry.clientId),
  );
  assert.equal(state.conversation, CONVERSATION);
  assert.deepEqual(state.fields, { title: "", model: "m", memory: "on" });
  assert.deepEqual([state.seq, state.outbox, ids(state)], [2, [], ["q1", "a1"]]);
});

test("a new conversation begun on another page stays there", () => {
  const state = play(openThread(BLANK_PAGE), event("conversation.updated", 1, { title: "x" }), accepted(2, Q, A, "other"));
  assert.equal(state.conversation, null);
  assert.deepEqual(state.messages, []);
});

test("an edit turns off at the question's parent, a retry at the question", () => {
  const start = openThread(page([Q, message("a1", "q1", "assistant", "one"), message("q2", "a1", "user", "two"), message("a2", "q2", "assistant", "2")], 4));
  const edited = reduce(start, accepted(5, message("q3", "a1", "user", "three", { siblings: ["q2", "q3"] }), message("a3", "q3", "assistant")));
  assert.deepEqual(ids(edited), ["q1", "a1", "q3", "a3"]);
  const retried = reduce(start, accepted(5, Q, message("a9", "q1", "assistant", "", { siblings: ["a1", "a9"] })));
  assert.deepEqual(ids(retried), ["q1", "a9"]);
});

test("a turn on a branch that is not shown makes the thread stale", () => {
  const state = reduce(openThread(page([Q], 1)), accepted(2, message("q7", "elsewhere", "user"), message("a7", "q7", "assistant")));
  assert.equal(state.stale, true);
});

test("what was recalled and learned stands with its reply, an undo marks it", () => {
  const change = { op: "added", change: "ch", entity: "Ingrid", fact: "f", text: "Lives in Norway", was: null, undone: false };
  const receipt = { facts: [], messages: [], tokens: 0 };
  const state = play(
    openThread(page()),
    accepted(1, Q, A),
    event("turn.recalled", 2, { reply: "a1", receipt }),
    event("memory.updated", 3, { reply: "a1", changes: [change] }),
    { type: "page.undone", reply: "a1", change: "ch" },
  );
  assert.deepEqual(state.messages[1].receipt, receipt);
  assert.deepEqual(state.messages[1].learned, [{ ...change, undone: true }]);
});

test("a partial state that does not connect asks for everything", () => {
  const lost = [message("q9", "a8", "user"), message("a9", "q9", "assistant")];
  const state = reduce(openThread(page([Q], 3)), { ...event("conversation.state", 9, { messages: lost, running: null }), after: 3 });
  assert.deepEqual([state.stale, state.seq], [true, 0]);
});

test("a partial state that touches the middle leaves the end where it was", () => {
  const start = openThread(page([Q, message("a1", "q1", "assistant", "one"), message("q2", "a1", "user", "two")], 3));
  const changed = [message("a1", "q1", "assistant", "one", { learned: [{ change: "x" }] })];
  const state = reduce(start, { ...event("conversation.state", 4, { messages: changed, running: null }), after: 3 });
  assert.deepEqual(ids(state), ["q1", "a1", "q2"]);
  assert.equal(state.messages[1].learned.length, 1);
});

test("a choice of branch is kept until a new turn makes the newest one current", () => {
  const chosen = reduce(openThread(page([Q], 1)), { type: "page.branch", branch: "a1" });
  assert.deepEqual([chosen.branch, chosen.stale], ["a1", true]);
  const state = play(chosen, { ...event("conversation.state", 1, { messages: [Q, A], running: null }), after: 0 }, accepted(2, message("q2", "a1", "user"), message("a2", "q2", "assistant")));
  assert.equal(state.branch, null);
});

test("while an answer runs the next message waits, and is sent when it ended", () => {
  const entry = newEntry("send", { text: "next" });
  const running = play(openThread(page()), accepted(1, Q, A), { type: "page.queue", entry });
  assert.equal(nextToSend(running), null);
  assert.equal(pendingEntry(running), null);
  assert.deepEqual(waitingEntries(running), [entry]);
  const ended = reduce(running, event("turn.done", 2, { reply: "a1", status: "stopped", usage: null, error: null }));
  assert.equal(nextToSend(ended).text, "next");
});

test("a refusal keeps the text, busy puts it back into the queue", () => {
  const entry = newEntry("send", { text: "keep me" });
  const sending = play(openThread(page()), { type: "page.queue", entry }, { type: "page.sending", clientId: entry.clientId });
  const failed = reduce(sending, { type: "error", code: "bad_option", message: "No such model.", client_id: entry.clientId });
  assert.deepEqual([failed.outbox[0].status, failed.outbox[0].error.message, failed.outbox[0].text], ["failed", "No such model.", "keep me"]);
  assert.equal(nextToSend(failed), null);
  assert.equal(nextToSend(reduce(failed, { type: "page.again", clientId: entry.clientId })).text, "keep me");
  const busy = reduce(sending, { type: "error", code: "busy", message: "…", client_id: entry.clientId });
  assert.deepEqual([busy.outbox[0].status, busy.outbox[0].attempted], ["queued", false]);
});

test("what was on its way when the line broke is sent again, whatever runs", () => {
  const entry = newEntry("send", { text: "again" });
  const state = play(
    openThread(page()),
    { type: "page.queue", entry },
    { type: "page.sending", clientId: entry.clientId },
    { type: "page.disconnected" },
    { type: "page.stale" },
  );
  assert.equal(nextToSend(state), null, "not before the page knows where the conversation stands");
  const known = reduce(state, { ...event("conversation.state", 2, { messages: [Q, A], running: "a1" }), after: 0 });
  assert.equal(nextToSend(known).clientId, entry.clientId);
});

test("a deleted conversation sends nothing", () => {
  const state = play(openThread(page()), { type: "page.queue", entry: newEntry("send", { text: "x" }) }, event("conversation.deleted", 1));
  assert.deepEqual([state.deleted, nextToSend(state)], [true, null]);
});
