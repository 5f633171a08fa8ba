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
    tell();
    error.textContent = asked === null ? "There is no connection just now. The key is used as soon as there is one." : "";
  }

  function show() {
    byId("key-badge").hidden = key === null;
    byId("key-forget").hidden = key === null;
  }

  // The badge tells what the server holds, not what was asked for.
  function accepted() {
    error.textContent = "";
    form.closest("dialog").close();
    show();
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
      else accepted();
      return true;
    },
  };
}
