/**
 * Reading again when told to: one reading at a time, and one more for all that was asked meanwhile.
 *
 * A reading that fails for want of a server is tried again, later each time.
 */

import { delayBefore } from "../../widget/logic/backoff.js";
import { Refusal, Unreachable } from "../../widget/logic/problems.js";

/** @import { Timers } from "../../widget/logic/types.js" */

export class Rereading {
  /**
   * @param {() => Promise<void>} read
   * @param {{onRead: () => void, onFailure: (error: unknown) => void}} listener
   * @param {Timers} timers
   * @param {() => number} random
   */
  constructor(read, listener, timers, random = Math.random) {
    this._read = read;
    this._listener = listener;
    this._timers = timers;
    this._random = random;
    /** @type {Promise<void> | null} */
    this._under = null;
    this._again = false;
    this._failures = 0;
    /** @type {unknown} */
    this._retry = null;
  }

  /** Reads as soon as possible what is true from now on. @returns {Promise<void>} when all is read */
  ask() {
    this._timers.cancel(this._retry);
    if (this._under !== null) {
      this._again = true;
      return this._under;
    }
    this._under = this._run().finally(() => {
      this._under = null;
    });
    return this._under;
  }

  stop() {
    this._timers.cancel(this._retry);
    this._again = false;
  }

  async _run() {
    do {
      this._again = false;
      try {
        await this._read();
        this._failures = 0;
        this._listener.onRead();
      } catch (error) {
        this._failed(error);
      }
    } while (this._again);
  }

  /** @param {unknown} error */
  _failed(error) {
    this._listener.onFailure(error);
    const passes = error instanceof Unreachable || (error instanceof Refusal && error.passes);
    if (!passes || this._again) return;
    const asked = error instanceof Refusal ? (error.retryAfter ?? 0) * 1000 : 0;
    const delay = Math.max(asked, delayBefore(this._failures, this._random));
    this._failures += 1;
    this._retry = this._timers.after(() => void this.ask(), delay);
  }
}
