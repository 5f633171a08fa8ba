// What the receipt says of every item.
import assert from "node:assert/strict";
import { test } from "node:test";

import { reasonOfFact, reasonOfMessage } from "../../static/js/view/reasons.js";

const CHANNELS = ["pinned", "profile", "name", "words", "meaning", "date", "past", "history"];

test("every channel has words of its own", () => {
  const said = CHANNELS.map((why) => reasonOfFact({ entity: "Berit", why }));
  assert.equal(new Set(said).size, CHANNELS.length);
  assert.ok(said.every((reason) => reason.startsWith("Berit, ") && !reason.includes("undefined")));
});

test("what an answer said is not called the person's word", () => {
  assert.equal(reasonOfMessage({ role: "user", why: "words" }, "May 3"), "You said on May 3, the same words");
  assert.equal(reasonOfMessage({ role: "assistant", why: "date" }, "May 3"), "An answer said on May 3, from the date you named");
});
