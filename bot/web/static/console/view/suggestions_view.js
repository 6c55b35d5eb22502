/** The approved answers that may fit: to send as they are, to edit, or to put aside. */

import { element, setAttribute } from "../../widget/view/element.js";
import { webAddress } from "../../widget/logic/links.js";
import { byId, shelf } from "../console_page.js";
import { SAID } from "../french_conversation.js";
import { percent } from "./badges.js";
import { ask } from "./dialog.js";
import { icon } from "./icon.js";
import { link, textNodes } from "./rich_text.js";

/** @import { Suggestion } from "../logic/types.js" */

const FOLDED = "console:suggestions-folded";

/** @typedef {{send: (one: Suggestion) => void, edit: (one: Suggestion) => void, dismiss: (one: Suggestion) => void}} Actions */

export class SuggestionsView {
  /** @param {Actions} actions */
  constructor(actions) {
    this._actions = actions;
    this._node = byId("suggestions");
    this._list = element("ol", { class: "suggestion-list", id: "suggestion-list" });
    this._fold = element("button", { class: "button button-quiet button-icon button-small", type: "button", "aria-controls": "suggestion-list", "aria-label": SAID.suggestions, onclick: () => this._toggle() });
    this._node.append(element("div", { class: "suggestions-head" }, this._fold, element("h2", {}, SAID.suggestions)), this._list);
    this._written = "";
    /** @type {Suggestion[]} */
    this._shown = [];
    this._showFold(folded());
  }

  /** @param {Suggestion[]} suggestions @param {boolean} mine  whether they may be sent */
  show(suggestions, mine) {
    const written = JSON.stringify([suggestions, mine]);
    if (written === this._written) return;
    this._written = written;
    this._shown = suggestions;
    this._node.hidden = suggestions.length === 0;
    this._list.replaceChildren(...suggestions.map((one, index) => this._card(one, index, mine)));
  }

  /** Takes one to be edited. @param {number} index */
  edit(index) {
    const one = this._shown[index];
    if (one !== undefined) this._actions.edit(one);
  }

  /** @param {Suggestion} one @param {number} index @param {boolean} mine */
  _card(one, index, mine) {
    const button = (/** @type {string} */ title, /** @type {(one: Suggestion) => void} */ run) =>
      element("button", { class: "button button-small", type: "button", "aria-label": `${title} : ${one.title}`, onclick: () => run(one) }, title);
    const small = (/** @type {string} */ title, /** @type {"eye" | "close"} */ picture, /** @type {() => void} */ run) =>
      element("button", { class: "button button-quiet button-small button-icon", type: "button", title, "aria-label": `${title} : ${one.title}`, onclick: run }, icon(picture));
    return element(
      "li", { class: "suggestion" },
      element(
        "p", { class: "title" }, element("kbd", { class: "key", "aria-hidden": "true" }, String(index + 1)),
        element("span", { class: "cut", title: one.title }, one.title), element("span", { class: "quiet small" }, percent(one.confidence)),
      ),
      element("p", { class: "short", title: one.text }, one.text.replace(/\s+/g, " ")),
      element(
        "div", { class: "row" },
        mine && button(SAID.send, this._actions.send), button(SAID.edit, this._actions.edit),
        small(SAID.readAll, "eye", () => void this._readAll(one, mine)), small(SAID.dismiss, "close", () => this._actions.dismiss(one)),
      ),
    ); // prettier-ignore
  }

  /** @param {Suggestion} one @param {boolean} mine */
  async _readAll(one, mine) {
    const address = one.source_link === null ? null : webAddress(one.source_link);
    const chosen = await ask({
      title: one.title,
      body: [element("p", { class: "text" }, ...textNodes(one.text, true)), address && element("p", { class: "small" }, `${SAID.source}\u00a0: `, link(address, address))],
      buttons: [{ value: "edit", title: SAID.edit, kind: "" }, ...(mine ? [{ value: "send", title: SAID.send }] : [])],
      wide: true,
    });
    if (chosen === "send") this._actions.send(one);
    if (chosen === "edit") this._actions.edit(one);
  }

  _toggle() {
    const now = !this._list.hidden;
    try {
      if (now) shelf?.setItem(FOLDED, "yes");
      else shelf?.removeItem(FOLDED);
    } catch {
      // It holds for this page.
    }
    this._showFold(now);
  }

  /** @param {boolean} isFolded */
  _showFold(isFolded) {
    this._list.hidden = isFolded;
    setAttribute(this._fold, "aria-expanded", String(!isFolded));
    this._fold.replaceChildren(icon(isFolded ? "up" : "down"));
  }
}

function folded() {
  try {
    return shelf?.getItem(FOLDED) === "yes";
  } catch {
    return false;
  }
}
