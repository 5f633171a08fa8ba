// A word that passes, with one thing to do about it.
import { fromTemplate } from "./view/template.js";

const SHOWN_MS = 8_000;

export function toast(text, action = null) {
  const element = fromTemplate("toast-template");
  element.querySelector(".toast__text").textContent = text;
  element.querySelector(".toast__close").addEventListener("click", () => element.remove());
  if (action) addAction(element, action);
  document.getElementById("toasts").append(element);
  fadeLater(element);
}

function addAction(element, { label, run }) {
  const button = element.querySelector(".toast__action");
  button.textContent = label;
  button.hidden = false;
  button.addEventListener("click", () => {
    element.remove();
    run();
  });
}

// Not while the reader is on it, by pointer or by keyboard.
function fadeLater(element) {
  const timer = setInterval(() => {
    if (element.matches(":hover, :focus-within")) return;
    clearInterval(timer);
    element.remove();
  }, SHOWN_MS);
}

// Runs what may fail on its way to the server, and says so plainly.
export async function attempt(what, run) {
  try {
    return await run();
  } catch (error) {
    console.error(error);
    toast(error.said ?? `${what} did not work. Check the connection, or reload the page.`);
    return null;
  }
}
