/**
 * The chat as the seller sees it, without a screen: which conversation, its messages, what waits to
 * be sent, and what stands in the way. Views listen, and call its methods.
 */

import { Feed } from "./feed.js";
import { newClientId } from "./outbox.js";
import { Refusal, SellerChanged, SessionEnded, Unreachable } from "./problems.js";
import { Sender } from "./sender.js";
import { buttonState, Timeline } from "./timeline.js";
import { countUnread } from "./unread.js";

/** @import { Button, ButtonState, ConversationState, Message, Overview, Session, Thumb, Timers, Typing } from "./types.js" */
/** @import { Connection } from "./feed.js" */
/** @import { Entry, Outbox, Target } from "./outbox.js" */
/** @import { SiteApi } from "./site_api.js" */
/** @import { ReadMarks } from "./unread.js" */

/** How many messages a conversation shows at first; older ones on demand. */
export const FIRST_SHOWN = 60;
const RETRY_START = 3000;

/**
 * What changed: "replay" and "news" bring messages, old and new; "notice" is a sentence to show.
 * @typedef {{kind: "replay"} | {kind: "news", messages: Message[]} | {kind: "change"}
 *   | {kind: "notice", text: string}} Change
 *
 * @typedef {"starting" | "ready" | "ended"} Phase  "ended": the seller must sign in again
 *
 * @typedef {object} Means
 * @property {SiteApi} api
 * @property {Outbox} outbox
 * @property {ReadMarks} marks
 * @property {(url: string) => WebSocket} openSocket
 * @property {Timers} timers
 * @property {() => number} [random]
 * @property {{stale: string, failed: string, gone: string}} says
 */

export class Chat {
  /** @param {Means} means */
  constructor(means) {
    this._means = means;
    this.api = means.api;
    this.outbox = means.outbox;
    /** @type {Phase} */
    this.phase = "starting";
    /** @type {Connection} */
    this.connection = "connecting";
    /** @type {Session | null} */
    this.session = null;
    /** @type {Overview | null} the conversation shown; null before the first message */
    this.conversation = null;
    /** The client id the next conversation will be begun with. */
    this._begin = newClientId();
    /** Whether the seller asked for an empty conversation. */
    this._anew = false;
    this.timeline = new Timeline();
    /** @type {Typing | null} */
    this.typing = null;
    /** When a wait the server asked for ends, in milliseconds; 0 without one. */
    this.waitsUntil = 0;
    /** @type {Feed | null} */
    this._feed = null;
    this._generation = 0;
    this._attended = false;
    /** @type {Set<(change: Change) => void>} */
    this._listeners = new Set();
    this.sender = new Sender(means.api, means.outbox, means.timers, {
      onStored: (target, message) => this._stored(target, message),
      onBegun: (begin, overview) => this._begun(begin, overview),
      onProblem: (problem) => this._sendingProblem(problem),
      onChange: () => this._tell({ kind: "change" }),
    }, means.random); // prettier-ignore
  }

  /** @param {(change: Change) => void} listener */
  listen(listener) {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  /** Learns who the seller is and shows their newest conversation; tries until it can. */
  async start() {
    const generation = ++this._generation;
    try {
      const session = await this.api.session();
      const conversations = await this.api.conversations();
      if (generation !== this._generation) return;
      this._meet(session);
      const chosen = this._choose(conversations);
      if (chosen !== null) await this._show(chosen);
      if (generation !== this._generation) return;
      this._become("ready", chosen === null ? "polling" : this.connection);
      this._tell({ kind: "replay" });
      this.sender.flush();
    } catch (error) {
      if (generation !== this._generation) return;
      this._startProblem(error, generation);
    }
  }

  stop() {
    this._generation += 1;
    this._feed?.stop();
    this._feed = null;
    this.sender.stop();
  }

  /** Begins again after the session ended, or from nothing. */
  restart() {
    this.stop();
    this.api.seller = null;
    this.phase = "starting";
    this.connection = "connecting";
    this._tell({ kind: "change" });
    return this.start();
  }

  /** The network is back, or the page is looked at again. */
  wake() {
    if (this.phase === "starting") this.start();
    else if (this.conversation === null && !this._anew) this.start();
    if (this._feed === null && this.connection === "offline") this._become(this.phase, "polling");
    this._feed?.wake();
    if (this.phase === "ready") this.sender.flush();
  }

  /** Another tab changed what is kept in the browser. */
  refresh() {
    this._tell({ kind: "change" });
  }

  /** The browser has no network. */
  cut() {
    this._feed?.cut();
    this._become(this.phase, "offline");
  }

  // What the seller does.

  /** @param {string} text */
  send(text) {
    this.outbox.add(this._target(), text);
    this._goOn();
  }

  /** @param {Message} message @param {Button} button */
  press(message, button) {
    if (this.buttonState(message, button) !== "open") return;
    this.outbox.add(this._target(), button.title, { token: button.token, answers: message.number });
    this._goOn();
  }

  /** @param {string} clientId */
  sendAgain(clientId) {
    this.outbox.sendAgain(clientId);
    this._goOn();
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.outbox.remove(clientId);
    this._tell({ kind: "change" });
  }

  /** Shows an empty conversation; the server hears of it with the first message. */
  beginAnew() {
    this._leave();
    this._begin = newClientId();
    this._anew = true;
    this.conversation = null;
    this.timeline = new Timeline();
    this._become("ready", this.connection === "offline" ? "offline" : "polling");
    this._tell({ kind: "replay" });
  }

  /** @param {Overview} overview @returns {Promise<void>} raises Refusal, SessionEnded, Unreachable */
  async open(overview) {
    if (overview.id !== this.conversation?.id) await this._show(overview);
  }

  /** @returns {Promise<void>} raises Refusal, SessionEnded, Unreachable */
  async readEarlier() {
    const { conversation, timeline } = this;
    if (conversation === null || timeline.floor === 0) return;
    const after = Math.max(0, timeline.floor - FIRST_SHOWN);
    const page = await this.api.messages(conversation.id, after, timeline.floor - after);
    if (timeline !== this.timeline) return;
    timeline.readEarlier(page.messages, after);
    this._tell({ kind: "replay" });
  }

  /** @param {Message} message @param {Thumb} value */
  async thumb(message, value) {
    const id = this.conversation?.id;
    if (id === undefined) return;
    const before = message.thumb ?? null;
    this._setThumb(message.number, value);
    try {
      await this.api.thumb(id, message.number, value);
    } catch (error) {
      if (this.conversation?.id === id) this._setThumb(message.number, before);
      this.report(error);
    }
  }

  /** @param {number} stars @param {string} comment @returns {Promise<boolean>} whether it is stored */
  async rate(stars, comment) {
    const { conversation } = this;
    if (conversation === null) return false;
    try {
      await this.api.rate(conversation.id, stars, comment);
    } catch (error) {
      this.report(error);
      return false;
    }
    conversation.rated = true;
    this._tell({ kind: "change" });
    return true;
  }

  /** Says that the seller is looking at the conversation, or no longer. @param {boolean} attended */
  attend(attended) {
    this._attended = attended;
    this._markRead();
    this._tell({ kind: "change" });
  }

  // What views ask.

  /** @returns {Entry[]} what waits to be sent in the conversation shown */
  get waiting() {
    return this.outbox.entries.filter((entry) =>
      "id" in entry.target
        ? entry.target.id === this.conversation?.id
        : this.conversation === null && entry.target.begin === this._begin,
    );
  }

  get unread() {
    if (this.conversation === null) return 0;
    return countUnread(this.timeline.messages, this._means.marks.of(this.conversation.id) ?? 0);
  }

  /** @param {Message} message @param {Button} button @returns {ButtonState} */
  buttonState(message, button) {
    const sending = this.waiting.filter((entry) => entry.state === "waiting");
    return buttonState(message, button, {
      lastOfSeller: this.timeline.lastOfSeller,
      pressed: sending.find((entry) => entry.answers === message.number)?.button ?? null,
      waiting: sending.length > 0,
    });
  }

  /** Shows a failure as a sentence, and acts on it where it concerns everything. @param {unknown} error */
  report(error) {
    if (error instanceof SessionEnded) this._end();
    else if (error instanceof SellerChanged) this._gone();
    else if (error instanceof Refusal && error.message !== "") this.say(error.message);
    else this.say(this._means.says.failed);
  }

  /** @param {string} text */
  say(text) {
    this._tell({ kind: "notice", text });
  }

  // Inside.

  /** @param {Session} session */
  _meet(session) {
    const seller = session.seller.id;
    if (this.session !== null && this.session.seller.id !== seller) {
      this.conversation = null;
      this._begin = newClientId();
      this._anew = false;
      this.timeline = new Timeline();
    }
    this.session = session;
    this.api.seller = seller;
    this.outbox.belongTo(seller, this._means.says.stale);
  }

  /**
   * Returns the conversation to show: the one shown before, else the newest; none while the first
   * message of a new one still waits.
   *
   * @param {Overview[]} conversations
   */
  _choose(conversations) {
    const shown = conversations.find(({ id }) => id === this.conversation?.id);
    if (shown !== undefined) return shown;
    this.conversation = null;
    const waiting = this.outbox.entries.find(({ target }) => "begin" in target);
    if (waiting !== undefined && "begin" in waiting.target) {
      this._begin = waiting.target.begin;
      this._anew = true;
    }
    return this._anew ? null : (conversations[0] ?? null);
  }

  /** @returns {Target} */
  _target() {
    return this.conversation === null ? { begin: this._begin } : { id: this.conversation.id };
  }

  _goOn() {
    this._tell({ kind: "change" });
    this.sender.flush();
  }

  /** @param {Overview} overview */
  async _show(overview) {
    const after = Math.max(0, overview.last_number - FIRST_SHOWN);
    const timeline = new Timeline(after);
    let page;
    do {
      page = await this.api.messages(overview.id, timeline.cursor);
      timeline.read(page.messages);
    } while (timeline.cursor < page.conversation.last_number && page.messages.length > 0);
    this._leave();
    this.conversation = { ...overview, state: page.conversation.state };
    this._anew = false;
    this.timeline = timeline;
    this._follow(overview.id);
    // What was there before this browser first looked is no news.
    if (this._means.marks.of(overview.id) === null) {
      this._means.marks.read(overview.id, timeline.last);
    }
    this._markRead();
    this._become("ready", "polling");
    this._tell({ kind: "replay" });
  }

  _leave() {
    this._feed?.stop();
    this._feed = null;
    this.typing = null;
  }

  /** @param {string} id */
  _follow(id) {
    const { timeline } = this;
    this._feed = new Feed(this.api, id, {
      cursor: () => timeline.cursor,
      onMessages: (messages) => this._news(timeline.read(messages)),
      onUpdates: (messages) => {
        for (const message of messages) timeline.update(message);
        if (messages.length > 0) this._tell({ kind: "change" });
      },
      onTyping: (typing) => this._setTyping(typing),
      onState: (state) => this._setState(state),
      onConnection: (connection) => this._connected(connection),
      onProblem: (problem) => (problem === "ended" ? this._end() : this._gone()),
    }, {
      openSocket: this._means.openSocket,
      timers: this._means.timers,
      pollSeconds: this.session?.poll_seconds ?? 3,
      ...(this._means.random === undefined ? {} : { random: this._means.random }),
    }); // prettier-ignore
    this._feed.start();
  }

  /** @param {Message[]} messages */
  _news(messages) {
    if (messages.length === 0) return;
    for (const { client_id } of messages) if (client_id) this.outbox.remove(client_id);
    if (messages.at(-1)?.author !== "seller") this.typing = null;
    if (this.conversation !== null) this.conversation.last_number = this.timeline.last;
    this._markRead();
    this._tell({ kind: "news", messages });
  }

  /** @param {string} target @param {Message} message */
  _stored(target, message) {
    this.waitsUntil = 0;
    if (this.connection === "offline") this._feed?.wake();
    if (target === this.conversation?.id) {
      const fresh = this.timeline.put(message);
      this._feed?.expectAnswer();
      this._tell(fresh ? { kind: "news", messages: [message] } : { kind: "change" });
    } else {
      this._tell({ kind: "change" });
    }
  }

  /** @param {string} begin @param {Overview} overview */
  _begun(begin, overview) {
    if (this.conversation !== null || begin !== this._begin) return;
    this.conversation = overview;
    this._anew = false;
    this.timeline = new Timeline();
    this._means.marks.read(overview.id, 0);
    this._follow(overview.id);
  }

  /** @param {import("./sender.js").SendingProblem} problem */
  _sendingProblem(problem) {
    if (problem.kind === "ended") this._end();
    else if (problem.kind === "changed") this._gone();
    else if (problem.kind === "wait") this._waits(problem.until, problem.sentence);
    else this._connected("offline");
  }

  /** @param {number} until @param {string} sentence */
  _waits(until, sentence) {
    this.waitsUntil = until;
    if (sentence !== "") this.say(sentence);
    this._tell({ kind: "change" });
  }

  /** @param {unknown} error @param {number} generation */
  _startProblem(error, generation) {
    if (error instanceof SessionEnded) {
      this._end();
      return;
    }
    const asked = error instanceof Refusal ? (error.retryAfter ?? 0) * 1000 : 0;
    if (error instanceof Refusal && error.message !== "") this.say(error.message);
    this._become(this.phase, error instanceof Unreachable ? "offline" : this.connection);
    this._means.timers.after(() => {
      if (generation === this._generation) this.start();
    }, Math.max(asked, RETRY_START)); // prettier-ignore
  }

  /** @param {Connection} connection */
  _connected(connection) {
    if (this._feed !== null && connection === "offline" && this._feed.connection === "live") {
      return; // the stream knows better than one call that failed
    }
    const back = this.connection === "offline" && connection !== "offline";
    this._become(this.phase, connection);
    if (back) this.sender.flush();
  }

  /** @param {Phase} phase @param {Connection} connection */
  _become(phase, connection) {
    if (phase === this.phase && connection === this.connection) return;
    this.phase = phase;
    this.connection = connection;
    this._tell({ kind: "change" });
  }

  _end() {
    this.stop();
    this.phase = "ended";
    this.typing = null;
    this._tell({ kind: "change" });
  }

  /** The conversation shown is not this seller's: somebody else signed in meanwhile. */
  _gone() {
    this.conversation = null;
    this.timeline = new Timeline();
    this.say(this._means.says.gone);
    this._tell({ kind: "replay" });
    this.restart();
  }

  /** @param {Typing | null} typing */
  _setTyping(typing) {
    if (this.typing === null && typing === null) return;
    this.typing = typing;
    this._tell({ kind: "change" });
  }

  /** @param {ConversationState} state */
  _setState(state) {
    if (this.conversation === null || this.conversation.state === state) return;
    this.conversation.state = state;
    this._tell({ kind: "change" });
  }

  /** @param {number} number @param {Thumb} value */
  _setThumb(number, value) {
    const message = this.timeline.get(number);
    if (message !== undefined) this.timeline.update({ ...message, thumb: value });
    this._tell({ kind: "change" });
  }

  _markRead() {
    if (!this._attended || this.conversation === null) return;
    this._means.marks.read(this.conversation.id, this.timeline.last);
  }

  /** @param {Change} change */
  _tell(change) {
    for (const listener of this._listeners) listener(change);
  }
}
