// A few keys, with a list, and a switch for those whose other tools need them.
import { openDialog } from "./dialogs.js";
import { byId } from "./page.js";

const SWITCH = "memorybot:shortcuts";

export function bindShortcuts({ enterToSend, onNewChat, onEscape }) {
  const [dialog, toggle] = ["shortcuts-dialog", "shortcuts-on"].map(byId);
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  toggle.checked = localStorage.getItem(SWITCH) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
  if (isApple) for (const name of dialog.querySelectorAll("[data-modifier]")) name.textContent = "⌘";
  for (const row of dialog.querySelectorAll("[data-enter-sends]")) row.hidden = !enterToSend;
  for (const row of dialog.querySelectorAll("[data-enter-breaks]")) row.hidden = enterToSend;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape" && !isInOverlay(event.target)) return onEscape();
    const modifier = isApple ? event.metaKey : event.ctrlKey;
    if (!modifier || event.altKey || !toggle.checked) return;
    const run = event.shiftKey ? { o: onNewChat }[event.key.toLowerCase()] : { "/": () => openDialog(dialog) }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}

// There Esc closes what is open.
function isInOverlay(target) {
  return document.querySelector("dialog[open], [popover]:popover-open") !== null || target.closest?.("dialog, .menu");
}
