// Native <dialog>: a button with data-dialog="id" opens it, data-close or a click on the veil closes it.
export function openDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}

export function bindDialogs(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) openDialog(document.getElementById(opener.dataset.dialog));
    const closer = event.target.closest("dialog [data-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target.matches?.("dialog") && isOnVeil(event)) event.target.close();
  });
}

// A click on the veil is reported on the dialog itself, outside its box.
function isOnVeil(event) {
  const box = event.target.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !inside && event.detail > 0;
}
