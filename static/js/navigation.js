// From one conversation to another without loading the page anew: the line and one's own key stay. The server
// renders the whole page; what is taken from it is its data.
import { readPage, url } from "./page.js";

export function createNavigation({ onPage }) {
  let newest = 0;

  async function go(address, { push = true } = {}) {
    const mine = ++newest;
    const page = await fetchPage(address);
    if (mine !== newest) return;
    if (page === null) return location.assign(address);
    if (push) history.pushState(null, "", address);
    onPage(page);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-chat-link]");
    if (!link || event.defaultPrevented || isForTheBrowser(event)) return;
    event.preventDefault();
    go(link.href);
  });
  addEventListener("popstate", () => go(location.href, { push: false }));

  return {
    go,
    goHome: () => go(url("home")),
    // What is on its way is not gone to any more: something was sent from where the page is.
    stay: () => {
      newest += 1;
    },
    // The new conversation has its address now.
    rename: (conversation) => history.replaceState(null, "", url("conversation", conversation)),
  };
}

// Null when the server answered with something else, as a sign-in page: the browser goes there itself.
async function fetchPage(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return null;
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return parsed.getElementById("page-data") && readPage(parsed);
}

// A new tab, a new window, a download.
function isForTheBrowser(event) {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
