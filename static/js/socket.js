// One websocket per page, kept open: pings, back-off with jitter, and an honest word about its state.
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30_000;
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const SIGNED_OUT = 4401;

// Full jitter, never less than a moment: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
export function backoff(attempt, random = Math.random) {
  const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** attempt);
  return 250 + random() * most;
}

// onState hears {name: "connecting" | "open" | "waiting" | "signed-out", delay}.
export function createSocket({ url, onFrame, onState, WebSocketClass = WebSocket, timers = globalThis }) {
  let socket = null;
  let attempt = 0;
  let counter = 0;
  let retryTimer, pingTimer, pongTimer;
  let state = { name: "connecting" };

  function become(next) {
    state = next;
    onState(next);
  }

  function connect() {
    timers.clearTimeout(retryTimer);
    become({ name: "connecting" });
    socket = new WebSocketClass(url);
    socket.onopen = opened;
    socket.onmessage = ({ data }) => received(JSON.parse(data));
    socket.onclose = ({ code }) => closed(code);
  }

  function opened() {
    pingTimer = timers.setTimeout(ping, PING_EVERY_MS);
    become({ name: "open" });
  }

  // Whatever arrives proves that the line is alive.
  function received(frame) {
    attempt = 0;
    timers.clearTimeout(pongTimer);
    timers.clearTimeout(pingTimer);
    pingTimer = timers.setTimeout(ping, PING_EVERY_MS);
    if (frame.type !== "pong") onFrame(frame);
  }

  function ping() {
    send({ type: "ping" });
    pongTimer = timers.setTimeout(drop, PONG_WITHIN_MS);
  }

  // A dead line may take minutes to report its close: let go of it now.
  function drop() {
    const dead = socket;
    dead.onopen = dead.onmessage = dead.onclose = null;
    dead.close();
    closed();
  }

  function closed(code) {
    timers.clearTimeout(pingTimer);
    timers.clearTimeout(pongTimer);
    socket = null;
    if (code === SIGNED_OUT) return become({ name: "signed-out" });
    const delay = backoff(attempt++);
    retryTimer = timers.setTimeout(connect, delay);
    become({ name: "waiting", delay });
  }

  // Returns the frame's ref, which the answer to it repeats; null while there is no line.
  function send(frame) {
    if (state.name !== "open") return null;
    const ref = `p${++counter}`;
    socket.send(JSON.stringify({ ...frame, ref }));
    return ref;
  }

  return {
    connect,
    send,
    get isOpen() {
      return state.name === "open";
    },
    // The network is back, or the reader pressed "now".
    hurry() {
      if (state.name === "waiting") connect();
    },
  };
}
