/** One way to choose from a list, for everything: type, arrows, Enter. */

import { element, setAttribute, setText } from "../../widget/view/element.js";
import { FRENCH } from "../french.js";
import { matching } from "../logic/matching.js";
import { ask } from "./dialog.js";

/** @typedef {{id: string, title: string, detail?: string, note?: string}} Item  `note` warns */

/**
 * Lets somebody choose; resolves with the item's id, or null. It is open at once, and takes what is
 * typed, also while the items are still being read; it closes, and raises, when they cannot be.
 *
 * @param {string} title
 * @param {readonly Item[] | Promise<readonly Item[]>} choices
 * @param {{empty?: string, current?: string | null, wide?: boolean}} [about]
 * @returns {Promise<string | null>}
 */
export async function pick(title, choices, { empty = FRENCH.nothingFound, current = null, wide = false } = {}) {
  const list = element("ul", { class: "picker-list", role: "listbox", id: "picker-list", "aria-label": title });
  const nothing = element("p", { class: "quiet", role: "status" });
  const field = element("input", {
    class: "input", type: "text", role: "combobox", placeholder: FRENCH.typeToFilter, autocomplete: "off", spellcheck: "false",
    "aria-label": FRENCH.typeToFilter, "aria-controls": "picker-list", "aria-expanded": "true", "aria-autocomplete": "list",
    oninput: () => show(), onkeydown: (event) => key(event),
  }); // prettier-ignore
  /** @type {readonly Item[] | null} */
  let items = null;
  /** @type {unknown} */
  let failure = null;
  /** @type {Item[]} */
  let shown = [];
  let at = 0;
  /** @type {(value: string) => void} */
  let close = () => {};

  function show() {
    shown = matching(items ?? [], field.value);
    const marked = field.value === "" ? shown.findIndex(({ id }) => id === current) : 0;
    list.replaceChildren(...shown.map(option));
    list.hidden = shown.length === 0;
    setText(nothing, items === null ? FRENCH.reading : shown.length === 0 ? empty : "");
    nothing.hidden = shown.length > 0;
    mark(Math.max(0, marked));
  }

  /** @param {Item} item @param {number} index */
  function option(item, index) {
    return element(
      "li", { class: "picker-item", role: "option", id: `picker-${index}`, "aria-selected": "false", onclick: () => close(item.id), onpointermove: () => at === index || mark(index) },
      element("span", { class: "strong" }, item.title, item.note && element("span", { class: "badge is-warning" }, item.note)),
      item.detail && element("span", { class: "quiet small picker-detail" }, item.detail),
    ); // prettier-ignore
  }

  /** @param {number} index */
  function mark(index) {
    at = Math.min(Math.max(index, 0), shown.length - 1);
    for (const [place, node] of [...list.children].entries()) setAttribute(node, "aria-selected", String(place === at));
    setAttribute(field, "aria-activedescendant", shown.length > 0 ? `picker-${at}` : null);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter") {
      const item = shown[at];
      if (item !== undefined) close(item.id);
    } else return;
    event.preventDefault();
  }

  const chosen = await ask({
    title,
    body: [field, list, nothing],
    wide,
    opened(closes) {
      close = closes;
      show();
      field.focus();
      Promise.resolve(choices).then(
        (found) => {
          items = found;
          show();
        },
        (error) => {
          failure = error;
          closes("");
        },
      );
    },
  });
  if (failure !== null) throw failure;
  return chosen === "" ? null : chosen;
}
