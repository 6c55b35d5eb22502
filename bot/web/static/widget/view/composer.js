/** Where the seller writes. */

import { FRENCH, lengthOf, lengthSaid } from "../french.js";
import { measure } from "../logic/length.js";
import { element, icon, setAttribute, setText, spoken } from "./element.js";

const DEFAULT_LIMIT = 2000;
const TALLEST = 140;

export class Composer {
  /**
   * @param {(text: string) => void} send
   * @param {() => void} refuseFiles
   * @param {() => void} typed  whenever there is something written, and more of it
   */
  constructor(send, refuseFiles, typed) {
    this._send = send;
    this._limit = DEFAULT_LIMIT;
    this._count = element("span", { class: "count", id: "count", "aria-hidden": "true", hidden: true });
    this._said = element("span", { class: "spoken", role: "status" });
    const keys = element("span", { class: "spoken", id: "keys" }, FRENCH.keys);
    this.field = element("textarea", {
      id: "write", class: "field", rows: 1, placeholder: FRENCH.placeholder, enterkeyhint: "send",
      autocomplete: "off", "aria-describedby": "keys",
      oninput: () => this._typed(typed),
      onkeydown: (event) => this._key(event),
      onpaste: (event) => refusing(event, event.clipboardData, refuseFiles),
    }); // prettier-ignore
    this._button = element("button", { class: "send", type: "submit" }, icon("send"), spoken(FRENCH.send));
    this.node = element(
      "form", { class: "composer", onsubmit: (event) => this._submit(event) },
      element("label", { class: "spoken", for: "write" }, FRENCH.write), keys,
      element("div", { class: "writing" }, this.field, this._button),
      this._count, this._said,
    ); // prettier-ignore
    this._changed();
  }

  /** @param {number} limit  in characters */
  limitTo(limit) {
    if (this._limit === limit) return;
    this._limit = limit;
    this._changed();
  }

  /** @param {string} text */
  write(text) {
    this.field.value = text;
    this._changed();
    this.field.focus();
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.node.requestSubmit();
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    const { length, over } = measure(text, this._limit);
    if (over > 0) setText(this._said, lengthSaid(this._limit - length, over));
    if (text === "" || over > 0) {
      this.field.focus();
      return;
    }
    this.field.value = "";
    this._changed();
    this._send(text);
  }

  /** @param {() => void} typed */
  _typed(typed) {
    this._changed();
    if (this.field.value.trim() !== "") typed();
  }

  _changed() {
    const { length, shown, over } = measure(this.field.value.trim(), this._limit);
    this._count.hidden = !shown;
    this._count.classList.toggle("is-over", over > 0);
    setText(this._count, over > 0 ? `${lengthOf(length, this._limit)}. ${lengthSaid(0, over)}` : lengthOf(length, this._limit));
    // Said once where it begins to matter and where it is too much, not at every letter.
    const step = over > 0 ? "over" : shown ? "near" : "";
    if (step !== this._said.dataset.step) {
      this._said.dataset.step = step;
      setText(this._said, step === "" ? "" : lengthSaid(this._limit - length, over));
    }
    setAttribute(this.field, "aria-invalid", over > 0 ? "true" : null);
    setAttribute(this._button, "aria-disabled", length === 0 || over > 0 ? "true" : null);
    this.fit();
  }

  /** Makes the field as tall as its text; needs to be on the screen. */
  fit() {
    this.field.style.height = "auto";
    const { scrollHeight } = this.field;
    if (scrollHeight > 0) this.field.style.height = `${Math.min(scrollHeight, TALLEST)}px`;
  }
}

/**
 * Refuses what brings files; texts pass.
 *
 * @param {Event} event
 * @param {DataTransfer | null} brought
 * @param {() => void} refuse
 */
export function refusing(event, brought, refuse) {
  if (brought === null || ![...brought.types].includes("Files")) return;
  event.preventDefault();
  if (event.type !== "dragover") refuse();
}
