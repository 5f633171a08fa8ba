// Times as people say them ("3 h ago"), with the full local time as the title.
const STEPS = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [86_400, "hour", 3_600],
  [604_800, "day", 86_400],
  [2_629_800, "week", 604_800],
  [31_557_600, "month", 2_629_800],
  [Infinity, "year", 31_557_600],
];

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "narrow" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

export function ago(date, now = new Date()) {
  const seconds = Math.max(0, (now - date) / 1000);
  if (seconds < 45) return "just now";
  const [, unit, size] = STEPS.find(([limit]) => seconds < limit);
  return relative.format(-Math.round(seconds / size), unit);
}

export function setTime(element, iso) {
  element.dateTime = iso;
  fillTime(element);
}

// Every <time data-relative datetime="…"> under the root.
export function fillTimes(root) {
  root.querySelectorAll?.("time[data-relative]").forEach(fillTime);
}

function fillTime(element) {
  const date = new Date(element.dateTime);
  if (Number.isNaN(date.getTime())) return;
  element.textContent = ago(date);
  element.title = full.format(date);
}
