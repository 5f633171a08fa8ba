// The server counts Unicode code points; JavaScript strings count UTF-16 units.
export function countCodePoints(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

// The text without its first `count` code points.
export function dropCodePoints(text, count) {
  let units = 0;
  let dropped = 0;
  for (const character of text) {
    if (dropped === count) break;
    units += character.length;
    dropped += 1;
  }
  return text.slice(units);
}
