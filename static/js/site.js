// Loaded on every page: what small interactive parts share.
import { fillTimes } from "./time.js";
import { bindDialogs } from "./dialogs.js";

bindDialogs(document);
fillTimes(document);
setInterval(() => fillTimes(document), 60_000);
document.addEventListener("htmx:afterSwap", (event) => fillTimes(event.target));
