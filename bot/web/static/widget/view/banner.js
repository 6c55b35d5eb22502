/** What stands in the way, in a line under the header: shown, and said once to screen readers. */

import { FRENCH, waitSaid } from "../french.js";
import { element, setText } from "./element.js";

/** @import { Chat } from "../logic/chat.js" */

/** A connection that comes back in a moment is nobody's business. */
const PATIENCE = 1200;

export class Banner {
  /** @param {Chat} chat @param {() => void} resume */
  constructor(chat, resume) {
    this._chat = chat;
    this._text = element("span");
    this._resume = element("button", { class: "plain", type: "button", hidden: true, onclick: resume }, FRENCH.resume);
    this.node = element("div", { class: "banner", hidden: true }, this._text, this._resume);
    this.status = element("p", { class: "spoken", role: "status" });
    this._kind = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
  }

  show() {
    clearTimeout(this._timer);
    const seconds = Math.ceil((this._chat.waitsUntil - Date.now()) / 1000);
    if (this._chat.phase === "ended") this._write("ended", FRENCH.ended);
    else if (seconds > 0) {
      this._write("wait", waitSaid(seconds));
      this._timer = setTimeout(() => this.show(), 1000);
    } else if (this._chat.connection === "offline") this._write("offline", FRENCH.offline);
    else if (this._chat.phase === "starting") this._later("connecting", FRENCH.connecting);
    else this._write("", "");
  }

  /** @param {string} text */
  speak(text) {
    this.status.textContent = text;
  }

  stop() {
    clearTimeout(this._timer);
  }

  /** @param {string} kind @param {string} text */
  _later(kind, text) {
    if (this._kind === kind) return;
    this._write("", "");
    this._timer = setTimeout(() => this._write(kind, text), PATIENCE);
  }

  /** @param {string} kind @param {string} text */
  _write(kind, text) {
    this.node.hidden = text === "";
    this.node.dataset.kind = kind;
    this._resume.hidden = kind !== "ended";
    setText(this._text, text);
    if (kind === this._kind) return;
    if (text !== "") this.speak(text);
    else if (this._kind === "offline") this.speak(FRENCH.back);
    this._kind = kind;
  }
}
