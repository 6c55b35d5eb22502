/** Calls to the console's API: every write with the CSRF token, every failure one of three kinds. */

import { Refusal, SessionEnded, Unreachable } from "../../widget/logic/problems.js";

const PATIENCE = 20_000;
/** A clock that is less wrong than this is right: the server tells its time in whole seconds. */
const CLOSE_ENOUGH = 3_000;

/** The server refused, with a kind sentence to show, and what it knows of the reason. */
export class Refused extends Refusal {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} sentence
   * @param {number | null} retryAfter  seconds
   * @param {Record<string, any>} details  for example who holds the conversation
   */
  constructor(status, code, sentence, retryAfter, details) {
    super(status, code, sentence, retryAfter);
    this.details = details;
  }
}

export class ConsoleApi {
  /**
   * @param {string} base  "/api/console/v1"
   * @param {typeof fetch} call
   */
  constructor(base, call) {
    this._base = base;
    this._call = call;
    /** @type {Promise<string> | null} */
    this._csrf = null;
    /** How far the server's clock is ahead of this machine's, in milliseconds. */
    this._ahead = 0;
  }

  /** The server's time, in milliseconds since 1970: the moments it tells are on its clock. */
  now() {
    return Date.now() + this._ahead;
  }

  /**
   * Reads; raises Refused, SessionEnded or Unreachable, as all calls do.
   *
   * @param {string} path
   * @param {AbortSignal} [until]  gives it up
   * @returns {Promise<any>}
   */
  get(path, until) {
    return this._json("GET", path, undefined, {}, until);
  }

  /**
   * Writes; a token that has become stale is asked for again, once.
   *
   * @param {string} path
   * @param {object} [body]
   * @param {"POST" | "PUT" | "PATCH" | "DELETE"} [method]
   * @returns {Promise<any>} null where the server says nothing
   */
  async post(path, body = {}, method = "POST") {
    try {
      return await this._write(method, path, body);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "forged_request") throw error;
      this._csrf = null;
      return this._write(method, path, body);
    }
  }

  /** @param {string} id @param {string} password  @returns {Promise<any>} */
  async signIn(id, password) {
    const session = await this._json("POST", "/login", { id, password }, {});
    this._csrf = Promise.resolve(String(session.csrf_token));
    return session;
  }

  /** @param {string} method @param {string} path @param {object} body */
  async _write(method, path, body) {
    this._csrf ??= this.get("/session").then((session) => String(session.csrf_token));
    let token;
    try {
      token = await this._csrf;
    } catch (error) {
      this._csrf = null;
      throw error;
    }
    return this._json(method, path, body, { "X-CSRF-Token": token });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {Record<string, string>} headers
   * @param {AbortSignal} [until]
   */
  async _json(method, path, body, headers, until) {
    const answer = await this._answer(method, path, body, headers, until);
    if (answer.status === 204) return null;
    if (answer.ok) {
      try {
        return await answer.json();
      } catch {
        throw new Unreachable("the answer was cut off");
      }
    }
    throw await problemOf(answer, path);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {Record<string, string>} headers
   * @param {AbortSignal} [until]
   */
  async _answer(method, path, body, headers, until) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    const stop = () => patience.abort();
    until?.addEventListener("abort", stop);
    /** @type {RequestInit} */
    const request = { method, headers, signal: patience.signal, credentials: "same-origin" };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(body);
    }
    try {
      const answer = await this._call(this._base + path, request);
      this._compareClocks(answer.headers.get("Date"));
      return answer;
    } catch (error) {
      throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
      until?.removeEventListener("abort", stop);
    }
  }

  /** @param {string | null} told  the server's time, when the answer left */
  _compareClocks(told) {
    const ahead = Date.parse(told ?? "") - Date.now();
    if (Number.isFinite(ahead)) this._ahead = Math.abs(ahead) > CLOSE_ENOUGH ? ahead : 0;
  }
}

/** @param {string} conversation  @returns {string} the path of one conversation */
export function pathOf(conversation) {
  return `/conversations/${encodeURIComponent(conversation)}`;
}

/**
 * @param {Response} answer
 * @param {string} path
 * @returns {Promise<Error>}
 */
async function problemOf(answer, path) {
  const seconds = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  const retryAfter = Number.isFinite(seconds) ? Math.max(seconds, 1) : null;
  let error;
  try {
    ({ error } = await answer.json());
  } catch {
    error = null; // a proxy's page, not ours
  }
  const { code = "unreadable", message = "", ...details } = error ?? {};
  // A refused sign-in is an answer; anywhere else 401 means that the session is over.
  if (answer.status === 401 && path !== "/login") return new SessionEnded(String(message));
  return new Refused(answer.status, String(code), String(message), retryAfter, details);
}
