// For those who hear the page: one word when an answer begins, one when it is ready, an alert when it failed.
import { byId } from "./page.js";

const ALARMING = new Set(["failed", "interrupted"]);

export function createAnnouncer() {
  const [polite, alarm] = ["announce", "alarm"].map(byId);

  return function announce(state, before, event) {
    if (event.type === "turn.accepted" && state.running !== before.running) polite.textContent = "MemoryBot is answering.";
    if (event.type !== "turn.done" || state.messages === before.messages) return;
    if (ALARMING.has(event.status)) {
      polite.textContent = "";
      alarm.textContent = event.error?.message ?? "The answer was interrupted.";
    } else {
      alarm.textContent = "";
      polite.textContent = event.status === "stopped" ? "The answer was stopped." : "The answer is ready.";
    }
  };
}
