/**
 * News of one conversation: pushed over a WebSocket, read by polling whenever there is none.
 *
 * The two never exclude one another: while no socket is live the feed polls, while it polls it goes
 * on trying to open one. Both bring messages from the same cursor, so changing over loses nothing.
 */

import { delayBefore } from "./backoff.js";
import { Refusal, SellerChanged, SessionEnded } from "./problems.js";
import { PAGE } from "./site_api.js";

/** @import { ConversationState, Message, Page, Timers, Typing } from "./types.js" */
/** @import { SiteApi } from "./site_api.js" */

const HELLO_PATIENCE = 10_000;
/** The server is never silent for so long: nothing at all means a connection that died unseen. */
const LONGEST_SILENCE = 40_000;
/** A typing indicator that nobody confirms goes away. */
const LONGEST_TYPING = 45_000;
const CROWDED_WAIT = 15_000;
const QUICK_POLL = 800;
const EXPIRED = 4401;
const GONE = 4404;
const CROWDED = 4429;

/** @typedef {"connecting" | "live" | "polling" | "offline"} Connection */

/**
 * @typedef {object} Listener
 * @property {() => number} cursor
 * @property {(messages: Message[]) => void} onMessages  read in order from the cursor
 * @property {(messages: Message[]) => void} onUpdates
 * @property {(typing: Typing | null) => void} onTyping
 * @property {(state: ConversationState) => void} onState
 * @property {(connection: Connection) => void} onConnection
 * @property {(problem: "ended" | "gone") => void} onProblem  the feed has stopped
 */

export class Feed {
  /**
   * @param {SiteApi} api
   * @param {string} conversation
   * @param {Listener} listener
   * @param {{openSocket: (url: string) => WebSocket, timers: Timers, random?: () => number,
   *   pollSeconds: number}} means
   */
  constructor(api, conversation, listener, means) {
    this._api = api;
    this._conversation = conversation;
    this._listener = listener;
    this._means = means;
    this._running = false;
    /** @type {WebSocket | null} */
    this._socket = null;
    this._live = false;
    /** The token last said over the socket. */
    this._said = "";
    this._attempt = 0;
    this._failures = 0;
    this._polling = false;
    /** Whether it has polled since there was a socket. */
    this._polled = false;
    this._answerDue = 0;
    /** @type {Map<string, unknown>} */
    this._timers = new Map();
    /** @type {Connection} */
    this.connection = "connecting";
  }

  start() {
    this._running = true;
    this._connect();
    // A socket that is blocked often fails slowly: reading does not wait for it.
    this._after("poll", 1500, () => this._poll());
  }

  stop() {
    this._running = false;
    for (const name of [...this._timers.keys()]) this._cancel(name);
    this._drop();
  }

  /** Tries again at once: the browser is online again, or the page is looked at again. */
  wake() {
    if (!this._running || this._live) return;
    this._attempt = 0;
    this._failures = 0;
    if (this._socket === null) this._connect();
    this._poll();
  }

  /** The browser says that there is no network. */
  cut() {
    if (!this._running) return;
    this._drop();
    this._retry(0);
    this._become("offline");
  }

  /** Tells who answers that the seller types; with no socket nobody hears it. */
  typing() {
    if (this._live && this._socket !== null) this._say(this._socket, { type: "typing" });
  }

  /** Something was sent: its answer will come soon, worth looking for more often. */
  expectAnswer() {
    this._answerDue = this._means.timers.now() + 20_000;
    if (!this._live) this._after("poll", QUICK_POLL, () => this._poll());
  }

  // The socket.

  async _connect() {
    this._cancel("connect");
    let token;
    try {
      token = await this._api.token();
    } catch (error) {
      this._noToken(error);
      return;
    }
    if (!this._running || this._socket !== null) return;
    let socket;
    try {
      socket = this._means.openSocket(this._api.streamUrl(this._conversation));
    } catch {
      this._retry(0); // the page's policy forbids it: polling does
      return;
    }
    this._socket = socket;
    this._said = token;
    this._after("silence", HELLO_PATIENCE, () => this._lost(socket, 0));
    socket.onopen = () => this._say(socket, { type: "hello", token, after: this._listener.cursor() });
    socket.onmessage = (event) => this._hear(socket, event.data);
    socket.onerror = () => {};
    socket.onclose = (event) => this._lost(socket, event.code);
  }

  /** @param {WebSocket} socket @param {object} frame */
  _say(socket, frame) {
    if (socket.readyState === 1) socket.send(JSON.stringify(frame));
  }

  /** @param {WebSocket} socket @param {unknown} data */
  _hear(socket, data) {
    if (socket !== this._socket) return;
    this._after("silence", LONGEST_SILENCE, () => this._lost(socket, 0));
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (frame.type === "ready") {
      this._live = true;
      this._polled = false;
      this._attempt = 0;
      this._failures = 0;
      this._cancel("poll");
      this._become("live");
    } else if (frame.type === "message") {
      this._listener.onMessages([frame.message]);
    } else if (frame.type === "update") {
      this._listener.onUpdates([frame.message]);
    } else if (frame.type === "typing") {
      this._typing(frame.on ? { author: frame.author, name: frame.agent_name ?? null } : null);
    } else if (frame.type === "state") {
      this._listener.onState(frame.state);
    } else if (frame.type === "renew") {
      this._renew(socket);
    }
  }

  /** @param {WebSocket} socket */
  async _renew(socket) {
    try {
      const token = await this._api.token(this._said);
      if (socket !== this._socket) return;
      this._said = token;
      this._say(socket, { type: "token", token });
    } catch {
      // The server will close the stream when the token ends; then it is asked for again.
    }
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code  of its close; 0 when we gave it up
   */
  _lost(socket, code) {
    if (socket !== this._socket) return;
    // Once it polls, polling keeps its own pace, whatever becomes of the sockets.
    const first = this._live || !this._polled;
    this._drop();
    if (!this._running) return;
    if (code === GONE) {
      this._end("gone");
      return;
    }
    if (code === EXPIRED) {
      this._api.token(this._said).then(
        () => this._running && this._retry(0),
        (error) => this._noToken(error),
      );
    } else {
      this._retry(code === CROWDED ? CROWDED_WAIT : 0);
    }
    if (first) this._poll();
  }

  /** @param {unknown} error  what kept us from having a token */
  _noToken(error) {
    if (!this._running) return;
    if (error instanceof SessionEnded) this._end("ended");
    else if (error instanceof SellerChanged) this._end("gone");
    else this._retry(0);
  }

  /** Lets go of the socket, whatever state it is in. */
  _drop() {
    const socket = this._socket;
    this._socket = null;
    this._live = false;
    this._cancel("silence");
    this._typing(null);
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  /** @param {number} atLeast  milliseconds */
  _retry(atLeast) {
    const delay = Math.max(atLeast, delayBefore(this._attempt, this._means.random));
    this._attempt += 1;
    this._after("connect", delay, () => this._connect());
    if (!this._timers.has("poll") && !this._polling) {
      this._after("poll", delay, () => this._poll());
    }
  }

  // Polling.

  async _poll() {
    this._cancel("poll");
    if (this._polling || this._live || !this._running) return;
    this._polling = true;
    this._polled = true;
    let wait = 0;
    try {
      const page = await this._api.messages(this._conversation, this._listener.cursor());
      if (!this._running) return;
      this._failures = 0;
      this._takePage(page);
      wait = page.messages.length >= PAGE ? 0 : this._pace(page.typing);
      if (!this._live) this._become("polling");
    } catch (error) {
      if (!this._running) return;
      wait = this._afterFailure(error);
    } finally {
      this._polling = false;
    }
    if (this._running && !this._live) this._after("poll", wait, () => this._poll());
  }

  /** @param {Page} page */
  _takePage(page) {
    this._listener.onUpdates(page.updates ?? []);
    if (!this._live) this._typing(page.typing ? { author: "bot" } : null);
    this._listener.onMessages(page.messages);
    this._listener.onState(page.conversation.state);
  }

  /** @param {boolean} typing */
  _pace(typing) {
    const soon = typing || this._means.timers.now() < this._answerDue;
    return soon ? QUICK_POLL : this._means.pollSeconds * 1000;
  }

  /** @param {unknown} error @returns {number} how long to wait, in milliseconds */
  _afterFailure(error) {
    if (error instanceof SessionEnded) this._end("ended");
    else if (error instanceof SellerChanged) this._end("gone");
    else if (error instanceof Refusal && error.status === 404) this._end("gone");
    else if (!this._live) {
      this._typing(null);
      // A server that asks for time is there.
      if (!(error instanceof Refusal)) this._become("offline");
    }
    this._failures += 1;
    const asked = error instanceof Refusal ? (error.retryAfter ?? 0) * 1000 : 0;
    return Math.max(asked, delayBefore(this._failures, this._means.random));
  }

  // Both.

  /** @param {"ended" | "gone"} problem */
  _end(problem) {
    this.stop();
    this._listener.onProblem(problem);
  }

  /** @param {Typing | null} typing */
  _typing(typing) {
    if (typing === null) this._cancel("typing");
    else this._after("typing", LONGEST_TYPING, () => this._listener.onTyping(null));
    this._listener.onTyping(typing);
  }

  /** @param {Connection} connection */
  _become(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this._listener.onConnection(connection);
  }

  /** @param {string} name @param {number} delay @param {() => void} work */
  _after(name, delay, work) {
    this._cancel(name);
    const timer = this._means.timers.after(() => {
      this._timers.delete(name);
      work();
    }, delay);
    this._timers.set(name, timer);
  }

  /** @param {string} name */
  _cancel(name) {
    this._means.timers.cancel(this._timers.get(name));
    this._timers.delete(name);
  }
}
