// Keeps what is not yet accepted in this browser, in step with the state (drafts.js has the storage).
import { isRefusedText } from "./outbox.js";
import { toast } from "./toast.js";

export function keepUnsent({ store, drafts, composer, onBegun }) {
  store.subscribe((state, before, event) => {
    if (event.type === "page.open") return;
    if (event.type === "page.discard") drafts.forget(event.clientId);
    if (before.conversation === null && state.conversation !== null) begun(state);
    if (state.outbox !== before.outbox) drafts.keepOutbox(state.conversation, state.outbox);
    const refused = event.type === "error" && state.outbox.find(isRefusedText);
    if (refused && composer.text === "") giveBack(refused);
  });

  // Discarded in another tab, where the same queue is open. Of what was sent from here the server tells; another tab
  // may hear of it first and forget it.
  addEventListener("storage", (event) => {
    const clientId = drafts.forgottenBy(event);
    const waits = store.state.outbox.some((entry) => entry.clientId === clientId && !entry.attempted);
    if (waits) store.dispatch({ type: "page.discard", clientId });
  });

  // What waited under "new" belongs to the conversation now.
  function begun(state) {
    for (const { clientId } of state.outbox) drafts.forget(clientId);
    drafts.keepDraft(null, "");
    drafts.keepDraft(state.conversation, composer.text, composer.spans);
    onBegun(state.conversation);
  }

  function giveBack(entry) {
    composer.setText(entry.text, entry.pasted);
    toast(entry.error.message);
    store.dispatch({ type: "page.discard", clientId: entry.clientId });
  }
}
