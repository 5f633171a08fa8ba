// Why something was recalled, in words. Pure.
const WHY = {
  pinned: "pinned by you",
  profile: "from your profile",
  name: "named in your message",
  words: "the same words",
  meaning: "close in meaning",
  date: "from the date you named",
  past: "true before",
  history: "among all that was said",
};

export const reasonOfFact = ({ entity, why }) => `${entity}, ${WHY[why]}`;

// What an answer said is not the person's word.
export function reasonOfMessage({ role, why }, day) {
  return `${role === "user" ? "You said" : "An answer said"} on ${day}, ${WHY[why]}`;
}
