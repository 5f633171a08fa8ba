// Where the reader is in the thread. It follows an answer only while pinned to its end; the page itself only ever
// scrolls to the end, so a move upward that no shrinking explains was the reader's, however small.
import { byId } from "./page.js";

const MOVED_PX = 3;
const END_PX = 2;
const UPWARD_KEYS = new Set(["ArrowUp", "PageUp", "Home"]);

export function createScroll() {
  const [scroller, spacer, toEnd] = ["scroller", "spacer", "to-end"].map(byId);
  let isPinned = true;
  let lastTop = 0;
  let isSpaced = false;

  const end = () => scroller.scrollHeight - scroller.clientHeight;
  const hasMessages = () => scroller.querySelector(".message") !== null;
  const isAtEnd = () => end() - scroller.scrollTop <= END_PX;

  function setPinned(value) {
    isPinned = value;
    scroller.toggleAttribute("data-pinned", value);
    toEnd.hidden = isPinned || isAtEnd();
  }

  function scrolled() {
    const top = scroller.scrollTop;
    if (top < lastTop - MOVED_PX && !isAtEnd()) setPinned(false);
    else if (top > lastTop && isAtEnd()) setPinned(true);
    else toEnd.hidden = isPinned || isAtEnd();
    lastTop = top;
  }

  // The newest question stands at the top and its answer fills the page beneath: the spacer is what is left.
  function space() {
    const question = isSpaced && [...scroller.querySelectorAll(".message--question")].at(-1);
    const used = question ? spacer.getBoundingClientRect().top - question.getBoundingClientRect().top : Infinity;
    const below = scroller.firstElementChild.getBoundingClientRect().bottom - spacer.getBoundingClientRect().bottom;
    const room = Math.max(0, scroller.clientHeight - used - below - 1);
    spacer.style.blockSize = `${room}px`;
  }

  // After every change of what is shown.
  function settle() {
    space();
    if (isPinned && hasMessages()) scroller.scrollTop = end();
    lastTop = scroller.scrollTop;
    toEnd.hidden = isPinned || isAtEnd();
  }

  scroller.addEventListener("scroll", scrolled, { passive: true });
  onUpwardGesture(scroller, () => end() > 0 && setPinned(false));
  // What the reader opens is what is looked at: shown whole under the newest answer, left in place elsewhere.
  scroller.addEventListener("toggle", ({ target }) => {
    space();
    if (target.closest("[data-latest]")) target.scrollIntoView({ block: "nearest" });
    setPinned(isAtEnd());
  }, true);
  scroller.addEventListener("focusin", ({ target }) => target.closest(".edit") && setPinned(false));
  toEnd.addEventListener("click", () => {
    setPinned(true);
    settle();
  });
  new ResizeObserver(settle).observe(scroller);

  return {
    settle,
    // The reader asked something: the question goes to the top.
    pinToQuestion() {
      isSpaced = true;
      setPinned(true);
    },
    // Another conversation: its end, or a message that was asked for.
    reset() {
      isSpaced = false;
      setPinned(true);
    },
    goTo(element) {
      setPinned(false);
      element.scrollIntoView({ block: "start" });
      element.dataset.found = "";
    },
  };
}

// Heard before the scroll itself, so that the next piece of the answer does not pull the page down again.
function onUpwardGesture(scroller, callback) {
  let touchedAt = 0;
  scroller.addEventListener("wheel", (event) => event.deltaY < 0 && callback(), { passive: true });
  scroller.addEventListener("keydown", (event) => UPWARD_KEYS.has(event.key) && callback());
  scroller.addEventListener("touchstart", (event) => (touchedAt = event.touches[0].clientY), { passive: true });
  scroller.addEventListener("touchmove", (event) => event.touches[0].clientY > touchedAt + MOVED_PX && callback(), {
    passive: true,
  });
}
