/** On a small screen the panel fills what the on-screen keyboard leaves, and nothing lies behind. */

export const SMALL = matchMedia("(max-width: 480px), (max-height: 480px)");

/**
 * Keeps the panel in the part of the page that can be seen.
 *
 * @param {HTMLElement} panel
 * @param {() => void} changed  called after the room has changed
 * @returns {() => void} stops it
 */
export function followViewport(panel, changed) {
  const view = window.visualViewport;
  const follow = () => {
    panel.style.setProperty("--seen-height", `${view?.height ?? window.innerHeight}px`);
    panel.style.setProperty("--seen-top", `${view?.offsetTop ?? 0}px`);
    changed();
  };
  const stop = new AbortController();
  for (const name of ["resize", "scroll"]) {
    view?.addEventListener(name, follow, { signal: stop.signal });
  }
  SMALL.addEventListener("change", follow, { signal: stop.signal });
  follow();
  return () => stop.abort();
}

/**
 * Keeps Tab inside while the panel covers the page.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLElement} panel
 * @param {Element | null} focused
 */
export function keepTabInside(event, panel, focused) {
  const places = [...panel.querySelectorAll("button, textarea, input, a[href], [tabindex='0']")].filter(
    (place) => !place.matches(":disabled") && place.getClientRects().length > 0,
  );
  const first = places[0];
  const last = places.at(-1);
  const leaving = event.shiftKey ? first : last;
  const target = event.shiftKey ? last : first;
  if ((focused === leaving || focused === panel) && target instanceof HTMLElement) {
    if (focused === panel && !event.shiftKey) return;
    event.preventDefault();
    target.focus();
  }
}
