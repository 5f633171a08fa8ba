// A finished answer as HTML: parsed by marked, sanitised last by DOMPurify. Nothing here loads anything: an image
// becomes a link with its description, and HTML in the text stays text.
import DOMPurify from "../vendor/dompurify.js";
import { Marked } from "../vendor/marked.js";
import { codeBlock, setDirections, tableFrame } from "./view/blocks.js";
import { setLink } from "./links.js";

const SANITISER = {
  ALLOWED_TAGS: [
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
  ],
  ALLOWED_ATTR: ["align", "class", "href", "start"],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text, block }) => (block ? `<p>${escape(text)}</p>` : escape(text)),
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(imageLabel(text, href))}</a>`,
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

export function imageLabel(description, address) {
  return description ? `${description} (${address})` : address;
}

export function renderMarkdown(text) {
  const fragment = DOMPurify.sanitize(marked.parse(text), SANITISER);
  for (const anchor of fragment.querySelectorAll("a")) setLink(anchor, anchor.getAttribute("href") ?? "");
  for (const pre of fragment.querySelectorAll("pre")) frameCode(pre);
  for (const table of fragment.querySelectorAll("table")) frameTable(table);
  for (const element of fragment.querySelectorAll("[class]:not(.code-block, .code-block *, .table-frame)")) {
    element.removeAttribute("class");
  }
  setDirections(fragment);
  return fragment;
}

function frameCode(pre) {
  const language = /language-(\S+)/.exec(pre.firstElementChild?.className ?? "")?.[1];
  const { figure, code } = codeBlock(language);
  code.textContent = pre.textContent.replace(/\n$/, "");
  pre.replaceWith(figure);
}

function frameTable(table) {
  const frame = tableFrame();
  table.replaceWith(frame);
  frame.append(table);
}
