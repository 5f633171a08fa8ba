// What the buttons in and around the thread do, by their data-action.
import { copy } from "./copy.js";
import { askToDelete } from "./deletion.js";
import { post } from "./http.js";
import { newEntry } from "./outbox.js";
import { url } from "./page.js";
import { openContext, openSettings } from "./parts.js";
import { append, fromCodePoints } from "./pasted.js";
import { attempt, toast } from "./toast.js";
import { editInPlace } from "./view/edit.js";
import { correctInPlace } from "./view/correct.js";
import { canUndo, shownOf } from "./view/learned.js";
import { part } from "./view/template.js";

export function bindActions(own) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button && button.dataset.action in own) own[button.dataset.action](button, event);
  });
}

const idOf = (button) => button.closest("[data-id]").dataset.id;

export function threadActions({ store, socket, composer, enqueue }) {
  const messageOf = (button) => store.state.messages.find((message) => message.id === idOf(button));
  const entryOf = (button) => store.state.outbox.find((entry) => entry.clientId === idOf(button));
  const discard = ({ clientId }) => store.dispatch({ type: "page.discard", clientId });

  function stop() {
    const { running } = store.state;
    if (running === null) return;
    if (!socket.send({ type: "turn.stop", reply: running })) toast("There is no connection right now; the answer goes on.");
  }

  function edit(button) {
    const { id, text, pasted = [] } = messageOf(button);
    const send = (news, spans) => enqueue(newEntry("edit", { target: id, text: news, pasted: spans }));
    editInPlace(button.closest(".message"), { text, pasted: fromCodePoints(text, pasted) }, send);
  }

  async function remove(button) {
    const { id } = messageOf(button);
    const choice = await askToDelete({
      title: "Delete this message?",
      text: "What you said and the answers to it are erased for good. This cannot be undone.",
      facts: 1,
      label: "Also forget what only it taught",
    });
    if (choice) await attempt("Deleting", () => post(url("deleteMessage", id), choice));
  }

  function retry(button) {
    const message = messageOf(button);
    if (message) enqueue(newEntry("retry", { target: message.id }));
    else again(button);
  }

  function again(button) {
    store.dispatch({ type: "page.again", clientId: idOf(button) });
  }

  function takeBack(button) {
    const entry = entryOf(button);
    discard(entry);
    const { text, spans } = append(composer, composer.text && "\n\n", { text: entry.text, spans: entry.pasted ?? [] });
    composer.begin(text, spans);
  }

  async function undo(button) {
    const { change } = button.closest("[data-change]").dataset;
    const reply = idOf(button);
    const done = await attempt("Undoing", () => post(url("undo", change)));
    if (done) store.dispatch({ type: "page.undone", reply, change });
  }

  async function undoAll(button) {
    const { learned } = messageOf(button);
    const body = shownOf(learned).filter(canUndo).map(({ change }) => ["change", change]);
    await attempt("Undoing", () => post(url("undoMany"), body));
  }

  // With Ctrl, Shift or ⌘ it opens on a page of its own, as links do.
  function correct(link, event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    attempt("Opening the form", () => correctInPlace(link.closest("[data-change]")));
  }

  function copyMessage(button) {
    const message = messageOf(button);
    const element = message.role === "assistant" ? part(button.closest(".message"), "text") : null;
    return attempt("Copying", () => copy(button, message.text, element));
  }

  function copyCode(button) {
    const { textContent } = part(button.closest(".code-block"), "code");
    return attempt("Copying", () => copy(button, textContent));
  }

  return {
    stop,
    edit,
    "delete-message": remove,
    retry,
    again,
    undo,
    "undo-all": undoAll,
    correct,
    discard: (button) => discard(entryOf(button)),
    "take-back": takeBack,
    copy: copyMessage,
    "copy-code": copyCode,
    version: (button) => store.dispatch({ type: "page.branch", branch: button.dataset.version }),
    context: (button) => attempt("Opening what was sent", () => openContext(idOf(button))),
    settings: () => attempt("Opening the settings", () => openSettings(store.state.conversation)),
    reconnect: () => socket.hurry(),
  };
}
