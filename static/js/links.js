// The links that text written by a model or a person may carry: absolute, and of three kinds.
const SCHEMES = new Set(["http:", "https:", "mailto:"]);

// The address as the browser understands it, or null. Markdown may put a title behind it.
export function safeHref(written) {
  const [address] = written.trim().replace(/^<(.*)>$/, "$1").split(/[ \n]+/);
  // The browser's own parser, so that tabs, control characters and odd cases cannot read differently here and there.
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return SCHEMES.has(url.protocol) ? url.href : null;
}

// Gives the anchor its address, or leaves it as plain text.
export function setLink(anchor, written) {
  const href = safeHref(written);
  if (href === null) {
    anchor.removeAttribute("href");
    return;
  }
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow";
}
