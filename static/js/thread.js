// What the page knows of its conversation, as a pure function of what happened: frames of the server
// (docs/protocol.md) and what the reader did here ("page.…"). A frame that does not fit marks the thread stale;
// whoever runs the socket then asks for conversation.state.
import { erased, keep, replaced, withChanges, withTurn } from "./branch.js";
import { dropCodePoints, countCodePoints } from "./codepoints.js";
import { reduceOutbox } from "./outbox.js";

export const FIELDS = ["title", "title_by", "model", "k", "temperature", "memory", "instructions", "updated"];

// A page is what the server rendered: {conversation, state, conversation_fields}; outbox is what was not yet accepted.
export function openThread(page, outbox = []) {
  const blank = {
    conversation: page.conversation,
    fields: page.conversation_fields,
    messages: [],
    running: null,
    seq: 0,
    branch: null,
    stale: false,
    deleted: false,
    unclaimed: {},
    outbox,
  };
  return page.state ? takeState(blank, page.state) : blank;
}

const ON_FRAME = {
  "turn.accepted": takeTurn,
  "turn.recalled": (state, frame) => change(state, frame.reply, () => ({ receipt: frame.receipt })),
  "turn.delta": takeDelta,
  "turn.done": takeDone,
  "memory.updated": takeLearned,
  "message.erased": takeErased,
  "conversation.updated": takeFields,
  "conversation.deleted": (state) => ({ ...state, deleted: true, running: null }),
};

const ON_PAGE = {
  "page.open": (state, event) => stale(openThread(event.page, event.outbox)),
  "page.branch": (state, event) => stale({ ...state, branch: event.branch }),
  "page.stale": stale,
  "page.gone": (state) => ({ ...state, deleted: true, stale: false, running: null }),
  "page.undone": takeUndone,
};

export function reduce(state, event) {
  if (event.type in ON_PAGE) return ON_PAGE[event.type](state, event);
  if (event.type === "conversation.state") return isOurs(state, event) ? takeState(state, event) : state;
  const sent = reduceOutbox(state, event);
  if (!(event.type in ON_FRAME)) return sent;
  return takeEvent(claim(sent, event, state), event);
}

function stale(state) {
  return { ...state, stale: state.conversation !== null };
}

function takeEvent(state, frame) {
  if (state.conversation === null && frame.type === "conversation.updated") return remember(state, frame);
  if (!isOurs(state, frame) || state.stale) return state;
  if (frame.seq <= state.seq) return isMissedEnd(state, frame) ? stale(state) : state;
  if (frame.seq > state.seq + 1) return stale(state);
  return ON_FRAME[frame.type]({ ...state, seq: frame.seq }, frame);
}

// The answer to a stop that came too late tells of an end that this page never heard of.
function isMissedEnd(state, frame) {
  return frame.type === "turn.done" && frame.reply === state.running;
}

function isOurs(state, frame) {
  return state.conversation !== null && frame.conversation === state.conversation;
}

// A new conversation is announced before the turn that begins it says whose it is.
function remember(state, frame) {
  return { ...state, unclaimed: { ...state.unclaimed, [frame.conversation]: pickFields(frame) } };
}

function claim(state, frame, before) {
  const mine = before.outbox.some((entry) => entry.clientId === frame.client_id);
  if (state.conversation !== null || frame.type !== "turn.accepted" || !mine) return state;
  const fields = state.unclaimed[frame.conversation] ?? null;
  return { ...state, conversation: frame.conversation, fields, seq: frame.seq - 1, unclaimed: {} };
}

function takeTurn(state, frame) {
  const messages = withTurn(state.messages, frame.message, frame.reply);
  if (messages === null) return stale({ ...state, branch: null });
  const running = frame.reply.status === "streaming" ? frame.reply.id : state.running;
  return { ...state, messages, running, branch: null };
}

function takeDelta(state, frame) {
  const reply = state.messages.find((message) => message.id === frame.reply);
  if (!reply) return state;
  if (frame.offset > reply.length) return stale(state);
  const news = dropCodePoints(frame.text, reply.length - frame.offset);
  const length = reply.length + countCodePoints(news);
  return change(state, frame.reply, () => ({ text: reply.text + news, length }));
}

function takeDone(state, frame) {
  const running = state.running === frame.reply ? null : state.running;
  const { status, usage, error } = frame;
  return { ...change(state, frame.reply, () => ({ status, usage, error })), running };
}

// What was said is gone for good, and with it what was recalled for it and learned from it.
function takeErased(state, frame) {
  const running = state.running === frame.message ? null : state.running;
  return { ...change(state, frame.message, (message) => erased(message, frame.text)), running };
}

function takeLearned(state, frame) {
  return change(state, frame.reply, (reply) => ({ learned: mergeChanges(reply.learned, frame.changes) }));
}

function mergeChanges(old, news) {
  const merged = new Map(old.map((item) => [item.change, item]));
  for (const item of news) merged.set(item.change, { undone: false, ...merged.get(item.change), ...item });
  return [...merged.values()];
}

function takeUndone(state, event) {
  const undo = (item) => (item.change === event.change ? { ...item, undone: true } : item);
  return change(state, event.reply, (reply) => ({ learned: reply.learned.map(undo) }));
}

function takeFields(state, frame) {
  const deleted = "deleted" in frame ? frame.deleted !== null : state.deleted;
  return { ...state, deleted, fields: { ...state.fields, ...pickFields(frame) } };
}

export function pickFields(frame) {
  return Object.fromEntries(FIELDS.filter((name) => name in frame).map((name) => [name, frame[name]]));
}

// A whole branch replaces ours; an answer to "after" brings only what changed.
function takeState(state, frame) {
  const whole = !frame.after || state.messages.length === 0;
  const messages = whole ? frame.messages.map(keep) : withChanges(state.messages, frame.messages);
  if (messages === null) return stale({ ...state, seq: 0 });
  return { ...state, messages, running: frame.running, seq: frame.seq, stale: false };
}

function change(state, id, update) {
  return { ...state, messages: replaced(state.messages, id, update) };
}
