// The blocks of Markdown that need a frame of their own: code with its label and copy button, and wide tables.
import { fromTemplate, part } from "./template.js";

const READ_IN_ITS_OWN_DIRECTION = "p, li, h1, h2, h3, h4, h5, h6, blockquote, td, th";

export function codeBlock(language) {
  const figure = fromTemplate("code-block-template");
  labelCode(figure, language);
  return { figure, code: part(figure, "code") };
}

export function labelCode(figure, language) {
  part(figure, "language").textContent = language || "text";
}

export function tableFrame() {
  const frame = document.createElement("div");
  frame.className = "table-frame";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Table");
  return frame;
}

export function setDirection(block) {
  if (block.matches(READ_IN_ITS_OWN_DIRECTION)) block.dir = "auto";
}

export function setDirections(fragment) {
  for (const block of fragment.querySelectorAll(READ_IN_ITS_OWN_DIRECTION)) block.dir = "auto";
}
