/** Elements made from plain data. Text only ever becomes a text node: nothing here parses HTML. */

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. `on…` names a listener, `true` an attribute without a value, and what is
 * null, undefined or false is left out.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else setAttribute(made, key, value);
  }
  made.append(...children.filter(isThere));
  return made;
}

/**
 * @param {Element} target
 * @param {string} name
 * @param {string | number | boolean | null | undefined} value
 */
export function setAttribute(target, name, value) {
  if (value === null || value === undefined || value === false) {
    target.removeAttribute(name);
    return;
  }
  const written = value === true ? "" : String(value);
  if (target.getAttribute(name) !== written) target.setAttribute(name, written);
}

/**
 * Writes a text, unless it is there already: a live region speaks at every writing.
 *
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** @param {string} text  for screen readers only */
export function spoken(text) {
  return element("span", { class: "spoken" }, text);
}

/** Path data of icons drawn on 24 × 24. */
const ICONS = {
  chat: "M12 3.5c5 0 9 3.3 9 7.6s-4 7.6-9 7.6c-1 0-2-.1-2.9-.4L4.5 20.5l1-3.7C3.9 15.4 3 13.3 3 11.1c0-4.3 4-7.6 9-7.6ZM8 11.2h.01M12 11.2h.01M16 11.2h.01",
  close: "M6 6l12 12M18 6 6 18",
  more: "M12 5.5h.01M12 12h.01M12 18.5h.01",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  up: "M7 10.5v9H4.5a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1H7Zm0 0 3.8-7a2.2 2.2 0 0 1 2.2 2.4V9.5h5.2a2 2 0 0 1 2 2.3l-1 6a2 2 0 0 1-2 1.7H7",
  down: "M17 13.5v-9h2.5a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H17Zm0 0-3.8 7a2.2 2.2 0 0 1-2.2-2.4v-3.6H5.8a2 2 0 0 1-2-2.3l1-6a2 2 0 0 1 2-1.7H17",
  back: "M15 5l-7 7 7 7",
  plus: "M12 5v14M5 12h14",
  history: "M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.8",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14",
  star: "m12 3.8 2.5 5.3 5.7.7-4.2 4 1.1 5.8L12 16.7l-5.1 2.9L8 13.8l-4.2-4 5.7-.7L12 3.8Z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11",
  check: "m5 12.5 4.5 4.5L19 7.5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  alert: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5v5.5M12 16.3h.01",
  arrowDown: "M12 5v14M5.5 12.5 12 19l6.5-6.5",
};

/** @param {keyof typeof ICONS} name  @returns {SVGSVGElement} hidden from screen readers */
export function icon(name) {
  return drawn(ICONS[name]);
}

/** @param {string} outline  on 24 × 24  @returns {SVGSVGElement} hidden from screen readers */
export function drawn(outline) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const attributes = { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  path.setAttribute("d", outline);
  svg.append(path);
  return svg;
}

/** @param {Child} child  @returns {child is Node | string} */
function isThere(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}
