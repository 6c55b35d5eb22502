/** Time, a socket and a server that tests hold in their hands. */

import { webcrypto } from "node:crypto";

import { Refusal, Unreachable } from "../../bot/web/static/widget/logic/problems.js";

globalThis.crypto ??= webcrypto; // browsers have it, Node.js only from 20 on

export class FakeTimers {
  constructor() {
    this.time = 1_000_000;
    this.pending = new Map();
    this.ids = 0;
  }

  after(work, delay) {
    this.ids += 1;
    this.pending.set(this.ids, { at: this.time + delay, work });
    return this.ids;
  }

  cancel(id) {
    this.pending.delete(id);
  }

  now() {
    return this.time;
  }

  /** Lets time pass, running what falls due in order, and everything that follows from it. */
  async pass(milliseconds) {
    const end = this.time + milliseconds;
    await settle();
    for (;;) {
      const due = [...this.pending].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      this.pending.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].work();
      await settle();
    }
    this.time = end;
  }
}

/** Lets promises run until nothing moves. */
export async function settle() {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}

export class FakeShelf {
  constructor(kept = {}) {
    this.kept = new Map(Object.entries(kept));
  }

  get length() {
    return this.kept.size;
  }

  key(index) {
    return [...this.kept.keys()][index] ?? null;
  }

  getItem(key) {
    return this.kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.kept.set(key, value);
  }

  removeItem(key) {
    this.kept.delete(key);
  }
}

/** The server's side of conversations: stores once by client id, numbers, and replays. */
export class FakeServer {
  constructor(seller = "lea") {
    this.seller = seller;
    this.conversations = new Map();
    this.begun = new Map();
    this.reachable = true;
    /** Failures to give, one a call, by method name. */
    this.failing = [];
    /** Answers lost on the way back, after the server did its work. */
    this.losing = 0;
    this.calls = [];
    this.sockets = [];
    this.socketsWork = true;
    this.seller_of_api = null;
    this.tokenProblem = null;
  }

  // What SiteApi offers.

  set seller_(value) {
    this.seller_of_api = value;
  }

  async token() {
    if (this.tokenProblem) throw this.tokenProblem;
    return `token-of-${this.seller}`;
  }

  async session() {
    this.arrive("session");
    return {
      seller: { id: this.seller },
      limits: { message_length: 2000, comment_length: 1000 },
      assistant: { name: "A", introduction: "I", human_hint: "H" },
      suggestions: [],
      poll_seconds: 3,
    };
  }

  async listed() {
    return [...this.conversations.values()].reverse().map((one) => this.overview(one));
  }

  async begin(clientId) {
    this.arrive("begin");
    if (!this.begun.has(clientId)) this.begun.set(clientId, this.create());
    return this.leave(this.overview(this.begun.get(clientId)));
  }

  async messages(id, after, limit = 200) {
    this.arrive("messages");
    const one = this.find(id);
    return this.leave({
      messages: one.messages.filter(({ number }) => number > after).slice(0, limit),
      updates: [],
      conversation: { id, state: one.state, last_number: one.messages.length },
      typing: one.typing,
    });
  }

  async send(id, { client_id, text, button }) {
    this.arrive("send");
    const one = this.find(id);
    const known = one.messages.find((message) => message.client_id === client_id);
    return this.leave(known ?? this.write(id, "seller", text ?? `[${button}]`, { client_id }));
  }

  async thumb() {
    this.arrive("thumb");
  }

  streamUrl(id) {
    return id;
  }

  // What happens on the server.

  create() {
    const id = `c${this.conversations.size + 1}`;
    this.conversations.set(id, { id, state: "bot", messages: [], typing: false });
    return this.conversations.get(id);
  }

  write(id, author, text, more = {}) {
    const one = this.find(id);
    const number = one.messages.length + 1;
    const message = {
      number, author, text, created_at: new Date(number * 1000).toISOString(),
      client_id: null, buttons: [], response: null, answer: author === "bot", thumb: null, ...more,
    };
    one.messages.push(message);
    for (const socket of this.sockets) if (socket.live && socket.url === id) socket.hear({ type: "message", message });
    return message;
  }

  find(id) {
    const one = this.conversations.get(id);
    if (one === undefined) throw new Refusal(404, "not_found", "?", null);
    return one;
  }

  overview(one) {
    return {
      id: one.id, state: one.state, last_number: one.messages.length,
      created_at: "2026-01-01T10:00:00Z", updated_at: "2026-01-01T10:00:00Z", preview: "", rated: false,
    };
  }

  arrive(name) {
    this.calls.push(name);
    if (!this.reachable) throw new Unreachable("no network");
    const failure = this.failing.findIndex(([method]) => method === name);
    if (failure >= 0) throw this.failing.splice(failure, 1)[0][1];
  }

  leave(answer) {
    if (this.losing > 0) {
      this.losing -= 1;
      throw new Unreachable("the answer got lost");
    }
    return structuredClone(answer);
  }

  openSocket = (url) => {
    const socket = new FakeSocket(this, url);
    this.sockets.push(socket);
    return socket;
  };

  get socket() {
    return this.sockets.at(-1);
  }

  /** This server as a Chat sees it. */
  asApi() {
    const api = this;
    return new Proxy(this, {
      get(target, name) {
        if (name === "conversations") return async () => { api.arrive("list"); return api.listed(); };
        if (name === "seller") return target.seller_of_api;
        const value = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
      set(target, name, value) {
        if (name === "seller") target.seller_of_api = value;
        else Reflect.set(target, name, value);
        return true;
      },
    });
  }
}

class FakeSocket {
  constructor(server, url) {
    this.server = server;
    this.url = url;
    this.readyState = 0;
    this.sent = [];
    this.live = false;
    Promise.resolve().then(() => {
      if (!server.socketsWork || !server.reachable) this.die(1006);
      else {
        this.readyState = 1;
        this.onopen?.();
      }
    });
  }

  send(text) {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    if (frame.type !== "hello") return;
    this.live = true;
    this.hear({ type: "ready" });
    for (const message of this.server.find(this.url).messages) {
      if (message.number > frame.after) this.hear({ type: "message", message });
    }
  }

  hear(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  die(code = 1006) {
    this.live = false;
    this.readyState = 3;
    this.onclose?.({ code });
  }

  close() {
    this.live = false;
    this.readyState = 3;
  }
}
