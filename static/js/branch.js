// The branch on the page: messages from the root to a leaf of the conversation's tree. Pure.
import { countCodePoints } from "./codepoints.js";

// A stored message as the page keeps it: `length` is its text in code points, for the offsets of turn.delta.
export function keep(message) {
  return { ...message, length: countCodePoints(message.text) };
}

// A message of which `text` is all that is left.
export function erased(message, text) {
  const status = message.status === "streaming" ? "stopped" : message.status;
  return { ...keep({ ...message, text }), status, ...(text === "" ? { receipt: null, learned: [] } : {}) };
}

// The branch after a turn was accepted: a new turn extends it, an edit or a retry turns it off at its parent.
// Null when the turn hangs on a message that is not on the page.
export function withTurn(messages, question, reply) {
  const stem = stemBefore(messages, question);
  return stem && [...stem, keep(question), keep(reply)];
}

function stemBefore(messages, question) {
  if (question.parent === null) return [];
  const parent = messages.findIndex((message) => message.id === question.parent);
  return parent < 0 ? null : messages.slice(0, parent + 1);
}

export function replaced(messages, id, change) {
  return messages.map((message) => (message.id === id ? { ...message, ...change(message) } : message));
}

// The branch after a conversation.state that holds only what changed. Null when it does not connect.
export function withChanges(messages, changed) {
  if (changed.length === 0) return messages;
  const known = new Map(messages.map((message) => [message.id, message]));
  for (const message of changed) known.set(message.id, keep(message));
  return chainTo(known, leafAfter(messages, changed.at(-1).id));
}

// A changed message in the middle of the branch leaves its end where it was.
function leafAfter(messages, lastChanged) {
  return messages.some((message) => message.id === lastChanged) ? messages.at(-1).id : lastChanged;
}

function chainTo(known, leaf) {
  const chain = [];
  for (let id = leaf; id !== null; id = known.get(id).parent) {
    if (!known.has(id)) return null;
    chain.unshift(known.get(id));
  }
  return chain;
}
