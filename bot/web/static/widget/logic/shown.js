/** The conversation on the screen: its messages, its news, and what the seller thinks of them. */

import { Feed } from "./feed.js";
import { Timeline } from "./timeline.js";

/** @import { Message, Overview, Thumb, Timers, Typing } from "./types.js" */
/** @import { Connection } from "./feed.js" */
/** @import { SiteApi } from "./site_api.js" */

/** How many messages a conversation shows at first; older ones on demand. */
export const FIRST_SHOWN = 60;
/** A person who answers is told so often at most that the seller types, in milliseconds. */
const TYPING_EVERY = 3000;

/**
 * What changed: "replay" and "news" bring messages, old and new; "notice" is a sentence to show.
 * @typedef {{kind: "replay"} | {kind: "news", messages: Message[]} | {kind: "change"}
 *   | {kind: "notice", text: string}} Change
 *
 * @typedef {object} ShownListener
 * @property {(change: Change) => void} onChange
 * @property {(messages: Message[]) => void} onArrival  before they are told as news
 * @property {(connection: Connection) => void} onConnection
 * @property {(problem: "ended" | "gone") => void} onProblem
 *
 * @typedef {{openSocket: (url: string) => WebSocket, timers: Timers, random?: () => number}} Ways
 */

export class Shown {
  /**
   * @param {SiteApi} api
   * @param {Overview} overview
   * @param {Timeline} timeline
   * @param {ShownListener} listener
   */
  constructor(api, overview, timeline, listener) {
    this._api = api;
    this.overview = overview;
    this.timeline = timeline;
    this._listener = listener;
    /** @type {Typing | null} */
    this.typing = null;
    /** @type {Feed | null} */
    this._feed = null;
    this._typed = 0;
  }

  /** @returns {Connection | null} */
  get connection() {
    return this._feed?.connection ?? null;
  }

  /** @param {Ways} ways @param {number} pollSeconds */
  follow(ways, pollSeconds) {
    const { timeline } = this;
    this._feed = new Feed(this._api, this.overview.id, {
      cursor: () => timeline.cursor,
      onMessages: (messages) => this._arrived(timeline.read(messages)),
      onUpdates: (messages) => {
        for (const message of messages) timeline.update(message);
        if (messages.length > 0) this._changed();
      },
      onTyping: (typing) => {
        if (this.typing === null && typing === null) return;
        this.typing = typing;
        this._changed();
      },
      onState: (state) => {
        if (this.overview.state === state) return;
        this.overview.state = state;
        this._changed();
      },
      onConnection: this._listener.onConnection,
      onProblem: this._listener.onProblem,
    }, { ...ways, pollSeconds }); // prettier-ignore
    this._feed.start();
  }

  leave() {
    this._feed?.stop();
    this._feed = null;
    this.typing = null;
  }

  wake() {
    this._feed?.wake();
  }

  cut() {
    this._feed?.cut();
  }

  /** A person who answers sees that the seller types; the bot needs not know. @param {number} now  milliseconds */
  types(now) {
    if (this.overview.state !== "human" || now - this._typed < TYPING_EVERY) return;
    this._typed = now;
    this._feed?.typing();
  }

  /** Takes what our own sending brought back. @param {Message} message */
  sent(message) {
    this._feed?.expectAnswer();
    if (this.timeline.put(message)) this._arrived([message]);
    else this._changed();
  }

  /** @returns {Promise<void>} raises Refusal, SessionEnded, Unreachable */
  async readEarlier() {
    const { timeline } = this;
    if (timeline.floor === 0) return;
    const after = Math.max(0, timeline.floor - FIRST_SHOWN);
    const page = await this._api.messages(this.overview.id, after, timeline.floor - after);
    timeline.readEarlier(page.messages, after);
    this._listener.onChange({ kind: "replay" });
  }

  /**
   * Shows a thumb at once, and takes it back when it could not be stored.
   *
   * @param {Message} message
   * @param {Thumb} value
   */
  async thumb(message, value) {
    const before = message.thumb ?? null;
    this._setThumb(message.number, value);
    try {
      await this._api.thumb(this.overview.id, message.number, value);
    } catch (error) {
      this._setThumb(message.number, before);
      throw error;
    }
  }

  /** @param {number} stars @param {string} comment */
  async rate(stars, comment) {
    await this._api.rate(this.overview.id, stars, comment);
    this.overview.rated = true;
    this._changed();
  }

  /** @param {number} number @param {Thumb} value */
  _setThumb(number, value) {
    const message = this.timeline.get(number);
    if (message !== undefined) this.timeline.update({ ...message, thumb: value });
    this._changed();
  }

  /** @param {Message[]} messages */
  _arrived(messages) {
    if (messages.length === 0) return;
    if (messages.at(-1)?.author !== "seller") this.typing = null;
    this.overview.last_number = this.timeline.last;
    this._listener.onArrival(messages);
    this._listener.onChange({ kind: "news", messages });
  }

  _changed() {
    this._listener.onChange({ kind: "change" });
  }
}

/**
 * Reads the end of a conversation.
 *
 * @param {SiteApi} api
 * @param {Overview} overview
 * @returns {Promise<{overview: Overview, timeline: Timeline}>}
 */
export async function readEnd(api, overview) {
  const timeline = new Timeline(Math.max(0, overview.last_number - FIRST_SHOWN));
  for (;;) {
    const page = await api.messages(overview.id, timeline.cursor);
    timeline.read(page.messages);
    if (timeline.cursor >= page.conversation.last_number || page.messages.length === 0) {
      return { overview: { ...overview, state: page.conversation.state }, timeline };
    }
  }
}
