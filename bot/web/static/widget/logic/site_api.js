/** Calls to the site API: identity on every call, and every failure one of three kinds. */

import { newClientId } from "./outbox.js";
import { Refusal, SellerChanged, SessionEnded, Unreachable } from "./problems.js";
import { claimsOf } from "./tokens.js";

/** @import { Overview, Page, Message, Session, Thumb } from "./types.js" */
/** @import { Tokens } from "./tokens.js" */

const PATIENCE = 20_000;
export const PAGE = 200;

export class SiteApi {
  /**
   * @param {string} base  for example "https://assistant.example.com/api/site/v1"
   * @param {Tokens} tokens
   * @param {typeof fetch} call
   */
  constructor(base, tokens, call) {
    this.base = base.replace(/\/+$/, "");
    this.tokens = tokens;
    this._call = call;
    /**
     * Whom we speak for, once known: nothing of theirs goes out under another name.
     * @type {string | null}
     */
    this.seller = null;
  }

  /**
   * Returns a token of our seller; another than `refused`, when the server refused one.
   *
   * @param {string} [refused]
   */
  async token(refused) {
    const token = await (refused === undefined ? this.tokens.current() : this.tokens.instead(refused));
    const { sub } = claimsOf(token);
    if (this.seller !== null && sub !== undefined && sub !== this.seller) {
      throw new SellerChanged(sub);
    }
    return token;
  }

  /** @returns {Promise<Session>} */
  session() {
    return this._json("GET", "/session");
  }

  /** @returns {Promise<Overview[]>} */
  async conversations() {
    return (await this._json("GET", "/conversations")).conversations;
  }

  /**
   * Begins a conversation, or finds the one begun with the same client id.
   *
   * @param {string} clientId
   * @returns {Promise<Overview>}
   */
  begin(clientId) {
    return this._json("POST", "/conversations", { client_id: clientId });
  }

  /**
   * @param {string} conversation
   * @param {number} after
   * @param {number} limit
   * @returns {Promise<Page>}
   */
  messages(conversation, after, limit = PAGE) {
    return this._json("GET", `${one(conversation)}/messages?after=${after}&limit=${limit}`);
  }

  /**
   * @param {string} conversation
   * @param {{client_id: string, text: string} | {client_id: string, button: string}} body
   * @returns {Promise<Message>}
   */
  async send(conversation, body) {
    return (await this._json("POST", `${one(conversation)}/messages`, body)).message;
  }

  /**
   * @param {string} conversation
   * @param {number} number
   * @param {Thumb} value
   */
  thumb(conversation, number, value) {
    return this._json("POST", `${one(conversation)}/messages/${number}/thumb`, { value });
  }

  /**
   * @param {string} conversation
   * @param {number} stars
   * @param {string} comment
   */
  rate(conversation, stars, comment) {
    const body = comment === "" ? { stars } : { stars, comment };
    return this._json("POST", `${one(conversation)}/rating`, body);
  }

  /**
   * @param {string} conversation
   * @returns {Promise<string>}
   */
  async transcript(conversation) {
    return (await this._answer("GET", `${one(conversation)}/transcript`)).text();
  }

  /** @param {string} conversation */
  streamUrl(conversation) {
    return `${this.base.replace(/^http/, "ws")}${one(conversation)}/stream`;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async _json(method, path, body) {
    const answer = await this._answer(method, path, body);
    try {
      return await answer.json();
    } catch {
      throw new Unreachable("the answer was cut off");
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async _answer(method, path, body) {
    const token = await this.token();
    let answer = await this._once(method, path, body, token);
    if (answer.status === 401) {
      answer = await this._once(method, path, body, await this.token(token));
      if (answer.status === 401) throw new SessionEnded("two tokens were refused");
    }
    if (answer.ok) return answer;
    throw await refusalOf(answer);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {string} token
   */
  async _once(method, path, body, token) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${token}`, "X-Request-Id": newClientId() };
    /** @type {RequestInit} */
    const request = { method, headers, signal: patience.signal, credentials: "omit" };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    try {
      return await this._call(this.base + path, request);
    } catch (error) {
      throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @param {string} conversation */
function one(conversation) {
  return `/conversations/${encodeURIComponent(conversation)}`;
}

/**
 * @param {Response} answer
 * @returns {Promise<Refusal>}
 */
async function refusalOf(answer) {
  const seconds = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  const retryAfter = Number.isFinite(seconds) ? Math.max(seconds, 1) : null;
  try {
    const { error } = await answer.json();
    return new Refusal(answer.status, String(error.code), String(error.message), retryAfter);
  } catch {
    return new Refusal(answer.status, "unreadable", "", retryAfter); // a proxy's page, not ours
  }
}
