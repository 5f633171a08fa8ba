// What stands in the thread: the branch, and the reader's newest message while it is on its way. Pure.
import { pendingEntry } from "./outbox.js";

// Items in order: {key, message, entry}; entry is null for what the server has stored.
export function shownItems(state) {
  const entry = pendingEntry(state);
  if (!entry) return state.messages.map(stored);
  return [...stemOf(state.messages, entry).map(stored), pending(entry)];
}

function stored(message) {
  return { key: message.id, message, entry: null };
}

// An edit or a retry replaces what follows the place where it turns off.
function stemOf(messages, entry) {
  const at = entry.target ? messages.findIndex((message) => message.id === entry.target) : -1;
  return at < 0 ? messages : messages.slice(0, at);
}

function pending(entry) {
  const role = entry.kind === "retry" ? "assistant" : "user";
  const status = entry.status === "failed" ? "failed" : role === "user" ? "sending" : "streaming";
  const message = {
    id: entry.clientId,
    role,
    text: entry.text,
    status,
    siblings: [],
    learned: [],
    receipt: null,
    model: "",
    created: null,
    error: entry.error && { ...entry.error, retryable: true },
  };
  return { key: entry.clientId, message, entry };
}

// The version before and after a message among its siblings, and its place.
export function versionsOf(message) {
  const at = message.siblings.indexOf(message.id);
  return { older: message.siblings[at - 1], newer: message.siblings[at + 1], place: at + 1, count: message.siblings.length };
}
