// Renaming, deleting and clearing: done at once, with an undo instead of a question; only where something was learned
// it is asked whether that is to be forgotten too.
import { askToDelete, countFacts, forgetLabel } from "./deletion.js";
import { post } from "./http.js";
import { openMenu } from "./menus.js";
import { byId, url } from "./page.js";
import { renameInPlace } from "./rename.js";
import { attempt, toast } from "./toast.js";
import { part } from "./view/template.js";

// `leave(id)` is called when a conversation that may be open here is gone, `reload()` when the list changed widely.
export function createConversationActions({ sidebar, leave, reload }) {
  let chosen = null;

  function openHistoryMenu(button) {
    chosen = button.closest("[data-conversation]").dataset.conversation;
    openMenu(byId("history-menu"), button);
  }

  function renameRow(id) {
    const element = sidebar.find(id);
    const title = part(element, "title");
    const link = element.querySelector("a");
    renameInPlace(link, title.textContent, (text) => rename(id, text));
  }

  async function rename(id, title) {
    const before = sidebar.titleOf(id);
    sidebar.rename(id, title);
    const done = await attempt("Renaming", () => post(url("rename", id), { title }));
    if (!done) sidebar.rename(id, before);
  }

  async function remove(id) {
    const title = sidebar.titleOf(id);
    const choice = await choose(url("taught", id), {
      title: "Delete this chat?",
      text: `“${title}” can be brought back for 30 days.`,
      whom: "this chat",
    });
    if (!choice) return;
    const putBack = sidebar.take(id);
    const done = await attempt("Deleting", () => post(url("delete", id), choice));
    if (!done) return putBack();
    leave(id);
    toast(`Deleted “${title}”.`, { label: "Undo", run: () => restore(id, putBack) });
  }

  // What to send with a deletion: where nothing was learned there is nothing to ask. Null where it is called off.
  async function choose(address, { title, text, whom, isAsked = false }) {
    const facts = await attempt("Deleting", () => countFacts(address));
    if (facts === null) return null;
    if (facts === 0 && !isAsked) return {};
    return askToDelete({ title, text, facts, label: forgetLabel(facts, whom) });
  }

  async function erase(id) {
    const title = sidebar.titleOf(id);
    const choice = await choose(url("taught", id), {
      title: "Erase this chat for good?",
      text: `“${title}” and everything said in it is gone then. This cannot be undone.`,
      whom: "this chat",
      isAsked: true,
    });
    if (!choice || !(await attempt("Erasing", () => post(url("delete", id), { ...choice, for_good: "yes" })))) return;
    sidebar.remove(id);
    leave(id);
    toast(`Erased “${title}”.`);
  }

  async function restore(id, putBack = reload) {
    if (await attempt("Restoring", () => post(url("restore", id)))) putBack();
  }

  async function clearAll() {
    const choice = await choose(url("taughtByAll"), {
      title: "Delete all chats?",
      text: "They can be brought back for 30 days.",
      whom: "they",
    });
    if (!choice) return;
    const response = await attempt("Deleting", () => post(url("clear"), choice));
    if (!response) return;
    const { deleted } = await response.json();
    for (const id of deleted) sidebar.remove(id);
    reload();
    leave(null);
    const noun = deleted.length === 1 ? "conversation" : "conversations";
    if (deleted.length === 0) return toast("There was nothing to delete.");
    toast(`Deleted ${deleted.length} ${noun}.`, { label: "Undo", run: () => restoreAll(deleted) });
  }

  async function restoreAll(ids) {
    if (await attempt("Restoring", () => post(url("restoreMany"), { ids: ids.join(",") }))) reload();
  }

  return {
    rename,
    restore,
    actions: {
      "history-menu": openHistoryMenu,
      rename: () => renameRow(chosen),
      delete: () => remove(chosen),
      erase: () => erase(chosen),
      "clear-all": clearAll,
    },
  };
}
