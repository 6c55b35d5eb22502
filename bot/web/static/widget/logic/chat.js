/**
 * The chat as the seller sees it, without a screen: which conversation, what waits to be sent, and
 * what stands in the way. Views listen, and call its methods.
 */

import { newClientId } from "./outbox.js";
import { Refusal, SellerChanged, SessionEnded, Unreachable } from "./problems.js";
import { Sender } from "./sender.js";
import { readEnd, Shown } from "./shown.js";
import { buttonState, Timeline } from "./timeline.js";
import { countUnread } from "./unread.js";

/** @import { Button, ButtonState, Message, Overview, Session, Thumb } from "./types.js" */
/** @import { Connection } from "./feed.js" */
/** @import { Entry, Outbox, Target } from "./outbox.js" */
/** @import { SendingProblem } from "./sender.js" */
/** @import { Change, Ways } from "./shown.js" */
/** @import { SiteApi } from "./site_api.js" */
/** @import { ReadMarks } from "./unread.js" */

const RETRY_START = 3000;
const POLL_SECONDS = 3;

/**
 * @typedef {"starting" | "ready" | "ended"} Phase  "ended": the seller must sign in again
 *
 * @typedef {Ways & {api: SiteApi, outbox: Outbox, marks: ReadMarks,
 *   says: {stale: string, failed: string, gone: string}}} Means
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
    /** @type {Shown | null} null before the first message of a conversation */
    this._shown = null;
    /** The client id the next conversation will be begun with. */
    this._begin = newClientId();
    /** Whether the seller asked for an empty conversation. */
    this._anew = false;
    /** When a wait the server asked for ends, in milliseconds; 0 without one. */
    this.waitsUntil = 0;
    this._generation = 0;
    this._attended = false;
    /** @type {Set<(change: Change) => void>} */
    this._listeners = new Set();
    this.sender = new Sender(means.api, means.outbox, means.timers, {
      onStored: (conversation, message) => this._stored(conversation, message),
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
      if (generation === this._generation) this._startProblem(error, generation);
    }
  }

  stop() {
    this._generation += 1;
    this._shown?.leave();
    this.sender.stop();
  }

  /** Begins again after the session ended, or from nothing. */
  restart() {
    this.stop();
    this.api.seller = null;
    this._become("starting", "connecting");
    return this.start();
  }

  /** The network is back, or the page is looked at again. */
  wake() {
    if (this.phase === "ended") {
      this.restart(); // perhaps the seller has signed in again in another tab
      return;
    }
    const empty = this._shown === null && !this._anew;
    if (this.phase === "starting" || empty) this.start();
    if (this._shown === null && this.connection === "offline") this._become(this.phase, "polling");
    this._shown?.wake();
    if (this.phase === "ready") this.sender.flush();
  }

  /** The browser has no network. */
  cut() {
    this._shown?.cut();
    this._become(this.phase, "offline");
  }

  /** Another tab changed what is kept in the browser. */
  refresh() {
    this._tell({ kind: "change" });
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
    this._become("ready", this.connection === "offline" ? "offline" : "polling");
    this._tell({ kind: "replay" });
  }

  /** @param {Overview} overview @returns {Promise<void>} raises Refusal, SessionEnded, Unreachable */
  async open(overview) {
    if (overview.id !== this.conversation?.id) await this._show(overview);
  }

  /** @returns {Promise<void>} raises Refusal, SessionEnded, Unreachable */
  async readEarlier() {
    await this._shown?.readEarlier();
  }

  /** @param {Message} message @param {Thumb} value @returns {Promise<boolean>} whether it is stored */
  thumb(message, value) {
    return this._tried(this._shown?.thumb(message, value));
  }

  /** @param {number} stars @param {string} comment @returns {Promise<boolean>} whether it is stored */
  rate(stars, comment) {
    return this._tried(this._shown?.rate(stars, comment));
  }

  /** Says that the seller is looking at the conversation, or no longer. @param {boolean} attended */
  attend(attended) {
    this._attended = attended;
    this._markRead();
    this._tell({ kind: "change" });
  }

  // What views ask.

  get conversation() {
    return this._shown?.overview ?? null;
  }

  get timeline() {
    return this._shown?.timeline ?? new Timeline();
  }

  /** The seller goes on writing. */
  types() {
    this._shown?.types(this._means.timers.now());
  }

  get typing() {
    return this._shown?.typing ?? null;
  }

  /** @returns {Entry[]} what waits to be sent in the conversation shown */
  get waiting() {
    const { conversation } = this;
    return this.outbox.entries.filter(({ target }) =>
      "id" in target
        ? target.id === conversation?.id
        : conversation === null && target.begin === this._begin,
    );
  }

  get unread() {
    const { conversation } = this;
    if (conversation === null) return 0;
    return countUnread(this.timeline.messages, this._means.marks.of(conversation.id) ?? 0);
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

  // Which conversation.

  /** @param {Session} session */
  _meet(session) {
    const seller = session.seller.id;
    if (this.session !== null && this.session.seller.id !== seller) {
      this._leave();
      this._begin = newClientId();
      this._anew = false;
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
    this._leave();
    const waiting = this.outbox.entries.find(({ target }) => "begin" in target);
    if (waiting !== undefined && "begin" in waiting.target) {
      this._begin = waiting.target.begin;
      this._anew = true;
    }
    return this._anew ? null : (conversations[0] ?? null);
  }

  /** @param {Overview} chosen */
  async _show(chosen) {
    const { overview, timeline } = await readEnd(this.api, chosen);
    this._follow(overview, timeline);
    const { marks } = this._means;
    // What was there before this browser first looked is no news.
    if (marks.of(overview.id) === null) marks.read(overview.id, timeline.last);
    this._markRead();
    this._become("ready", "polling");
    this._tell({ kind: "replay" });
  }

  /** @param {string} begin @param {Overview} overview */
  _begun(begin, overview) {
    if (this._shown !== null || begin !== this._begin) return;
    this._follow(overview, new Timeline());
    this._means.marks.read(overview.id, 0);
  }

  /** @param {Overview} overview @param {Timeline} timeline */
  _follow(overview, timeline) {
    this._leave();
    this._anew = false;
    this._shown = new Shown(this.api, overview, timeline, {
      onChange: (change) => this._tell(change),
      onArrival: (messages) => {
        for (const { client_id } of messages) if (client_id) this.outbox.remove(client_id);
        this._markRead();
      },
      onConnection: (connection) => this._connected(connection),
      onProblem: (problem) => (problem === "ended" ? this._end() : this._gone()),
    });
    this._shown.follow(this._means, this.session?.poll_seconds ?? POLL_SECONDS);
  }

  _leave() {
    this._shown?.leave();
    this._shown = null;
  }

  /** @returns {Target} */
  _target() {
    return this.conversation === null ? { begin: this._begin } : { id: this.conversation.id };
  }

  _goOn() {
    this._tell({ kind: "change" });
    this.sender.flush();
  }

  _markRead() {
    if (!this._attended || this.conversation === null) return;
    this._means.marks.read(this.conversation.id, this.timeline.last);
  }

  // What stands in the way.

  /** @param {string} conversation @param {Message} message */
  _stored(conversation, message) {
    this.waitsUntil = 0;
    if (this.connection === "offline") this._shown?.wake();
    if (conversation === this.conversation?.id) this._shown?.sent(message);
    else this._tell({ kind: "change" });
  }

  /** @param {SendingProblem} problem */
  _sendingProblem(problem) {
    if (problem.kind === "ended") this._end();
    else if (problem.kind === "changed") this._gone();
    else if (problem.kind === "offline") this._connected("offline");
    else {
      this.waitsUntil = problem.until;
      if (problem.sentence !== "") this.say(problem.sentence);
      this._tell({ kind: "change" });
    }
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
    // A live stream knows better than one call that failed.
    if (connection === "offline" && this._shown?.connection === "live") return;
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
    this._become("ended", this.connection);
  }

  /** The conversation shown is not this seller's: somebody else signed in meanwhile. */
  _gone() {
    this._leave();
    this.say(this._means.says.gone);
    this._tell({ kind: "replay" });
    this.restart();
  }

  /** @param {Promise<void> | undefined} call @returns {Promise<boolean>} whether it succeeded */
  async _tried(call) {
    try {
      await call;
      return call !== undefined;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** @param {Change} change */
  _tell(change) {
    for (const listener of this._listeners) listener(change);
  }
}
