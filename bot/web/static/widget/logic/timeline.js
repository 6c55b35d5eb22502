/**
 * The messages of one conversation as far as they are known, in the server's order.
 *
 * Whatever arrives twice, late, or out of order ends up as the same list. The cursor moves only
 * with messages read in order: what our own sending brought back may lie beyond a gap.
 */

/** @import { Button, ButtonState, Message } from "./types.js" */

export class Timeline {
  /** @param {number} after  everything up to this number is left out for now */
  constructor(after = 0) {
    this.cursor = after;
    /** The number before the oldest message held. */
    this.floor = after;
    /** @type {Map<number, Message>} */
    this._known = new Map();
    /** @type {Message[] | null} */
    this._sorted = [];
  }

  /** @returns {readonly Message[]} */
  get messages() {
    this._sorted ??= [...this._known.values()].sort((one, other) => one.number - other.number);
    return this._sorted;
  }

  /**
   * Takes messages read in order from the cursor on; returns those that are new.
   *
   * @param {Message[]} messages
   */
  read(messages) {
    const added = messages.filter((message) => this.put(message));
    for (const { number } of messages) this.cursor = Math.max(this.cursor, number);
    return added;
  }

  /**
   * Takes the page that ends where ours begins.
   *
   * @param {Message[]} messages
   * @param {number} after  the number it was read after
   */
  readEarlier(messages, after) {
    this.floor = Math.min(this.floor, after);
    for (const message of messages) this.put(message);
  }

  /**
   * Takes one message from anywhere; tells whether it is new.
   *
   * @param {Message} message
   */
  put(message) {
    if (message.number <= this.floor) return false;
    const fresh = !this._known.has(message.number);
    this._known.set(message.number, message);
    this._sorted = null;
    return fresh;
  }

  /**
   * Takes a changed message, if it is one of those held.
   *
   * @param {Message} message
   */
  update(message) {
    if (this._known.has(message.number)) this.put(message);
  }

  /** @param {number} number */
  get(number) {
    return this._known.get(number);
  }

  /** The highest number held. */
  get last() {
    return this.messages.at(-1)?.number ?? this.cursor;
  }

  /** The number of the seller's newest message; 0 without one. */
  get lastOfSeller() {
    return this.messages.findLast((message) => message.author === "seller")?.number ?? 0;
  }
}

/**
 * Tells how a button stands: the server's word, or less once the seller has gone on.
 *
 * @param {Message} message
 * @param {Button} button
 * @param {{lastOfSeller: number, pressed: string | null, waiting: boolean}} now  the token pressed
 *   of this message and not yet confirmed, and whether anything waits to be sent
 * @returns {ButtonState}
 */
export function buttonState(message, button, { lastOfSeller, pressed, waiting }) {
  if (button.state === "used" || button.token === pressed) return "used";
  if (pressed !== null || waiting || lastOfSeller > message.number) return "inert";
  return button.state;
}
