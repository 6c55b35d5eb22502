/** What has been written and not sent, kept in the browser over reloads and ended sessions. */

/** @import { Shelf } from "../../widget/logic/types.js" */

export class Drafts {
  /** @param {Shelf | null} shelf @param {string} prefix  of whom, and what for */
  constructor(shelf, prefix) {
    this._shelf = shelf;
    this._prefix = prefix;
  }

  /** @param {string} conversation  @returns {string} "" without one */
  of(conversation) {
    try {
      return this._shelf?.getItem(this._prefix + conversation) ?? "";
    } catch {
      return "";
    }
  }

  /** @param {string} conversation @param {string} text */
  keep(conversation, text) {
    try {
      if (text.trim() === "") this._shelf?.removeItem(this._prefix + conversation);
      else this._shelf?.setItem(this._prefix + conversation, text);
    } catch {
      // Full or forbidden: the page itself still holds it.
    }
  }
}
