// Renaming, deleting and clearing: done at once, with an undo instead of a question.
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
    const putBack = sidebar.take(id);
    const done = await attempt("Deleting", () => post(url("delete", id)));
    if (!done) return putBack();
    leave(id);
    toast(`Deleted “${title}”.`, { label: "Undo", run: () => restore(id, putBack) });
  }

  async function restore(id, putBack = reload) {
    if (await attempt("Restoring", () => post(url("restore", id)))) putBack();
  }

  async function clearAll() {
    const response = await attempt("Deleting", () => post(url("clear")));
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
      "clear-all": clearAll,
    },
  };
}
