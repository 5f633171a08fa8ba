// Between the thread's state and the socket: sends what waits, fetches what was missed.
import { frameFor, nextToSend } from "./outbox.js";

const PAUSE_MS = 1_500;
const FOLLOW_ANEW = new Set(["page.open", "page.branch"]);

export function createDelivery({ store, socket, timers = globalThis }) {
  let following = null;
  let paused = false;

  // Runs after every change; sends at most one follow and one entry.
  function pump() {
    if (!socket.isOpen || paused) return;
    if (store.state.stale && following === null) follow();
    const entry = nextToSend(store.state);
    if (!entry) return;
    store.dispatch({ type: "page.sending", clientId: entry.clientId });
    socket.send(frameFor(entry, store.state.conversation));
  }

  function follow() {
    const { conversation, seq, branch } = store.state;
    const after = branch ? 0 : seq;
    const ref = socket.send({ type: "conversation.follow", conversation, after, ...(branch && { branch }) });
    following = { ref, after, branch };
  }

  const isAnswer = (frame) => following !== null && frame.ref === following.ref;

  function receive(frame) {
    const answered = isAnswer(frame);
    if (frame.type === "conversation.state") return answered && takeState(frame);
    if (answered) return refused(frame);
    store.dispatch(frame);
    if (frame.type === "error" && frame.code === "busy") ask();
  }

  // Read with what was asked: everything, or only what changed after a seq.
  function takeState(frame) {
    const { after } = following;
    following = null;
    store.dispatch({ ...frame, after });
  }

  // A version that is gone is not the whole conversation.
  function refused(frame) {
    const { branch } = following;
    following = null;
    if (frame.code !== "not_found") pause();
    else if (branch) store.dispatch({ type: "page.branch", branch: null });
    else store.dispatch({ type: "page.gone" });
  }

  // The server knows of an answer that this page does not: look, but not in a tight loop.
  function ask() {
    pause();
    store.dispatch({ type: "page.stale" });
  }

  function pause() {
    paused = true;
    timers.setTimeout(() => {
      paused = false;
      pump();
    }, PAUSE_MS);
  }

  store.subscribe((_state, _before, event) => {
    if (FOLLOW_ANEW.has(event.type)) following = null;
    queueMicrotask(pump);
  });

  return {
    receive,
    isAnswer,
    connected() {
      following = null;
      store.dispatch({ type: "page.stale" });
      pump();
    },
    disconnected() {
      store.dispatch({ type: "page.disconnected" });
    },
  };
}
