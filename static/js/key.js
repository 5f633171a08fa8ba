// The reader's own key: in this variable and in the one connection, nowhere else. Gone with the page.
import { byId } from "./page.js";

export function createKey(socket) {
  const [form, input, error] = ["key-form", "key", "key-error"].map(byId);
  let key = null;
  let asked = null;

  function tell() {
    asked = socket.send({ type: "key.set", key });
  }

  function hold(value) {
    key = value;
    error.textContent = "";
    tell();
    show();
  }

  function show() {
    byId("key-badge").hidden = key === null;
    byId("key-forget").hidden = key === null;
  }

  function refused(frame) {
    error.textContent = frame.message;
    key = null;
    show();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    hold(input.value.trim());
    input.value = "";
  });
  byId("key-forget").addEventListener("click", () => hold(null));

  return {
    // A new connection knows nothing of it.
    connected: () => key !== null && tell(),
    isHeld: () => key !== null,
    // True if the frame was the answer about the key.
    receive(frame) {
      if (asked === null || frame.ref !== asked) return false;
      asked = null;
      if (frame.type === "error") refused(frame);
      else form.closest("dialog").close();
      return true;
    },
  };
}
