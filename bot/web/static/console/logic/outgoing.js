/**
 * What an agent has sent and the server has not confirmed yet, of one conversation and one kind.
 *
 * Entries go out one after another, each under one client id: the server stores it once however
 * often it is sent. What fails stays, with the reason, until it is sent again or taken back. Found
 * again after a reload, nothing is sent unasked.
 */

import { delayBefore } from "../../widget/logic/backoff.js";
import { newClientId } from "../../widget/logic/outbox.js";
import { Refusal, Unreachable } from "../../widget/logic/problems.js";

/** @import { Shelf, Timers } from "../../widget/logic/types.js" */
/** @import { SuggestionUse } from "./types.js" */

export const ATTEMPTS = 4;

/**
 * @typedef {object} Entry
 * @property {string} clientId
 * @property {string} text
 * @property {SuggestionUse | null} suggestion
 * @property {number} at  milliseconds since 1970
 * @property {"sending" | "failed"} state
 * @property {string} reason  in French, when failed
 *
 * @typedef {object} Means
 * @property {(entry: Entry) => Promise<void>} send  raises Refusal, SessionEnded, Unreachable
 * @property {() => void} onChange
 * @property {(error: unknown) => string} sentence
 * @property {string} unconfirmed  the reason of what an earlier page left
 * @property {Timers} timers
 * @property {() => number} [random]
 */

export class Outgoing {
  /** @param {Shelf | null} shelf @param {string} key @param {Means} means */
  constructor(shelf, key, means) {
    this._shelf = shelf;
    this._key = key;
    this._means = means;
    /** @type {Entry[]} */
    this.entries = this._found();
    this._running = false;
  }

  /** Whether leaving the page now leaves something undone. */
  get underWay() {
    return this.entries.some(({ state }) => state === "sending");
  }

  /** @param {string} text @param {SuggestionUse | null} suggestion */
  add(text, suggestion = null) {
    const at = this._means.timers.now();
    /** @type {Entry} */
    const entry = { clientId: newClientId(), text, suggestion, at, state: "sending", reason: "" };
    this._set([...this.entries, entry]);
    void this._run();
  }

  /** @param {string} clientId */
  again(clientId) {
    this._change(clientId, { state: "sending", reason: "" });
    void this._run();
  }

  /** Takes an entry that failed back; returns it, to be written on. @param {string} clientId */
  takeBack(clientId) {
    const entry = this.entries.find((one) => one.clientId === clientId && one.state === "failed");
    if (entry !== undefined) this._set(this.entries.filter((one) => one !== entry));
    return entry ?? null;
  }

  async _run() {
    if (this._running) return;
    this._running = true;
    for (;;) {
      const entry = this.entries.find(({ state }) => state === "sending");
      if (entry === undefined) break;
      await this._deliver(entry);
    }
    this._running = false;
  }

  /** @param {Entry} entry */
  async _deliver(entry) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this._means.send(entry);
        this._set(this.entries.filter(({ clientId }) => clientId !== entry.clientId));
        return;
      } catch (error) {
        const passes = error instanceof Unreachable || (error instanceof Refusal && error.passes);
        if (!passes || attempt + 1 >= ATTEMPTS) {
          this._change(entry.clientId, { state: "failed", reason: this._means.sentence(error) });
          return;
        }
        await this._pause(error, attempt);
      }
    }
  }

  /** @param {unknown} error @param {number} attempt */
  _pause(error, attempt) {
    const asked = error instanceof Refusal ? (error.retryAfter ?? 0) * 1000 : 0;
    const delay = Math.max(asked, delayBefore(attempt, this._means.random));
    return new Promise((resolve) => this._means.timers.after(() => resolve(null), delay));
  }

  /** @param {string} clientId @param {Partial<Entry>} change */
  _change(clientId, change) {
    this._set(this.entries.map((one) => (one.clientId === clientId ? { ...one, ...change } : one)));
  }

  /** @param {Entry[]} entries */
  _set(entries) {
    this.entries = entries;
    try {
      if (entries.length === 0) this._shelf?.removeItem(this._key);
      else this._shelf?.setItem(this._key, JSON.stringify(entries));
    } catch {
      // Full or forbidden: the page itself still holds them.
    }
    this._means.onChange();
  }

  /** @returns {Entry[]} */
  _found() {
    try {
      /** @type {Entry[]} */
      const kept = JSON.parse(this._shelf?.getItem(this._key) ?? "[]");
      return kept
        .filter((one) => typeof one?.clientId === "string" && typeof one.text === "string")
        .map((one) => ({
          ...one,
          state: "failed",
          reason: one.state === "failed" && one.reason ? one.reason : this._means.unconfirmed,
        }));
    } catch {
      return [];
    }
  }
}
