import assert from "node:assert/strict";
import test from "node:test";
import { safeHref } from "../../static/js/links.js";

const SAFE = {
  "https://example.com/a?b=1#c": "https://example.com/a?b=1#c",
  "HTTP://EXAMPLE.com": "http://example.com/",
  "mailto:ingrid@example.no": "mailto:ingrid@example.no",
  "<https://example.com/x>": "https://example.com/x",
  'https://example.com/ "a title"': "https://example.com/",
};

const UNSAFE = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\tscript:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript&colon;alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:msgbox(1)",
  "file:///etc/passwd",
  "blob:https://example.com/1",
  "ftp://example.com/",
  "//example.com/x",
  "/accounts/logout/",
  "relative",
  "#anchor",
  "",
];

for (const [written, href] of Object.entries(SAFE)) {
  test(`keeps ${JSON.stringify(written)}`, () => assert.equal(safeHref(written), href));
}

for (const written of UNSAFE) {
  test(`drops ${JSON.stringify(written)}`, () => assert.equal(safeHref(written), null));
}
