/** The short rating of a conversation: one to five stars, and a word if the seller likes. */

import { FRENCH, starsSaid } from "../french.js";
import { element, icon, setAttribute, setText, spoken } from "./element.js";

/** @import { Chat } from "../logic/chat.js" */

export class RatingView {
  /** @param {Chat} chat @param {(rated: boolean) => void} leave */
  constructor(chat, leave) {
    this._chat = chat;
    this._leave = leave;
    this._stars = element("div", { class: "stars" }, ...[1, 2, 3, 4, 5].map(star));
    this._comment = element("textarea", { id: "comment", class: "field", rows: 2 });
    this._problem = element("p", { class: "problem", role: "alert" });
    this._submit = element("button", { class: "primary", type: "submit" }, FRENCH.sendRating);
    this.node = element(
      "form", { class: "rating", onsubmit: (event) => this._send(event) },
      element("fieldset", {}, element("legend", {}, FRENCH.ratingTitle), this._stars),
      element("label", { for: "comment" }, FRENCH.comment), this._comment, this._problem,
      element(
        "div", { class: "row" }, this._submit,
        element("button", { class: "plain", type: "button", onclick: () => leave(false) }, FRENCH.later),
      ),
    ); // prettier-ignore
  }

  /** @param {number} length  of a comment, in characters */
  limitTo(length) {
    setAttribute(this._comment, "maxlength", length);
  }

  focus() {
    this._stars.querySelector("input")?.focus();
  }

  /** @param {Event} event */
  async _send(event) {
    event.preventDefault();
    const chosen = this._stars.querySelector("input:checked");
    if (!(chosen instanceof HTMLInputElement)) {
      setText(this._problem, FRENCH.chooseStars);
      this.focus();
      return;
    }
    this._submit.disabled = true;
    const rated = await this._chat.rate(Number(chosen.value), this._comment.value.trim());
    this._submit.disabled = false;
    if (rated) this._leave(true);
  }
}

/** @param {number} value */
function star(value) {
  return element(
    "label", { class: "star", title: starsSaid(value) },
    element("input", { type: "radio", name: "stars", value, class: "spoken" }),
    icon("star"), spoken(starsSaid(value)),
  ); // prettier-ignore
}
