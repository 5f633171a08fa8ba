// The list and the memory beside the conversation: beside it where there is room, over it as a drawer where not.
import { byId } from "./page.js";

const DRAWER = { sidebar: "(width < 48rem)", memory: "(width < 75rem)" };
const STAYS_OPEN = "memorybot:memory-panel";

export function createPanels({ onOpen }) {
  const [veil, main] = ["veil", "main"].map(byId);
  const panels = Object.fromEntries(Object.keys(DRAWER).map((name) => [name, byId(name)]));
  const isDrawer = (name) => matchMedia(DRAWER[name]).matches;
  const openDrawer = () => Object.keys(panels).find((name) => isDrawer(name) && panels[name].hasAttribute("data-open"));
  const buttonOf = (name) => document.querySelector(`[data-panel="${name}"]`);

  function set(name, isOpen) {
    const panel = panels[name];
    panel.toggleAttribute("data-open", isOpen);
    buttonOf(name).setAttribute("aria-expanded", String(isOpen));
    const covers = isDrawer(name) && isOpen;
    veil.hidden = !covers;
    main.inert = covers;
    if (isOpen) onOpen(name);
  }

  function toggle(name) {
    const isOpen = !panels[name].hasAttribute("data-open");
    set(name, isOpen);
    if (name === "memory" && !isDrawer(name)) localStorage.setItem(STAYS_OPEN, isOpen ? "yes" : "no");
    if (isOpen && isDrawer(name)) panels[name].querySelector("a, button").focus();
  }

  function close(name) {
    set(name, false);
    if (name === "memory" && !isDrawer(name)) localStorage.setItem(STAYS_OPEN, "no");
    buttonOf(name).focus();
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-panel]");
    if (opener) toggle(opener.dataset.panel);
    const closer = event.target.closest("[data-panel-close]");
    if (closer) close(closer.dataset.panelClose);
  });
  veil.addEventListener("click", () => close(openDrawer()));
  for (const query of Object.values(DRAWER)) matchMedia(query).addEventListener("change", settle);

  // Turning a phone or dragging a window must not leave the page covered or dead.
  function settle() {
    for (const name of Object.keys(panels)) if (isDrawer(name)) set(name, false);
    if (!openDrawer()) {
      veil.hidden = true;
      main.inert = false;
    }
  }

  if (!isDrawer("memory") && localStorage.getItem(STAYS_OPEN) !== "no") set("memory", true);
  return {
    closeDrawer() {
      const name = openDrawer();
      if (name) close(name);
      return Boolean(name);
    },
    isOpen: (name) => panels[name].hasAttribute("data-open"),
  };
}
