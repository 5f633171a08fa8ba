// The chat page: makes its parts and connects them. Frames and clicks go to the store, its state to the screen.
import { bindActions, threadActions } from "./actions.js";
import { createAnnouncer } from "./announce.js";
import { createComposer } from "./composer.js";
import { createConnectionNotice } from "./connection.js";
import { createConversationActions } from "./conversation-actions.js";
import { createDelivery } from "./delivery.js";
import { createDrafts } from "./drafts.js";
import { keepUnsent } from "./keeper.js";
import { createKey } from "./key.js";
import { bindMenus } from "./menus.js";
import { watchModel } from "./model-status.js";
import { createNavigation } from "./navigation.js";
import { newEntry } from "./outbox.js";
import { byId, readPage, socketAddress, storageName } from "./page.js";
import { createPanels } from "./panels.js";
import { loadHistory, loadMemory } from "./parts.js";
import { renameInPlace } from "./rename.js";
import { createScreen } from "./screen.js";
import { bindShortcuts } from "./shortcuts.js";
import { createSidebar } from "./sidebar.js";
import { createSocket } from "./socket.js";
import { createStore } from "./store.js";
import { openThread, reduce } from "./thread.js";
import { toast } from "./toast.js";
import { bindCorrections } from "./view/correct.js";
import { followKeyboard } from "./viewport.js";

const first = readPage();
const drafts = createDrafts(storageName());
const store = createStore(reduce, openThread(first, drafts.outbox(first.conversation)));
const showConnection = createConnectionNotice();
const sidebar = createSidebar();

const socket = createSocket({ url: socketAddress(), onFrame: receive, onState: lineChanged });
const delivery = createDelivery({ store, socket });
const key = createKey(socket);
const composer = createComposer({
  enterToSend: first.preferences.enter_to_send,
  most: first.max_characters,
  onSend: (text, pasted) =>
    enqueue(newEntry("send", { text, pasted, parent: parentOf(store.state), options: screen.options(store.state) })),
  onDraft: (text, pasted) => drafts.keepDraft(store.state.conversation, text, pasted),
});
const screen = createScreen({ store, socket, composer });
const navigation = createNavigation({ onPage: openPage });
const panels = createPanels({ onOpen: (name) => name === "memory" && refreshMemory() });
const conversations = createConversationActions({ sidebar, leave, reload: reloadHistory });
const thread = threadActions({ store, socket, composer, enqueue });

function receive(frame) {
  if (key.receive(frame)) return;
  if (frame.type === "turn.accepted") drafts.forget(frame.client_id);
  if (frame.type === "error" && !frame.client_id && !delivery.isAnswer(frame)) toast(frame.message);
  delivery.receive(frame);
  if (sidebar.receive(frame)) sidebar.setCurrent(store.state.conversation);
  if (frame.type === "memory.updated" && panels.isOpen("memory")) refreshMemory();
}

function lineChanged(line) {
  showConnection(line);
  if (line.name === "open") {
    key.connected();
    delivery.connected();
  } else if (line.name !== "connecting") {
    delivery.disconnected();
  }
  screen.schedule();
}

function enqueue(entry) {
  navigation.stay();
  store.dispatch({ type: "page.queue", entry });
  composer.focus();
}

// On an older version of the conversation the answer belongs to what is shown, not to the newest version.
function parentOf({ branch, messages }) {
  return branch ? (messages.at(-1)?.id ?? null) : null;
}

function openPage(page) {
  store.dispatch({ type: "page.open", page, outbox: drafts.outbox(page.conversation) });
  opened(page);
}

function opened(page) {
  composer.setText(drafts.draft(page.conversation), drafts.pasted(page.conversation));
  sidebar.setCurrent(page.conversation);
  screen.open(page);
  panels.closeDrawer();
  if (panels.isOpen("memory")) refreshMemory();
  composer.focus();
}

function refreshMemory() {
  return loadMemory(store.state.conversation);
}

// A conversation that was deleted here: null stands for all of them.
function leave(conversation) {
  const current = store.state.conversation;
  if (current !== null && (conversation === null || conversation === current)) navigation.goHome();
}

async function reloadHistory() {
  await loadHistory();
  sidebar.setCurrent(store.state.conversation);
}

function renameCurrent() {
  const { conversation, fields } = store.state;
  if (conversation === null) return;
  renameInPlace(byId("title"), fields.title, (title) => conversations.rename(conversation, title));
}

async function restoreCurrent() {
  await conversations.restore(store.state.conversation);
  navigation.go(location.href, { push: false });
}

keepUnsent({ store, drafts, composer, onBegun: navigation.rename });
bindMenus();
bindActions({ ...conversations.actions, ...thread, restore: restoreCurrent });
bindShortcuts({
  enterToSend: first.preferences.enter_to_send,
  onNewChat: navigation.goHome,
  onEscape: () => panels.closeDrawer() || thread.stop(),
});
store.subscribe(createAnnouncer());
bindCorrections();
followKeyboard();
watchModel();
byId("title").addEventListener("dblclick", renameCurrent);
byId("empty").addEventListener("click", (event) => {
  const starter = event.target.closest("[data-starter]");
  if (starter) composer.begin(starter.dataset.starter);
});
document.addEventListener("memory-changed", (event) => {
  toast(event.detail.said);
  refreshMemory();
});
addEventListener("online", socket.hurry);
document.addEventListener("visibilitychange", () => !document.hidden && socket.hurry());

socket.connect();
opened(first);
