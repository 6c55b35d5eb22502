/** What is reviewed: the messages to come, what was decided, and what is taken back. */

/**
 * @typedef {{intent: string, title: string, confidence: number}} Reading
 *
 * @typedef {object} Phrase
 * @property {string} conversation_id
 * @property {number} number
 * @property {string} text
 * @property {string} created_at
 * @property {string[]} reasons
 * @property {Reading[]} ranking  what is proposed first
 * @property {string | null} answered_with
 *
 * @typedef {{waiting: number, to_export: number, exported: number, refused: number, skipped: number}} Counts
 *
 * @typedef {object} Calls
 * @property {(limit: number) => Promise<{phrases: Phrase[], counts: Counts, withheld: number}>} next
 * @property {(phrase: Phrase, intent: string | null) => Promise<{review: {id: number}, counts: Counts}>} decide
 * @property {(id: number) => Promise<{counts: Counts}>} undo
 *
 * @typedef {object} Listener
 * @property {() => void} onChange  another message is shown, or none
 * @property {(error: unknown) => void} onFailure
 */

const PAGE = 20;
/** The next ones are asked for while so many are still there: nobody waits between two. */
const FEW = 5;

/**
 * Shows the next message at once and sends the decision meanwhile. A decision that is refused puts
 * its message back in front.
 */
export class Reviewing {
  /**
   * @param {Calls} calls
   * @param {Listener} listener
   */
  constructor(calls, listener) {
    this._calls = calls;
    this._listener = listener;
    /** @type {Phrase[]} */
    this._waiting = [];
    /** Decided here: they may still come in an answer that was on its way. @type {Set<string>} */
    this._decided = new Set();
    /** @type {{phrase: Phrase, sent: Promise<number | null>}[]} */
    this._done = [];
    /** @type {Promise<void> | null} */
    this._reading = null;
    this.loaded = false;
    this.withheld = 0;
    /** @type {Counts | null} */
    this.counts = null;
  }

  /** The message that is shown. */
  get current() {
    return this._waiting[0] ?? null;
  }

  get canUndo() {
    return this._done.length > 0;
  }

  /** Reads more, unless that is under way. */
  read() {
    this._reading ??= this._read().finally(() => (this._reading = null));
    return this._reading;
  }

  async _read() {
    try {
      const page = await this._calls.next(PAGE);
      const known = new Set([...this._waiting.map(keyOf), ...this._decided]);
      this._waiting.push(...page.phrases.filter((phrase) => !known.has(keyOf(phrase))));
      this.counts = page.counts;
      this.withheld = page.withheld;
      this.loaded = true;
      this._listener.onChange();
    } catch (error) {
      this._listener.onFailure(error);
    }
  }

  /**
   * Decides about the message that is shown: its topic, or with null that it is not usable.
   *
   * @param {string | null} intent
   */
  decide(intent) {
    const phrase = this._waiting.shift();
    if (phrase === undefined) return;
    this._decided.add(keyOf(phrase));
    const sent = this._send(phrase, intent);
    this._done.push({ phrase, sent });
    this._listener.onChange();
    if (this._waiting.length <= FEW) void sent.then(() => this.read());
  }

  /** @param {Phrase} phrase @param {string | null} intent  @returns {Promise<number | null>} */
  async _send(phrase, intent) {
    try {
      const { review, counts } = await this._calls.decide(phrase, intent);
      this.counts = counts;
      this._listener.onChange();
      return review.id;
    } catch (error) {
      this._done = this._done.filter((one) => one.phrase !== phrase);
      // Somebody else was quicker: that is no message to be decided any more.
      if (!isSettled(error)) this._putBack(phrase);
      this._listener.onChange();
      this._listener.onFailure(error);
      return null;
    }
  }

  /** Takes back the last decision and shows its message again. */
  async undo() {
    const last = this._done.pop();
    if (last === undefined) return;
    this._listener.onChange();
    const id = await last.sent;
    if (id === null) return;
    try {
      const { counts } = await this._calls.undo(id);
      this.counts = counts;
      this._putBack(last.phrase);
    } catch (error) {
      this._listener.onFailure(error);
    }
    this._listener.onChange();
  }

  /** @param {Phrase} phrase */
  _putBack(phrase) {
    this._decided.delete(keyOf(phrase));
    this._waiting.unshift(phrase);
  }
}

/** @param {Phrase} phrase */
export function keyOf(phrase) {
  return `${phrase.conversation_id}:${phrase.number}`;
}

/** @param {unknown} error */
function isSettled(error) {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "already_reviewed" || code === "not_for_review";
}

/**
 * Returns the topics whose title holds every word that was typed, accents and case aside.
 *
 * @param {{intent: string, title: string}[]} topics
 * @param {string} typed
 */
export function topicsFor(topics, typed) {
  const wanted = folded(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  return topics.filter(({ title, intent }) => {
    const text = folded(`${title} ${intent}`);
    return wanted.every((word) => text.includes(word));
  });
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
