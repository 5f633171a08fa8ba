// The question before something is deleted: whether what only it taught is to be forgotten too.
import { openDialog } from "./dialogs.js";
import { getJson } from "./http.js";
import { byId } from "./page.js";

// Resolves to what is sent with the deletion, or to null where it was called off. Without facts nothing is to be chosen.
export function askToDelete({ title, text, facts = 0, label = "" }) {
  const dialog = byId("delete-dialog");
  byId("delete-title").textContent = title;
  byId("delete-text").textContent = text;
  byId("delete-label").textContent = label;
  byId("delete-choice").hidden = facts === 0;
  byId("delete-forget").checked = true;
  dialog.returnValue = "";
  openDialog(dialog);
  return new Promise((resolve) => {
    const answer = () => ({ forget: byId("delete-forget").checked ? "yes" : "no" });
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete" ? answer() : null), { once: true });
  });
}

export async function countFacts(address) {
  const { facts } = await getJson(address);
  return facts;
}

export function forgetLabel(facts, whom) {
  const things = facts === 1 ? "the one thing" : `the ${facts} things`;
  return `Also forget ${things} that only ${whom} taught`;
}
