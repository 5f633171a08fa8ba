// What the tests of the page's modules share.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18, which Debian 12 has

export const CONVERSATION = "c0000000-0000-4000-8000-000000000001";

export function message(id, parent, role, text = "", more = {}) {
  return {
    id,
    parent,
    role,
    text,
    status: "complete",
    created: "2026-11-22T10:00:00Z",
    model: "m",
    error: null,
    usage: null,
    siblings: [id],
    receipt: null,
    learned: [],
    ...more,
  };
}

export function accepted(seq, question, reply, clientId = "x") {
  return {
    type: "turn.accepted",
    conversation: CONVERSATION,
    seq,
    client_id: clientId,
    message: question,
    reply: { ...reply, status: "streaming" },
  };
}

export function event(type, seq, more) {
  return { type, conversation: CONVERSATION, seq, ...more };
}

export function page(messages = [], seq = 0, running = null) {
  return {
    conversation: CONVERSATION,
    conversation_fields: { title: "Norway" },
    state: { type: "conversation.state", conversation: CONVERSATION, seq, running, messages },
  };
}

export const BLANK_PAGE = { conversation: null, conversation_fields: null, state: null };

// Timers that run when the test says so.
export function fakeTimers() {
  const waiting = new Map();
  let next = 1;
  return {
    setTimeout(callback, delay) {
      waiting.set(next, { callback, delay });
      return next++;
    },
    clearTimeout: (id) => waiting.delete(id),
    delays: () => [...waiting.values()].map(({ delay }) => delay),
    run() {
      const [[id, { callback }]] = waiting;
      waiting.delete(id);
      callback();
    },
  };
}

export class FakeWebSocket {
  static opened = [];

  constructor(url) {
    this.url = url;
    this.sent = [];
    this.isClosed = false;
    FakeWebSocket.opened.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  tell(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

export class FakeStorage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  key(index) {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }
}
