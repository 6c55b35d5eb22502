/** The seller's conversations, newest first. */

import { FRENCH, typeset } from "../french.js";
import { dayOf, timeOf } from "../logic/moments.js";
import { element, icon } from "./element.js";

/** @import { Overview } from "../logic/types.js" */
/** @import { Chat } from "../logic/chat.js" */

export class HistoryView {
  /** @param {Chat} chat @param {() => void} leave */
  constructor(chat, leave) {
    this._chat = chat;
    this._leave = leave;
    this._back = element(
      "button", { class: "plain back", type: "button", onclick: leave }, icon("back"), FRENCH.returnToChat,
    ); // prettier-ignore
    this._body = element("div", { class: "past" });
    this.node = element(
      "section", { class: "history", "aria-labelledby": "past-title" },
      this._back, element("h3", { id: "past-title" }, FRENCH.past), this._body,
    ); // prettier-ignore
  }

  async load() {
    this._say(FRENCH.pastLoading);
    this._back.focus();
    try {
      const found = await this._chat.api.conversations();
      if (found.length === 0) this._say(FRENCH.pastEmpty);
      else this._body.replaceChildren(element("ul", {}, ...found.map((one) => this._line(one))));
    } catch (error) {
      this._say(FRENCH.failed);
      this._chat.report(error);
    }
  }

  /** @param {string} text */
  _say(text) {
    this._body.replaceChildren(element("p", { class: "empty", role: "status" }, text));
  }

  /** @param {Overview} overview */
  _line(overview) {
    const at = new Date(overview.updated_at);
    const here = overview.id === this._chat.conversation?.id;
    const notes = [FRENCH.states[overview.state], here ? FRENCH.current : ""].filter(Boolean);
    return element(
      "li", {},
      element(
        "button", { type: "button", "aria-current": here ? "true" : null, onclick: () => this._open(overview) },
        element("span", { class: "preview" }, typeset(overview.preview || FRENCH.noPreview)),
        element("span", { class: "when" }, `${dayOf(at, new Date())}, ${timeOf(at)}`, ...notes.map((note) => ` · ${note}`)),
      ),
    ); // prettier-ignore
  }

  /** @param {Overview} overview */
  async _open(overview) {
    try {
      await this._chat.open(overview);
      this._leave();
    } catch (error) {
      this._chat.report(error);
    }
  }
}
