/**
 * What the site API says, as types for the checker. Nothing here runs.
 *
 * @typedef {"open" | "used" | "inert"} ButtonState
 * @typedef {{title: string, token: string, state: ButtonState}} Button
 * @typedef {"seller" | "bot" | "agent" | "system"} Author
 * @typedef {"up" | "down" | null} Thumb
 * @typedef {"bot" | "waiting" | "human" | "resolved"} ConversationState
 *
 * @typedef {object} Message
 * @property {number} number      its place in the conversation, from 1
 * @property {Author} author
 * @property {string} text        plain text, never HTML
 * @property {string} created_at  ISO 8601, UTC
 * @property {string | null} [client_id]
 * @property {Button[]} buttons
 * @property {Thumb} [thumb]
 * @property {string | null} [response]
 * @property {boolean} answer     whether a thumb may be given
 * @property {string | null} [agent_name]
 *
 * @typedef {object} Progress
 * @property {string} id
 * @property {ConversationState} state
 * @property {number} last_number
 *
 * @typedef {Progress & {created_at: string, updated_at: string, preview: string, rated: boolean}} Overview
 *
 * @typedef {object} Session
 * @property {{id: string, name?: string}} seller
 * @property {{message_length: number, comment_length: number}} limits
 * @property {{name: string, introduction: string, human_hint: string}} assistant
 * @property {string[]} suggestions
 * @property {number} poll_seconds
 *
 * @typedef {object} Page
 * @property {Message[]} messages
 * @property {Message[]} [updates]
 * @property {Progress} conversation
 * @property {boolean} typing
 *
 * @typedef {object} Typing
 * @property {"bot" | "agent"} author
 * @property {string | null} [name]
 *
 * What the logic needs of a browser's Storage.
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Shelf
 *
 * What the logic needs of time: replaced by tests.
 * @typedef {object} Timers
 * @property {(work: () => void, milliseconds: number) => unknown} after
 * @property {(timer: any) => void} cancel
 * @property {() => number} now  milliseconds
 */

export {};
