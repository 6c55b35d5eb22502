/** Menus made of <details>: they close when one looks elsewhere, and by Escape. */

/** @param {HTMLDetailsElement} menu */
export function tameMenu(menu) {
  const summary = menu.querySelector("summary");
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  menu.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest(".menu-item")) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    menu.open = false;
    summary?.focus();
  });
}
