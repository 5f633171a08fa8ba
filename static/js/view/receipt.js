// Exactly what was recalled for an answer: closed it is one line, open it is the list with reasons and tokens.
import { url } from "../page.js";
import { reasonOfFact, reasonOfMessage } from "./reasons.js";
import { fromTemplate, part, show } from "./template.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export function createReceipt(receipt) {
  const element = fromTemplate("receipt-template");
  const items = [...receipt.facts.map(factItem), ...receipt.messages.map(messageItem)];
  part(element, "summary").textContent = summaryOf(receipt);
  part(element, "list").append(...items);
  if (items.length === 0) markEmpty(element);
  return element;
}

// There is nothing to open.
function markEmpty(element) {
  element.dataset.empty = "";
  element.querySelector("summary").addEventListener("click", (event) => event.preventDefault());
}

function summaryOf({ facts, messages, tokens }) {
  const counted = [count(facts.length, "fact"), count(messages.length, "message")].filter(Boolean);
  if (counted.length === 0) return "Nothing was recalled for this answer";
  return `Recalled ${counted.join(" and ")}, ${tokens} tokens`;
}

function count(number, noun) {
  if (number === 0) return "";
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function factItem(fact) {
  return item(fact.text, reasonOfFact(fact), fact.tokens);
}

function messageItem(message) {
  const { id, conversation, date, excerpt, tokens } = message;
  const element = item(`“${excerpt}”`, reasonOfMessage(message, day.format(new Date(date))), tokens);
  const link = part(element, "link");
  link.href = `${url("conversation", conversation)}#m-${id}`;
  show(link, true);
  return element;
}

function item(text, why, tokens) {
  const element = fromTemplate("receipt-item-template");
  part(element, "text").textContent = text;
  part(element, "why").textContent = why;
  part(element, "tokens").textContent = count(tokens, "token");
  return element;
}
