/** The reply being written: where it came from, and whether it may be sent. */

import { unknownVariables } from "./variables.js";

/** @import { Suggestion, SuggestionUse } from "./types.js" */

export const LONGEST = 2000;

/** @typedef {{sendable: boolean, problem: "" | "empty" | "long" | "variables" | "claim", names: string[], over: number}} Verdict */

export class ReplyDraft {
  constructor() {
    this.text = "";
    /** The suggestion that the text began as. @type {Suggestion | null} */
    this.origin = null;
  }

  /** @param {string} text */
  write(text) {
    this.text = text;
    // What is written anew has nothing to do with what stood there before.
    if (text.trim() === "") this.origin = null;
  }

  /**
   * Puts a text behind what is written already; nothing written is lost.
   *
   * @param {string} text
   * @param {Suggestion | null} origin
   */
  add(text, origin = null) {
    const before = this.text.trimEnd();
    this.text = before === "" ? text : `${before}\n\n${text}`;
    if (origin !== null) this.origin = origin;
  }

  /** @param {boolean} mine  whether we hold the conversation  @returns {Verdict} */
  verdict(mine) {
    const text = this.text.trim();
    const over = [...text].length - LONGEST;
    const names = unknownVariables(text);
    const problem =
      text === "" ? "empty" : !mine ? "claim" : names.length > 0 ? "variables" : over > 0 ? "long" : "";
    return { sendable: problem === "", problem, names, over };
  }

  /** What is recorded of the suggestion. @returns {SuggestionUse | null} */
  get use() {
    if (this.origin === null) return null;
    const { response, version, text } = this.origin;
    return { response, version, choice: this.text.trim() === text.trim() ? "sent" : "edited" };
  }

  clear() {
    this.text = "";
    this.origin = null;
  }
}
