// What a key pressed in the box means: "send", "newline" (the browser's own), or nothing of ours. Pure.

// `isComposing` covers the input method's own Enter, keyCode 229 the browsers that report it late (Safari).
export function meaningOf(event, { enterToSend, isTouch, justComposed }) {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || justComposed) return null;
  if (event.ctrlKey || event.metaKey) return "send";
  if (isTouch) return "newline";
  return event.shiftKey === enterToSend ? "newline" : "send";
}
