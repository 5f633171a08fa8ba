// The line above the conversation: title, what its memory is, and the model beside the box.
import { askedMode, byId, url } from "./page.js";
import { setText, show } from "./view/template.js";

const MODES = { read_only: "Recalls only", off: "Memory off", own: "Clean memory", temporary: "Temporary" };
const FORMAT = /txt$/;

export function createHeader() {
  const [title, mode, model] = ["title", "mode", "model"].map(byId);
  let picked = null;

  model.addEventListener("change", () => (picked = model.value));

  function showModels(page, fields) {
    const current = picked ?? fields?.model ?? page.defaults.model;
    const names = page.models.includes(current) ? page.models : [current, ...page.models];
    const shown = [...model.options].map((option) => option.value);
    if (shown.join("\n") !== names.join("\n")) model.replaceChildren(...names.map((name) => new Option(name, name)));
    model.value = current;
    show(model, names.length > 0 && current !== "");
  }

  return {
    // The model to ask for, if it is another than the conversation's.
    option: (fields) => (picked && picked !== fields?.model ? { model: picked } : {}),
    opened() {
      picked = null;
    },
    render(page, { conversation, fields }) {
      const memory = page.memory_enabled ? (fields?.memory ?? askedMode() ?? page.defaults.memory) : "off";
      setText(title, fields?.title || "New chat");
      setText(mode, MODES[memory] ?? "");
      show(mode, memory in MODES);
      for (const line of byId("empty").querySelectorAll("[data-mode]")) show(line, line.dataset.mode === memory);
      show(byId("open-settings"), conversation !== null);
      show(byId("open-downloads"), conversation !== null);
      if (conversation !== null) setDownloads(conversation);
      showModels(page, fields);
    },
  };
}

function setDownloads(conversation) {
  for (const link of byId("download-menu").querySelectorAll("[data-format]")) {
    link.href = url("export", conversation).replace(FORMAT, link.dataset.format);
  }
}
