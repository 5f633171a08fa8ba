// The list of conversations, kept in step with what the server tells every page.
import { byId, url } from "./page.js";
import { setTime } from "./time.js";
import { fromTemplate, part } from "./view/template.js";

const UNTITLED = "New chat";

export function createSidebar() {
  const [list, hint] = ["history", "history-empty"].map(byId);
  const find = (id) => list.querySelector(`[data-conversation="${CSS.escape(id)}"]`);

  function added(id) {
    const element = fromTemplate("history-template");
    element.dataset.conversation = id;
    element.querySelector("a").href = url("conversation", id);
    rename(element, "");
    list.prepend(element);
    return element;
  }

  function rename(element, title) {
    part(element, "title").textContent = title || UNTITLED;
    const label = `Rename or delete ${title || UNTITLED}`;
    element.querySelector('[data-action="history-menu"]').setAttribute("aria-label", label);
  }

  // A late title changes its row where it stands; only a new turn moves a row.
  function updated(frame) {
    if (frame.deleted || frame.memory === "temporary") return;
    const isNew = frame.seq === 1 || frame.deleted === null;
    const element = find(frame.conversation) ?? (isNew ? added(frame.conversation) : null);
    if (!element) return;
    if ("title" in frame) rename(element, frame.title);
    if (frame.updated) setTime(part(element, "time"), frame.updated);
    showHint();
  }

  function moved(frame) {
    const element = find(frame.conversation);
    if (!element) return;
    list.prepend(element);
    setTime(part(element, "time"), frame.message.created);
  }

  function remove(id) {
    find(id)?.remove();
    showHint();
  }

  function showHint() {
    hint.hidden = list.querySelector("[data-conversation]") !== null;
  }

  const ON_FRAME = {
    "conversation.updated": updated,
    "conversation.deleted": (frame) => remove(frame.conversation),
    "turn.accepted": moved,
  };

  return {
    find,
    remove,
    // True if the frame may have changed the list.
    receive(frame) {
      ON_FRAME[frame.type]?.(frame);
      return frame.type in ON_FRAME;
    },
    titleOf: (id) => find(id) && part(find(id), "title").textContent,
    rename: (id, title) => find(id) && rename(find(id), title),
    setCurrent(id) {
      for (const element of list.querySelectorAll("[data-conversation]")) {
        const isCurrent = element.dataset.conversation === id;
        element.toggleAttribute("data-current", isCurrent);
        if (isCurrent) element.querySelector("a").setAttribute("aria-current", "page");
        else element.querySelector("a").removeAttribute("aria-current");
      }
    },
    // A row as it was, for an undo: returns what puts it back.
    take(id) {
      const element = find(id);
      const next = element?.nextElementSibling ?? null;
      element?.remove();
      showHint();
      return () => {
        if (element && !find(id)) list.insertBefore(element, next?.parentNode === list ? next : null);
        showHint();
      };
    },
  };
}
