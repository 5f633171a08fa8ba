// The honest word about the line. A short break is not worth one.
import { byId, url } from "./page.js";
import { part, setText, show } from "./view/template.js";

const SAID_AFTER_MS = 1_000;

const WORDS = {
  connecting: "Connecting…",
  waiting: "The connection is lost; reconnecting… What you write is kept.",
  "signed-out": "You are signed out. What you wrote is kept in this browser.",
};

export function createConnectionNotice() {
  const element = byId("connection");
  let current = "connecting";
  let timer;

  function hide() {
    clearTimeout(timer);
    timer = undefined;
    show(element, false);
  }

  function say() {
    setText(part(element, "text"), WORDS[current]);
    show(part(element, "now"), current === "waiting");
    show(part(element, "sign-in"), current === "signed-out");
    part(element, "sign-in").href = `${url("signIn")}?next=${encodeURIComponent(location.pathname)}`;
    show(element, true);
  }

  return function showState({ name }) {
    current = name;
    if (name === "open") hide();
    else if (name === "signed-out" || !element.hidden) say();
    else timer ??= setTimeout(say, SAID_AFTER_MS);
  };
}
