/** The panel's other actions: a button that shows a list of buttons. */

import { FRENCH } from "../french.js";
import { element, icon, setAttribute, spoken } from "./element.js";

/** @import { Chime } from "./chime.js" */

/**
 * @typedef {"beginAnew" | "past" | "person" | "download" | "rate"} ActionName
 */

/** @type {[ActionName, Parameters<typeof icon>[0], string][]} */
const ITEMS = [
  ["beginAnew", "plus", FRENCH.beginAnew],
  ["past", "history", FRENCH.past],
  ["person", "person", FRENCH.person],
  ["download", "download", FRENCH.download],
  ["rate", "star", FRENCH.rate],
];

export class Menu {
  /** @param {Chime} chime @param {Record<ActionName, () => void>} actions */
  constructor(chime, actions) {
    this.button = element(
      "button", { class: "tool", type: "button", "aria-expanded": "false", "aria-controls": "menu", onclick: () => this._toggle() },
      icon("more"), spoken(FRENCH.menu),
    ); // prettier-ignore
    /** @type {Map<ActionName, HTMLButtonElement>} */
    this._items = new Map(
      ITEMS.map(([name, picture, says]) => {
        const act = () => {
          this.hide();
          actions[name]();
        };
        return [name, element("button", { class: "item", type: "button", onclick: act }, icon(picture), says)];
      }),
    );
    const sound = element(
      "button", { class: "item", type: "button", role: "switch", "aria-checked": String(chime.on),
        onclick: () => {
          chime.on = !chime.on;
          setAttribute(sound, "aria-checked", String(chime.on));
        } },
      icon("sound"), element("span", { class: "grow" }, FRENCH.sound),
      element("span", { class: "switch", "aria-hidden": "true" }),
    ); // prettier-ignore
    this.node = element("div", { class: "menu", id: "menu", hidden: true }, ...this._items.values(), sound);
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** @param {{conversation: boolean, rated: boolean}} now */
  allow({ conversation, rated }) {
    for (const name of /** @type {ActionName[]} */ (["download", "rate", "beginAnew"])) {
      const item = this._items.get(name);
      if (item) item.disabled = !conversation || (name === "rate" && rated);
    }
  }

  /** @param {boolean} [focus]  whether the button takes the focus back */
  hide(focus = false) {
    this.node.hidden = true;
    setAttribute(this.button, "aria-expanded", "false");
    if (focus) this.button.focus();
  }

  /** Hides when something else was clicked. @param {MouseEvent} event */
  clickedAt(event) {
    const path = event.composedPath();
    if (!path.includes(this.node) && !path.includes(this.button)) this.hide();
  }

  _toggle() {
    if (this.isOpen) {
      this.hide();
      return;
    }
    this.node.hidden = false;
    setAttribute(this.button, "aria-expanded", "true");
    /** @type {HTMLElement | null} */ (this.node.querySelector("button:not(:disabled)"))?.focus();
  }
}
