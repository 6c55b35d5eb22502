/** What the seller has not seen yet, remembered for all tabs of this browser. */

/** @import { Message, Shelf } from "./types.js" */

export class ReadMarks {
  /** @param {Shelf | null} shelf @param {string} prefix */
  constructor(shelf, prefix) {
    this._shelf = shelf;
    this._prefix = prefix;
    /** @type {Map<string, number>} */
    this._marks = new Map();
  }

  /**
   * Returns the number up to which a conversation was read; null when nothing is known of it.
   *
   * @param {string} conversation
   * @returns {number | null}
   */
  of(conversation) {
    let kept = Number.NaN;
    try {
      kept = Number.parseInt(this._shelf?.getItem(this._key(conversation)) ?? "", 10);
    } catch {
      // A shelf that fails is as good as none.
    }
    const here = this._marks.get(conversation);
    if (!Number.isFinite(kept)) return here ?? null;
    return Math.max(kept, here ?? 0);
  }

  /**
   * Marks as read up to a number; never goes back.
   *
   * @param {string} conversation
   * @param {number} number
   */
  read(conversation, number) {
    const before = this.of(conversation);
    if (before !== null && before >= number) return;
    this._marks.set(conversation, number);
    try {
      this._shelf?.setItem(this._key(conversation), String(number));
    } catch {
      // This page still remembers.
    }
  }

  /** @param {string} conversation */
  _key(conversation) {
    return `${this._prefix}read:${conversation}`;
  }
}

/**
 * Counts what others have written after a mark.
 *
 * @param {readonly Message[]} messages
 * @param {number} mark
 */
export function countUnread(messages, mark) {
  return messages.filter((message) => message.number > mark && message.author !== "seller").length;
}
