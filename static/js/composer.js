// The box: it grows, keeps its draft, and hands over what is to be sent. Text never leaves it before that.
import { countCodePoints } from "./codepoints.js";
import { meaningOf } from "./composer-keys.js";
import { byId } from "./page.js";
import { watchPastes } from "./pasted.js";

const COUNT_SHOWN_FROM = 0.9;
const BLANK = "…";

export function createComposer({ enterToSend, most, onSend, onDraft }) {
  const [form, box, count, send, stop] = ["composer", "box", "count", "send", "stop"].map(byId);
  const touch = matchMedia("(hover: none) and (pointer: coarse)");
  let justComposed = false;
  let isAnswering = false;
  const pastes = watchPastes(box, { onChange: changed });

  function grow() {
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight}px`;
  }

  function changed() {
    grow();
    onDraft(box.value, pastes.spans);
    showCount();
    showButtons();
  }

  function showCount() {
    const length = box.value.length < most * COUNT_SHOWN_FROM ? 0 : countCodePoints(box.value);
    count.hidden = length < most * COUNT_SHOWN_FROM;
    count.textContent = `${length.toLocaleString()} of ${most.toLocaleString()}`;
    count.toggleAttribute("data-over", length > most);
  }

  function showButtons() {
    const hasText = box.value.trim() !== "";
    stop.hidden = !isAnswering;
    send.hidden = isAnswering && !hasText;
    send.disabled = !hasText || count.hasAttribute("data-over");
    send.setAttribute("aria-label", isAnswering ? "Send when the answer has ended" : "Send");
  }

  function submit() {
    if (send.disabled) return;
    const [text, spans] = [box.value, pastes.spans];
    setText("");
    onSend(text, spans);
  }

  function setText(text, spans = []) {
    pastes.set(text, spans);
    changed();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("compositionend", () => {
    justComposed = true;
    setTimeout(() => (justComposed = false));
  });
  box.addEventListener("keydown", (event) => {
    const options = { enterToSend, isTouch: touch.matches, justComposed };
    if (meaningOf(event, options) !== "send") return;
    event.preventDefault();
    submit();
  });
  new ResizeObserver(grow).observe(form);

  return {
    setText,
    get text() {
      return box.value;
    },
    // Which parts of the text were pasted.
    get spans() {
      return pastes.spans;
    },
    // A text to begin with; its first blank is selected, to be typed over.
    begin(text, spans) {
      setText(text, spans);
      box.focus();
      const blank = text.indexOf(BLANK);
      if (blank >= 0) box.setSelectionRange(blank, blank + BLANK.length);
    },
    // Never on phones: the keyboard would cover what there is to read.
    focus() {
      if (!touch.matches) box.focus({ preventScroll: true });
    },
    setAnswering(value) {
      isAnswering = value;
      showButtons();
    },
    setEnabled(value) {
      box.disabled = !value;
    },
  };
}
