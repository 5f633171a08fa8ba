import { toCodePoints } from "./pasted.js";

// What the reader sent and the server has not acknowledged, in order. Pure. An entry is
// {clientId, kind: "send" | "edit" | "retry", text, pasted, target, parent, options, status, attempted, error};
// status is "queued" (waits for its turn), "sending" or "failed". The client id makes sending again harmless.
const REFUSALS_OF_TEXT = new Set(["empty", "too_long", "bad_text"]);

export function newEntry(kind, details) {
  return {
    clientId: crypto.randomUUID?.() ?? plainHttpUuid(),
    kind,
    text: "",
    pasted: [],
    target: null,
    parent: null,
    options: {},
    ...details,
    status: "queued",
    attempted: false,
    error: null,
  };
}

// randomUUID is there on https and localhost only; self-hosted pages are often plain http on a LAN.
function plainHttpUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

const ON_EVENT = {
  "page.queue": (outbox, event) => [...outbox, event.entry],
  "page.sending": (outbox, event) => mark(outbox, event.clientId, { status: "sending", attempted: true, error: null }),
  "page.again": (outbox, event) => mark(outbox, event.clientId, { status: "queued", error: null }),
  "page.discard": (outbox, event) => without(outbox, event.clientId),
  "page.disconnected": (outbox) =>
    outbox.map((entry) => (entry.status === "sending" ? { ...entry, status: "queued" } : entry)),
  "turn.accepted": (outbox, event) => without(outbox, event.client_id),
  error: (outbox, event) => mark(outbox, event.client_id, afterError(event)),
};

export function reduceOutbox(state, event) {
  if (!(event.type in ON_EVENT)) return state;
  const outbox = ON_EVENT[event.type](state.outbox, event);
  const isSame = outbox.length === state.outbox.length && outbox.every((entry, at) => entry === state.outbox[at]);
  return isSame ? state : { ...state, outbox };
}

// Another answer is still running there: the entry waits for its end like everything in the queue.
function afterError({ code, message }) {
  if (code === "busy") return { status: "queued", attempted: false };
  return { status: "failed", error: { code, message } };
}

function mark(outbox, clientId, change) {
  return outbox.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry));
}

function without(outbox, clientId) {
  return outbox.filter((entry) => entry.clientId !== clientId);
}

// The entry to send now. One that may have arrived already is sent again at once, whatever runs.
export function nextToSend(state) {
  const [head] = state.outbox;
  if (!head || head.status !== "queued" || state.stale || state.deleted) return null;
  return state.running === null || head.attempted ? head : null;
}

// The entry that stands in the thread as the reader's newest message, and those that wait behind it.
export function pendingEntry(state) {
  const [head] = state.outbox;
  if (!head) return null;
  return head.status !== "queued" || head.attempted || state.running === null ? head : null;
}

export function waitingEntries(state) {
  return pendingEntry(state) ? state.outbox.slice(1) : state.outbox;
}

// Refused for what it says: the text goes back to the box instead of being tried again.
export function isRefusedText(entry) {
  return entry.status === "failed" && REFUSALS_OF_TEXT.has(entry.error.code);
}

// The frame that sends an entry.
export function frameFor(entry, conversation) {
  const { clientId: client_id, text, pasted: spans = [] } = entry;
  const pasted = spans.length > 0 ? { pasted: toCodePoints(text, spans) } : {};
  if (entry.kind === "retry") return { type: "turn.retry", reply: entry.target, client_id };
  if (entry.kind === "edit") return { type: "turn.edit", message: entry.target, text, client_id, ...pasted };
  const parent = entry.parent ? { parent: entry.parent } : {};
  return { type: "turn.send", client_id, conversation, text, ...parent, options: entry.options, ...pasted };
}
