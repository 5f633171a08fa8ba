// What the model said: written piece by piece while it streams, set once when it ended.
import { renderMarkdown } from "../markdown.js";
import { streamMarkdown } from "../markdown-stream.js";
import { updateLearned } from "./learned.js";
import { createMessage, updateVersions } from "./message.js";
import { createReceipt } from "./receipt.js";
import { part, setText, show } from "./template.js";

const KEY_CODES = new Set(["no_key", "wrong_key", "quota"]);
const memos = new WeakMap();

export function createAnswer(item) {
  const element = createMessage("answer-template", item);
  memos.set(element, { written: "", write: null, isSet: false, receipt: null, learned: null });
  return element;
}

export function updateAnswer(element, { message, entry }, { running, isLatest }) {
  const memo = memos.get(element);
  element.dataset.status = message.status;
  element.toggleAttribute("data-latest", isLatest);
  if (message.status === "streaming") stream(element, memo, message.text);
  else set(element, memo, message.text);
  updateNote(element, message, running);
  updateReceipt(element, memo, message.receipt);
  updateLearned(element, memo, message.learned);
  updateTools(element, message, entry, running);
}

function stream(element, memo, text) {
  if (!memo.write || !text.startsWith(memo.written)) restart(element, memo);
  memo.write(text.slice(memo.written.length));
  memo.written = text;
}

function restart(element, memo) {
  const body = part(element, "text");
  body.replaceChildren();
  Object.assign(memo, { write: streamMarkdown(body), written: "", isSet: false });
}

function set(element, memo, text) {
  if (memo.isSet && memo.written === text) return;
  part(element, "text").replaceChildren(renderMarkdown(text));
  Object.assign(memo, { write: null, written: text, isSet: true });
}

const NOTES = {
  stopped: () => "You stopped this answer.",
  interrupted: (message) => message.error?.message ?? "This answer was interrupted.",
  failed: (message) => message.error?.message ?? "This answer failed.",
  streaming: (message) => (message.text === "" ? "Thinking" : ""),
  complete: (message) => (message.text === "" ? "There is nothing in this answer, or it was deleted." : ""),
};

function updateNote(element, message, running) {
  const text = NOTES[message.status](message);
  const isRetryable = message.status === "failed" ? message.error?.retryable !== false : true;
  const hasEnded = message.status !== "streaming" && message.status !== "complete";
  show(part(element, "note"), text !== "");
  setText(part(element, "note-text"), text);
  part(element, "note-text").classList.toggle("thinking", message.status === "streaming");
  show(part(element, "note-retry"), hasEnded && isRetryable);
  part(element, "note-retry").disabled = running !== null;
  show(part(element, "note-key"), hasEnded && KEY_CODES.has(message.error?.code));
}

function updateReceipt(element, memo, receipt) {
  if (memo.receipt === receipt) return;
  memo.receipt = receipt;
  part(element, "receipt").replaceChildren(...(receipt ? [createReceipt(receipt)] : []));
}

function updateTools(element, message, entry, running) {
  show(part(element, "tools"), entry === null && message.status !== "streaming");
  part(element, "retry").disabled = running !== null;
  show(part(element, "copy"), message.text !== "");
  setText(part(element, "model"), message.model);
  part(element, "model").title = usageTitle(message.usage);
  updateVersions(element, message);
}

function usageTitle(usage) {
  return usage ? `${usage.prompt} tokens read (${usage.cached} cached), ${usage.completion} written` : "";
}
