import assert from "node:assert/strict";
import test from "node:test";
import { backoff, createSocket } from "../../static/js/socket.js";
import { createDelivery } from "../../static/js/delivery.js";
import { createStore } from "../../static/js/store.js";
import { newEntry } from "../../static/js/outbox.js";
import { openThread, reduce } from "../../static/js/thread.js";
import { CONVERSATION, FakeWebSocket, accepted, event, fakeTimers, message, page } from "./support.mjs";

const settle = () => new Promise((done) => setImmediate(done));

function start(thread = page()) {
  FakeWebSocket.opened = [];
  const timers = fakeTimers();
  const states = [];
  const store = createStore(reduce, openThread(thread));
  const socket = createSocket({
    url: "ws://here/ws/chat/",
    WebSocketClass: FakeWebSocket,
    timers,
    onFrame: (frame) => delivery.receive(frame),
    onState(state) {
      states.push(state.name);
      if (state.name === "open") delivery.connected();
      if (state.name === "waiting") delivery.disconnected();
    },
  });
  const delivery = createDelivery({ store, socket, timers });
  socket.connect();
  return { store, socket, timers, states, line: () => FakeWebSocket.opened.at(-1) };
}

const sentTypes = (line) => line.sent.map(({ type }) => type);

function answerFollow(line, frame) {
  const { ref } = line.sent.findLast(({ type }) => type === "conversation.follow");
  line.tell({ ref, ...frame });
}

test("the wait grows, is spread, and never exceeds its most", () => {
  assert.equal(backoff(0, () => 0), 250);
  assert.equal(backoff(3, () => 1), 4250);
  assert.equal(backoff(40, () => 1), 30_250);
});

test("each connection begins by asking for what was missed", () => {
  const { line } = start(page([message("q1", null, "user")], 7));
  line().onopen();
  assert.deepEqual(line().sent, [{ type: "conversation.follow", conversation: CONVERSATION, after: 7, ref: "p1" }]);
});

test("a gap asks once, and the answer mends it", async () => {
  const { store, line } = start();
  line().onopen();
  answerFollow(line(), event("conversation.state", 0, { messages: [], running: null }));
  line().tell(accepted(1, message("q1", null, "user", "Hi"), message("a1", "q1", "assistant")));
  line().tell(event("turn.delta", 4, { reply: "a1", offset: 9, text: "x" }));
  line().tell(event("turn.delta", 5, { reply: "a1", offset: 10, text: "y" }));
  await settle();
  const follows = line().sent.filter(({ type }) => type === "conversation.follow");
  assert.deepEqual(follows.map(({ after }) => after), [0, 1]);
  const whole = message("a1", "q1", "assistant", "0123456789y", { status: "streaming" });
  answerFollow(line(), event("conversation.state", 5, { messages: [whole], running: "a1" }));
  line().tell(event("turn.delta", 6, { reply: "a1", offset: 11, text: "z" }));
  assert.equal(store.state.messages[1].text, "0123456789yz");
});

test("a broken line is retried, and what was on its way is sent again with the same client id", async () => {
  const { store, timers, states, line } = start();
  line().onopen();
  answerFollow(line(), event("conversation.state", 0, { messages: [], running: null }));
  const entry = newEntry("send", { text: "Hello" });
  store.dispatch({ type: "page.queue", entry });
  await settle();
  assert.deepEqual(sentTypes(line()), ["conversation.follow", "turn.send"]);
  line().onclose({ code: 1006 });
  assert.deepEqual(states, ["connecting", "open", "waiting"]);
  timers.run();
  line().onopen();
  assert.deepEqual(sentTypes(line()), ["conversation.follow"], "first where it stands, then the message");
  answerFollow(line(), event("conversation.state", 0, { messages: [], running: null }));
  await settle();
  assert.equal(line().sent.at(-1).client_id, entry.clientId);
  line().tell(accepted(1, message("q1", null, "user", "Hello"), message("a1", "q1", "assistant"), entry.clientId));
  assert.deepEqual(store.state.outbox, []);
});

test("a silent line is given up after an unanswered ping", () => {
  const { timers, states, line } = start();
  line().onopen();
  timers.run();
  assert.equal(line().sent.at(-1).type, "ping");
  timers.run();
  assert.equal(line().isClosed, true);
  assert.equal(states.at(-1), "waiting");
});

test("a pong keeps the line", () => {
  const { timers, states, line } = start();
  line().onopen();
  timers.run();
  line().tell({ type: "pong" });
  assert.deepEqual(timers.delays(), [25_000]);
  assert.equal(states.at(-1), "open");
});

test("without a session it stops and says so", () => {
  const { timers, states, line } = start();
  line().onclose({ code: 4401 });
  assert.equal(states.at(-1), "signed-out");
  assert.deepEqual(timers.delays(), []);
});

test("a conversation that is gone is marked deleted, not asked for again", async () => {
  const { store, line } = start();
  line().onopen();
  answerFollow(line(), { type: "error", code: "not_found", message: "…" });
  await settle();
  assert.equal(store.state.deleted, true);
  assert.equal(line().sent.length, 1);
});

test("a refusal as busy looks again after a pause instead of at once", async () => {
  const { store, timers, line } = start();
  line().onopen();
  answerFollow(line(), event("conversation.state", 0, { messages: [], running: null }));
  store.dispatch({ type: "page.queue", entry: newEntry("send", { text: "x" }) });
  await settle();
  const { client_id } = line().sent.at(-1);
  line().tell({ type: "error", code: "busy", message: "…", client_id });
  await settle();
  assert.equal(line().sent.length, 2);
  assert.deepEqual(timers.delays(), [25_000, 1_500]);
});
