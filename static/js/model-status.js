// Whether the model behind it is there; asked only until it is.
import { getJson } from "./http.js";
import { byId, url } from "./page.js";
import { part, setText, show } from "./view/template.js";

const BUSY_MS = 2_000;
const IDLE_MS = 15_000;
const GOOD = new Set(["ready", "off"]);
const BUSY = new Set(["downloading", "loading"]);

export function watchModel() {
  const banner = byId("model-status");

  async function ask() {
    const status = await getJson(url("modelStatus")).catch(() => null);
    if (status) render(banner, status);
    if (status && GOOD.has(status.state)) return;
    setTimeout(ask, status && BUSY.has(status.state) ? BUSY_MS : IDLE_MS);
  }
  ask();
}

function render(banner, { state, message, done, total }) {
  const progress = part(banner, "progress");
  show(banner, !GOOD.has(state));
  setText(part(banner, "text"), message);
  show(progress, state === "downloading" && total > 0);
  progress.max = total || 1;
  progress.value = done;
  show(part(banner, "key"), !BUSY.has(state));
}
