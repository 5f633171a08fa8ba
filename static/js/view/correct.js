// A learned fact said differently, in its chip: the server's own form, so that its words on errors are the server's.
import { part, show } from "./template.js";

// Resolves once the form stands in the chip. Asked for again, it goes.
export async function correctInPlace(chip) {
  const wasOpen = part(chip, "correct").getAttribute("aria-expanded") === "true";
  closeAll();
  if (wasOpen) return;
  const link = part(chip, "correct");
  const place = part(chip, "form");
  await window.htmx.ajax("GET", link.href, { target: place, swap: "innerHTML" });
  show(place, true);
  link.setAttribute("aria-expanded", "true");
  focusBox(place);
}

function focusBox(place) {
  place.querySelector("textarea")?.focus();
}

export function closeAll() {
  for (const place of document.querySelectorAll('.learned [data-part="form"]:not([hidden])')) close(place);
}

function close(place) {
  const link = part(place.closest(".learned__item"), "correct");
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren();
  show(place, false);
  link.setAttribute("aria-expanded", "false");
  if (hadFocus) link.focus();
}

export function bindCorrections() {
  document.addEventListener("keydown", (event) => {
    const place = event.target.closest?.('.learned [data-part="form"]');
    if (!place || event.key !== "Escape") return;
    event.stopPropagation();
    close(place);
  }, true);
  document.body.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    const place = target.closest?.('.learned [data-part="form"]');
    if (place && detail.successful && detail.requestConfig.verb === "post") close(place);
  });
  // With what is wrong with it the form comes back.
  document.body.addEventListener("htmx:afterSettle", ({ target }) => {
    const place = target.closest?.('.learned [data-part="form"]:not([hidden])');
    if (place) focusBox(place);
  });
}
