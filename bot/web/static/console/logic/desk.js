/** What staff do with one conversation, as calls to the API. */

import { pathOf } from "./console_api.js";

/** @import { ConsoleApi } from "./console_api.js" */
/** @import { CannedReply, Case, CaseFile, Changed, Noted, Replied, SuggestionUse, TimelinePage } from "./types.js" */
/** @import { Option } from "./options.js" */

/** The end of each call's path. @type {Partial<Record<Option, string>>} */
const PATHS = {
  claim: "claim", takeOver: "take-over", release: "release", handBack: "hand-back", resolve: "resolve", reopen: "reopen",
  reassign: "reassign", snooze: "snooze", wake: "wake", merge: "merge", separate: "separate", priority: "priority", topic: "topic",
}; // prettier-ignore

/** What a server says nothing of, when a part of the file could not be found out. */
const EMPTY = { order: null, slots: [], answers: [], actions: [], suggestions: [], history: [], merged: [] };

export class Desk {
  /** @param {ConsoleApi} api @param {string} conversation */
  constructor(api, conversation) {
    this._api = api;
    this.conversation = conversation;
    this._path = pathOf(conversation);
  }

  /** @returns {Promise<CaseFile>} */
  async file() {
    const found = await this._api.get(this._path);
    const { seller } = found.case;
    return { ...EMPTY, seller: { ...seller, orders_open: null, completion_rate: null }, ...found };
  }

  /** @param {number} after  @returns {Promise<TimelinePage>} */
  timeline(after) {
    return this._api.get(`${this._path}/timeline?after=${after}`);
  }

  /**
   * @param {Option} option
   * @param {object} [body]
   * @returns {Promise<Changed>}
   */
  act(option, body = {}) {
    return this._api.post(`${this._path}/${PATHS[option]}`, body);
  }

  /**
   * @param {{client_id: string, text: string, suggestion: SuggestionUse | null}} body
   * @returns {Promise<Replied>}
   */
  reply(body) {
    return this._api.post(`${this._path}/reply`, body);
  }

  /** @param {{client_id: string, text: string}} body  @returns {Promise<Noted>} */
  note(body) {
    return this._api.post(`${this._path}/notes`, body);
  }

  /** @param {string} response */
  dismiss(response) {
    return this._api.post(`${this._path}/suggestions/dismiss`, { response });
  }

  /** @param {number} eventId  @returns {Promise<Changed>} */
  undo(eventId) {
    return this._api.post("/undo", { event_id: eventId });
  }

  /** @returns {Promise<CannedReply[]>} */
  async canned() {
    return (await this._api.get(`/canned-replies?conversation=${encodeURIComponent(this.conversation)}`)).replies;
  }

  /** @returns {Promise<{intent: string, title: string, group?: string}[]>} */
  async topics() {
    return (await this._api.get("/topics")).topics;
  }

  /** @returns {Promise<{id: string, name: string, role: string}[]>} */
  async staff() {
    return (await this._api.get("/staff")).staff;
  }

  /** The seller's other open conversations. @param {string} seller  @returns {Promise<Case[]>} */
  async others(seller) {
    const query = new URLSearchParams({ state: "bot,waiting,human", q: seller, limit: "50", sort: "recent" });
    const { cases } = await this._api.get(`/queue?${query}`);
    return cases.filter((/** @type {Case} */ one) => one.seller.id === seller && one.id !== this.conversation);
  }
}
