// Shows the state: once per frame at most, however many pieces of an answer arrived.
import { createHeader } from "./header.js";
import { waitingEntries } from "./outbox.js";
import { byId, askedMode } from "./page.js";
import { createScroll } from "./scroll.js";
import { createTabTitle } from "./title.js";
import { renderQueue } from "./view/queue.js";
import { show } from "./view/template.js";
import { createThreadView } from "./view/thread.js";

const MESSAGE_HASH = /^#m-(.+)$/;

export function createScreen({ store, socket, composer }) {
  const view = createThreadView();
  const scroll = createScroll();
  const header = createHeader();
  const tab = createTabTitle();
  let page = null;
  let wanted = null;
  let isScheduled = false;

  function render() {
    isScheduled = false;
    const { state } = store;
    reachWanted(state);
    view.render(state, { isOpen: socket.isOpen });
    renderQueue(byId("queue"), waitingEntries(state));
    header.render(page, state);
    show(byId("deleted"), state.deleted);
    composer.setAnswering(state.running !== null);
    composer.setEnabled(!state.deleted);
    scroll.settle();
    goToWanted();
  }

  function schedule() {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(render);
  }

  // A link to a message: on this branch it may be further up, else the branch that has it is asked for.
  function open(newPage) {
    page = newPage;
    wanted = MESSAGE_HASH.exec(location.hash)?.[1] ?? null;
    header.opened();
    view.reset();
    scroll.reset();
    const { messages } = store.state;
    if (wanted && !messages.some(({ id }) => id === wanted)) store.dispatch({ type: "page.branch", branch: wanted });
    render();
  }

  function reachWanted({ messages }) {
    const at = wanted ? messages.findIndex(({ id }) => id === wanted) : -1;
    if (at >= 0) view.reach(messages.length - at);
  }

  function goToWanted() {
    const element = wanted && byId(`m-${wanted}`);
    if (!element) return;
    wanted = null;
    scroll.goTo(element);
  }

  store.subscribe((state, before, event) => {
    if (event.type === "turn.done" && state.messages !== before.messages) tab.answered();
    if (event.type === "page.queue") scroll.pinToQuestion();
    if (state.fields?.title !== before.fields?.title) tab.rename(state.fields?.title ?? "");
    schedule();
  });
  byId("earlier").addEventListener("click", () => {
    view.showMore();
    schedule();
  });

  return {
    open(newPage) {
      tab.rename(newPage.conversation_fields?.title ?? "");
      open(newPage);
    },
    schedule,
    // Settings that go with a message: all of a new conversation's, else only what was changed beside the box.
    options({ conversation, fields }) {
      const memory = conversation === null ? askedMode() : null;
      return { ...(memory && { memory }), ...header.option(fields) };
    },
  };
}
