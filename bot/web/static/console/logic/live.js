/**
 * News over a WebSocket: it only says that something changed, the page reads again.
 *
 * While no socket is live, the page is told to read everything every few seconds: a proxy that lets
 * no socket through makes the console slower, never wrong.
 */

import { delayBefore } from "../../widget/logic/backoff.js";

/** @import { Timers } from "../../widget/logic/types.js" */
/** @import { Person } from "./types.js" */

/** The server is never silent for so long: a connection that died unseen. */
export const LONGEST_SILENCE = 60_000;
export const POLL_EVERY = 5_000;
/** The server forgets who looks at what, unless it hears so again. */
export const STAND_EVERY = 20_000;
/** The session is over: reading says so too, trying again helps nobody. */
const EXPIRED = 4401;

/**
 * @typedef {{type: "ready"} | {type: "queue"} | {type: "warnings"} | {type: "ping"} | {type: "conversation", id: string}
 *   | {type: "typing", id: string, author: string} | {type: "viewers", id: string, viewers: Person[]}} News
 *
 * @typedef {object} Listener
 * @property {(news: News) => void} onNews
 * @property {() => void} onEverything  anything may have changed: read all that is shown
 * @property {(live: boolean) => void} onConnection
 */

export class Live {
  /**
   * @param {() => WebSocket} open
   * @param {Listener} listener
   * @param {Timers} timers
   * @param {() => number} random
   */
  constructor(open, listener, timers, random = Math.random) {
    this._open = open;
    this._listener = listener;
    this._timers = timers;
    this._random = random;
    /** @type {WebSocket | null} */
    this._socket = null;
    this._running = false;
    this._live = false;
    this._attempt = 0;
    /** @type {Record<string, unknown>} */
    this._pending = {};
    /** What the server must hear again after a new connection. @type {object | null} */
    this._standing = null;
  }

  /** Whether news come as they happen. */
  get live() {
    return this._live;
  }

  start() {
    this._running = true;
    this._connect();
    this._after("poll", POLL_EVERY, () => this._poll());
  }

  stop() {
    this._running = false;
    for (const name of Object.keys(this._pending)) this._cancel(name);
    this._drop();
  }

  /** The browser is online again, or the page is looked at again: try now. */
  wake() {
    if (!this._running || this._live) return;
    this._attempt = 0;
    if (this._socket === null) this._connect();
    this._poll();
  }

  /** Says something that is not worth keeping. @param {object} frame */
  say(frame) {
    if (this._live) this._socket?.send(JSON.stringify(frame));
  }

  /** Says something that stays true, over connections too. @param {object} frame */
  stand(frame) {
    this._standing = frame;
    this._sayStanding();
  }

  _sayStanding() {
    if (this._standing === null || !this._live) return;
    this.say(this._standing);
    this._after("stand", STAND_EVERY, () => this._sayStanding());
  }

  _connect() {
    this._cancel("connect");
    let socket;
    try {
      socket = this._open();
    } catch {
      this._retry();
      return;
    }
    this._socket = socket;
    socket.onmessage = ({ data }) => this._hear(socket, data);
    socket.onclose = ({ code }) => this._lost(socket, code);
    this._after("silence", LONGEST_SILENCE, () => this._lost(socket, 0));
  }

  /** @param {WebSocket} socket @param {unknown} data */
  _hear(socket, data) {
    if (socket !== this._socket) return;
    this._after("silence", LONGEST_SILENCE, () => this._lost(socket, 0));
    const news = newsOf(data);
    if (news === null || news.type === "ping") return;
    if (news.type === "ready") this._ready();
    else this._listener.onNews(news);
  }

  _ready() {
    this._live = true;
    this._attempt = 0;
    this._cancel("poll");
    this._sayStanding();
    this._listener.onConnection(true);
    // Whatever happened between the last reading and now.
    this._listener.onEverything();
  }

  /** @param {WebSocket} socket @param {number} code */
  _lost(socket, code) {
    if (socket !== this._socket) return;
    const before = this._live;
    this._drop();
    if (!this._running) return;
    if (before) this._listener.onConnection(false);
    if (code !== EXPIRED) this._retry();
    if (before || code === EXPIRED) this._poll();
  }

  _drop() {
    const socket = this._socket;
    this._socket = null;
    this._live = false;
    this._cancel("silence");
    if (socket !== null) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  _retry() {
    this._after("connect", delayBefore(this._attempt, this._random), () => this._connect());
    this._attempt += 1;
  }

  _poll() {
    if (!this._running || this._live) return;
    this._listener.onEverything();
    this._after("poll", POLL_EVERY, () => this._poll());
  }

  /** @param {string} name @param {number} delay @param {() => void} work */
  _after(name, delay, work) {
    this._cancel(name);
    this._pending[name] = this._timers.after(() => {
      delete this._pending[name];
      work();
    }, delay);
  }

  /** @param {string} name */
  _cancel(name) {
    if (name in this._pending) this._timers.cancel(this._pending[name]);
    delete this._pending[name];
  }
}

/** @param {unknown} data  @returns {News | null} null for what is no news of ours */
function newsOf(data) {
  try {
    const news = JSON.parse(String(data));
    return typeof news?.type === "string" ? news : null;
  } catch {
    return null;
  }
}
