// The memory pages read themselves anew after each change (hx-trigger); here it is said, and the focus finds a place.
import { toast } from "./toast.js";

document.body.addEventListener("memory-changed", (event) => toast(event.detail.said));

document.body.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
});
