// Elements come from the <template>s of the page; their places are named by data-part.
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`);
}

export function show(element, isShown) {
  element.hidden = !isShown;
}

// Sets the text only when it differs, so that a selection or a screen reader is not disturbed.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
