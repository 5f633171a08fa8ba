// Text that was typed and not yet accepted, kept in this browser per user and conversation: the draft in the box,
// and each sent message until the server has it. One key per message, so that two tabs cannot undo each other.
const NEW = "new";

export function createDrafts(user, storage = localStorage) {
  const draftKey = (conversation) => `memorybot:${user}:draft:${conversation ?? NEW}`;
  const pastedKey = (conversation) => `memorybot:${user}:pasted:${conversation ?? NEW}`;
  const outboxPrefix = (conversation) => `memorybot:${user}:outbox:${conversation ?? NEW}:`;

  function keys(prefix) {
    const all = Array.from({ length: storage.length }, (_, index) => storage.key(index));
    return all.filter((key) => key.startsWith(prefix));
  }

  function keep(key, text) {
    if (text) store(storage, key, text);
    else storage.removeItem(key);
  }

  return {
    draft: (conversation) => storage.getItem(draftKey(conversation)) ?? "",

    // Which parts of the draft were pasted.
    pasted: (conversation) => JSON.parse(storage.getItem(pastedKey(conversation)) ?? "[]"),

    keepDraft(conversation, text, pasted = []) {
      keep(draftKey(conversation), text);
      keep(pastedKey(conversation), pasted.length > 0 && JSON.stringify(pasted));
    },

    // In the order they were sent. What was on its way is marked so that it is sent again at once.
    outbox(conversation) {
      const entries = keys(outboxPrefix(conversation)).map((key) => JSON.parse(storage.getItem(key)));
      return entries
        .sort((one, other) => one.at - other.at)
        .map(({ at, ...entry }) => (entry.status === "sending" ? { ...entry, status: "queued" } : entry));
    },

    keepOutbox(conversation, entries) {
      entries.forEach((entry, at) => {
        store(storage, outboxPrefix(conversation) + entry.clientId, JSON.stringify({ ...entry, at }));
      });
    },

    // The client id of a message that another tab forgot, if that is what a storage event tells.
    forgottenBy({ key, newValue }) {
      return newValue === null && key?.startsWith(`memorybot:${user}:outbox:`) ? key.split(":").at(-1) : null;
    },

    // Accepted or discarded, wherever it was sent from.
    forget(clientId) {
      const sent = keys(`memorybot:${user}:outbox:`).filter((key) => key.endsWith(`:${clientId}`));
      for (const key of sent) storage.removeItem(key);
    },
  };
}

// A full or forbidden storage loses only the safety copy; the text itself is still on the page.
function store(storage, key, text) {
  try {
    storage.setItem(key, text);
  } catch (error) {
    console.warn("This browser keeps no copy of unsent text:", error.name);
  }
}
