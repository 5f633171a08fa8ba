// Menus are popovers: Esc and a click elsewhere close them by themselves; here they get their place and the arrows.
const GAP_PX = 4;

export function bindMenus() {
  document.addEventListener("toggle", (event) => event.target.matches?.(".menu") && toggled(event), true);
  document.addEventListener("keydown", moveWithArrows);
  document.addEventListener("click", closeAfterChoice);
}

// For a menu that several buttons share.
export function openMenu(menu, button) {
  menu.opener = button;
  menu.showPopover();
}

function toggled(event) {
  if (event.newState !== "open") return;
  const menu = event.target;
  const opener = menu.opener ?? document.querySelector(`[popovertarget="${menu.id}"]`);
  place(menu, opener.getBoundingClientRect());
  menu.querySelector(".menu__item").focus();
}

function place(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(GAP_PX, Math.min(anchor.left, innerWidth - width - GAP_PX));
  const below = anchor.bottom + GAP_PX;
  const top = below + height > innerHeight ? Math.max(GAP_PX, anchor.top - height - GAP_PX) : below;
  Object.assign(menu.style, { margin: "0", inset: "auto", left: `${left}px`, top: `${top}px` });
}

function moveWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = event.target.closest?.(".menu");
  if (!step || !menu) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu__item")];
  items.at((items.indexOf(event.target) + step) % items.length).focus();
}

function closeAfterChoice(event) {
  const menu = event.target.closest(".menu__item")?.closest(".menu");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}
