/**
 * What the seller has sent and the server has not confirmed yet.
 *
 * Each entry has a client id from its first moment on: the server stores it once however often it
 * is sent. Entries are kept in the browser, one key each, so that two tabs never overwrite one
 * another's; a confirmed entry is removed.
 */

/** @import { Shelf } from "./types.js" */

const STALE_AFTER = 12 * 3600 * 1000;

/**
 * @typedef {{id: string} | {begin: string}} Target  a conversation, or the client id of one to begin
 *
 * @typedef {object} Entry
 * @property {string} clientId
 * @property {Target} target
 * @property {string} text      as the seller sees it; a button's title
 * @property {string | null} button  the token of a pressed button
 * @property {number | null} answers  number of the message whose button it is
 * @property {number} at        milliseconds; orders the entries
 * @property {"waiting" | "refused"} state
 * @property {string} reason    why it was refused, in French
 */

/** @returns {string} an id the server takes: letters and digits, 128 bits of chance */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  /**
   * @param {Shelf | null} shelf
   * @param {string} prefix  of our keys on the shelf
   * @param {() => number} now
   */
  constructor(shelf, prefix, now = Date.now) {
    this._shelf = shelf;
    this._prefix = prefix;
    this._now = now;
    /** @type {string | null} */
    this._seller = null;
    /** @type {Map<string, Entry>} */
    this._entries = new Map();
    this._last = 0;
  }

  /**
   * From now on holds this seller's entries: those written before we knew who writes are kept
   * under the seller's name, and those left by an earlier page come back.
   *
   * @param {string} seller
   * @param {string} staleReason  shown with entries that waited too long to be sent unasked
   */
  belongTo(seller, staleReason) {
    if (this._seller !== null && this._seller !== seller) this._entries.clear();
    this._seller = seller;
    for (const entry of this._entries.values()) this._write(entry);
    this.reload();
    for (const entry of this._entries.values()) {
      const stale = this._now() - entry.at > STALE_AFTER;
      if (stale && entry.state === "waiting") this.refuse(entry.clientId, staleReason);
    }
  }

  /** Reads the shelf again: another tab may have added entries, or seen them confirmed. */
  reload() {
    if (this._seller === null || this._shelf === null) return;
    const found = new Map(this._read().map((entry) => [entry.clientId, entry]));
    for (const [clientId] of this._entries) if (!found.has(clientId)) this._forget(clientId);
    for (const [clientId, entry] of found) this._entries.set(clientId, entry);
  }

  /** @returns {Entry[]} oldest first */
  get entries() {
    return [...this._entries.values()].sort(
      (one, other) => one.at - other.at || (one.clientId < other.clientId ? -1 : 1),
    );
  }

  /** @returns {Entry | null} the oldest entry that may be sent */
  next() {
    return this.entries.find((entry) => entry.state === "waiting") ?? null;
  }

  /**
   * @param {Target} target
   * @param {string} text
   * @param {{token: string, answers: number} | null} button
   * @returns {Entry}
   */
  add(target, text, button = null) {
    this._last = Math.max(this._now(), this._last + 1);
    /** @type {Entry} */
    const entry = {
      clientId: newClientId(),
      target,
      text,
      button: button?.token ?? null,
      answers: button?.answers ?? null,
      at: this._last,
      state: "waiting",
      reason: "",
    };
    this._entries.set(entry.clientId, entry);
    this._write(entry);
    return entry;
  }

  /**
   * Forgets an entry: the server has it, or the seller no longer wants it sent.
   *
   * @param {string} clientId
   * @returns {boolean} whether it was there
   */
  remove(clientId) {
    const there = this._entries.has(clientId);
    this._forget(clientId);
    try {
      if (there) this._shelf?.removeItem(this._key(clientId));
    } catch {
      // A shelf that fails is as good as none.
    }
    return there;
  }

  /**
   * @param {string} clientId
   * @param {string} reason
   */
  refuse(clientId, reason) {
    this._change(clientId, { state: "refused", reason });
  }

  /** @param {string} clientId */
  sendAgain(clientId) {
    this._last = Math.max(this._now(), this._last + 1);
    this._change(clientId, { state: "waiting", reason: "", at: this._last });
  }

  /**
   * Names the conversation that has been begun for entries that waited for it.
   *
   * @param {string} begin
   * @param {string} id
   */
  begun(begin, id) {
    for (const entry of this.entries) {
      if ("begin" in entry.target && entry.target.begin === begin) {
        this._change(entry.clientId, { target: { id } });
      }
    }
  }

  /** @param {string} clientId @param {Partial<Entry>} change */
  _change(clientId, change) {
    const entry = this._entries.get(clientId);
    if (entry === undefined) return;
    const changed = { ...entry, ...change };
    this._entries.set(clientId, changed);
    this._write(changed);
  }

  /** @param {string} clientId */
  _forget(clientId) {
    this._entries.delete(clientId);
  }

  /** @param {string} clientId */
  _key(clientId) {
    return `${this._prefix}outbox:${this._seller}:${clientId}`;
  }

  /** @param {Entry} entry */
  _write(entry) {
    if (this._seller === null) return;
    try {
      this._shelf?.setItem(this._key(entry.clientId), JSON.stringify(entry));
    } catch {
      this._shelf = null; // full or forbidden: this page still holds it
    }
  }

  /** @returns {Entry[]} */
  _read() {
    const shelf = /** @type {Shelf} */ (this._shelf);
    const ours = this._key("");
    const found = [];
    for (let index = 0; index < shelf.length; index += 1) {
      const key = shelf.key(index);
      if (key === null || !key.startsWith(ours)) continue;
      const entry = readEntry(shelf.getItem(key));
      if (entry !== null && this._key(entry.clientId) === key) found.push(entry);
    }
    return found;
  }
}

/**
 * @param {string | null} kept
 * @returns {Entry | null} null for what is no entry of ours
 */
function readEntry(kept) {
  try {
    const entry = JSON.parse(kept ?? "");
    const right =
      typeof entry.clientId === "string" &&
      typeof entry.text === "string" &&
      typeof entry.at === "number" &&
      (typeof entry.target.id === "string" || typeof entry.target.begin === "string");
    return right ? entry : null;
  } catch {
    return null;
  }
}
