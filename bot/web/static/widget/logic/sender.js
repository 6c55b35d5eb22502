/** Sends what waits in the outbox, one after another, until each is stored or refused for good. */

import { delayBefore } from "./backoff.js";
import { Refusal, SellerChanged, SessionEnded } from "./problems.js";

/** @import { Message, Overview, Timers } from "./types.js" */
/** @import { Entry, Outbox } from "./outbox.js" */
/** @import { SiteApi } from "./site_api.js" */

/**
 * "wait": the server asked for time; "offline": it cannot be reached; "ended": sign in again;
 * "changed": somebody else is signed in.
 * @typedef {{kind: "wait", until: number, sentence: string} | {kind: "offline"} 
 *   | {kind: "ended"} | {kind: "changed"}} SendingProblem
 *
 * @typedef {object} SenderListener
 * @property {(conversation: string, message: Message) => void} onStored
 * @property {(begin: string, overview: Overview) => void} onBegun
 * @property {(problem: SendingProblem) => void} onProblem
 * @property {() => void} onChange
 */

export class Sender {
  /**
   * @param {SiteApi} api
   * @param {Outbox} outbox
   * @param {Timers} timers
   * @param {SenderListener} listener
   * @param {() => number} [random]
   */
  constructor(api, outbox, timers, listener, random = Math.random) {
    this._api = api;
    this._outbox = outbox;
    this._timers = timers;
    this._listener = listener;
    this._random = random;
    this._sending = false;
    this._failures = 0;
    this._pausedUntil = 0;
    /** @type {unknown} */
    this._timer = null;
    this._generation = 0;
    /** @type {string | null} client id of the entry under way */
    this.underWay = null;
  }

  stop() {
    this._generation += 1;
    this._sending = false;
    this.underWay = null;
    this._timers.cancel(this._timer);
  }

  /** Sends everything that may be sent now. */
  async flush() {
    if (this._sending || this._timers.now() < this._pausedUntil) return;
    this._timers.cancel(this._timer);
    const generation = this._generation;
    this._sending = true;
    try {
      for (let entry = this._outbox.next(); entry !== null; entry = this._outbox.next()) {
        const goOn = await this._one(entry, generation);
        if (!goOn) break;
      }
    } finally {
      if (generation === this._generation) {
        this._sending = false;
        this.underWay = null;
        this._listener.onChange();
      }
    }
  }

  /** @param {Entry} entry @param {number} generation @returns {Promise<boolean>} whether to go on */
  async _one(entry, generation) {
    this.underWay = entry.clientId;
    this._listener.onChange();
    try {
      const conversation = await this._conversationOf(entry, generation);
      const body =
        entry.button === null
          ? { client_id: entry.clientId, text: entry.text }
          : { client_id: entry.clientId, button: entry.button };
      const message = await this._api.send(conversation, body);
      if (generation !== this._generation) return false;
      this._failures = 0;
      this._outbox.remove(entry.clientId);
      this._listener.onStored(conversation, message);
      return true;
    } catch (error) {
      if (generation !== this._generation) return false;
      return this._failed(entry, error);
    }
  }

  /** @param {Entry} entry @param {number} generation */
  async _conversationOf(entry, generation) {
    if ("id" in entry.target) return entry.target.id;
    const { begin } = entry.target;
    const overview = await this._api.begin(begin);
    if (generation === this._generation) {
      this._outbox.begun(begin, overview.id);
      this._listener.onBegun(begin, overview);
    }
    return overview.id;
  }

  /** @param {Entry} entry @param {unknown} error @returns {boolean} whether to go on */
  _failed(entry, error) {
    if (error instanceof SessionEnded) {
      this._listener.onProblem({ kind: "ended" });
      return false;
    }
    if (error instanceof SellerChanged) {
      this._listener.onProblem({ kind: "changed" });
      return false;
    }
    if (error instanceof Refusal && !error.passes) {
      this._outbox.refuse(entry.clientId, error.message);
      this._listener.onChange();
      return true;
    }
    const asked = error instanceof Refusal ? (error.retryAfter ?? 0) * 1000 : 0;
    const delay = Math.max(asked, delayBefore(this._failures, this._random));
    this._failures += 1;
    if (error instanceof Refusal) {
      this._pausedUntil = this._timers.now() + asked;
      const until = this._timers.now() + delay;
      this._listener.onProblem({ kind: "wait", until, sentence: error.message });
    } else {
      this._listener.onProblem({ kind: "offline" });
    }
    this._timer = this._timers.after(() => this.flush(), delay);
    return false;
  }
}
