// An answer while it is written: streaming-markdown builds the elements itself, text is only ever a text node, and
// what it would let through unguarded (any link, any image) is replaced here.
import * as smd from "../vendor/streaming-markdown.js";
import { codeBlock, labelCode, setDirection, tableFrame } from "./view/blocks.js";
import { setLink } from "./links.js";

const { CODE_BLOCK, CODE_FENCE, IMAGE, TABLE, CHECKBOX, EQUATION_BLOCK, EQUATION_INLINE } = smd;

// Writes Markdown into `root` piece by piece; returns the function that takes the next piece.
export function streamMarkdown(root) {
  const renderer = smd.default_renderer(root);
  const parser = smd.parser({
    ...renderer,
    add_token: (data, token) => addToken(renderer, data, token),
    end_token: (data) => endToken(renderer, data),
    set_attr: (data, attribute, value) => setAttribute(data, attribute, value),
  });
  return (text) => smd.parser_write(parser, text);
}

const OWN_TOKENS = {
  [CODE_BLOCK]: addCode,
  [CODE_FENCE]: addCode,
  [TABLE]: addTable,
  [IMAGE]: (data) => enter(data, data.nodes[data.index].appendChild(document.createElement("a"))),
  [CHECKBOX]: (data) => enter(data, data.nodes[data.index].appendChild(textSpan("☐ "))),
  [EQUATION_BLOCK]: (data) => enter(data, data.nodes[data.index].appendChild(equation("$$"))),
  [EQUATION_INLINE]: (data) => enter(data, data.nodes[data.index].appendChild(equation("$"))),
};

function addToken(renderer, data, token) {
  if (token in OWN_TOKENS) return OWN_TOKENS[token](data);
  const before = data.index;
  renderer.add_token(data, token);
  if (data.index > before) setDirection(data.nodes[data.index]);
}

function enter(data, element) {
  data.index += 1;
  data.nodes[data.index] = element;
}

function addCode(data) {
  const { figure, code } = codeBlock("");
  data.nodes[data.index].append(figure);
  enter(data, code);
}

function addTable(data) {
  const frame = data.nodes[data.index].appendChild(tableFrame());
  enter(data, frame.appendChild(document.createElement("table")));
}

function textSpan(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

// Formulas are shown as they are written, with the signs that the parser took away.
function equation(sign) {
  const span = textSpan(sign);
  span.dataset.sign = sign;
  return span;
}

function endToken(renderer, data) {
  const element = data.nodes[data.index];
  if (element.dataset.sign) element.append(element.dataset.sign);
  renderer.end_token(data);
}

function setAttribute(data, attribute, value) {
  const element = data.nodes[data.index];
  if (attribute === smd.HREF) setLink(element, value);
  if (attribute === smd.SRC) setImageLink(element, value);
  if (attribute === smd.LANG) labelCode(element.closest(".code-block"), value.trim().split(/\s/)[0]);
  if (attribute === smd.START && /^\d{1,9}$/.test(value)) element.setAttribute("start", value);
  if (attribute === smd.CHECKED) element.textContent = "☑ ";
}

function setImageLink(anchor, address) {
  setLink(anchor, address);
  if (anchor.href) anchor.append(anchor.textContent ? ` (${anchor.href})` : anchor.href);
}
