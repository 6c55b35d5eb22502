/**
 * What the console's API says, as types for the checker. Nothing here runs.
 *
 * @typedef {{id: string, name: string}} Person
 * @typedef {"bot" | "waiting" | "human" | "resolved"} CaseState
 * @typedef {"urgent" | "high" | "normal" | "low"} Level
 * @typedef {{intent: string, title: string, confidence: number | null}} Topic
 *
 * @typedef {object} OrderFacts
 * @property {string} number
 * @property {string} title
 * @property {string} status
 * @property {string} status_french
 * @property {string | null} due_at
 * @property {boolean} late
 *
 * @typedef {object} Case  a conversation as the queue shows it
 * @property {string} id
 * @property {CaseState} state
 * @property {number} epoch
 * @property {Person} seller
 * @property {Topic | null} topic
 * @property {{level: Level, why: string[]}} urgency
 * @property {Level | null} prioritised  the staff's own urgency
 * @property {OrderFacts | null} order
 * @property {string | null} reason
 * @property {string | null} reason_french
 * @property {string | null} waiting_since
 * @property {Person | null} holder
 * @property {Person[]} viewers
 * @property {{number: number, author: string, text: string, created_at: string} | null} last_message
 * @property {string | null} snoozed_until
 * @property {string | null} merged_into
 * @property {string | null} outcome
 * @property {"chat" | "ticket"} source
 *
 * @typedef {{waiting: number, mine: number, human: number, snoozed: number, resolved_today: number}} Counts
 * @typedef {{cases: Case[], next_cursor: string | null, total: number, counts: Counts}} QueuePage
 *
 * @typedef {object} Message
 * @property {number} number
 * @property {"seller" | "bot" | "agent" | "system"} author
 * @property {Person | null} [agent]
 * @property {string} text
 * @property {string} created_at
 * @property {Topic | null} [topic]
 * @property {string | null} [response]
 * @property {{title: string, state: string}[]} [buttons]
 * @property {"up" | "down" | null} [thumb]
 *
 * @typedef {{id: string | number, staff: Person, text: string, created_at: string}} Note
 * @typedef {{messages: Message[], notes: Note[], last_number: number}} TimelinePage
 *
 * @typedef {object} Suggestion
 * @property {string} response
 * @property {string | number | null} version
 * @property {string} title
 * @property {string} text
 * @property {string | null} source_link
 * @property {number | null} confidence
 *
 * @typedef {object} Happening  one line of a conversation's history
 * @property {number} id
 * @property {string} at
 * @property {string | null} actor
 * @property {string} text
 * @property {boolean} undoable
 *
 * @typedef {object} CaseFile  what the panel shows
 * @property {Case} case
 * @property {{id: string, name: string, orders_open: number | null, completion_rate: number | null}} seller
 * @property {{then: OrderFacts | null, now: OrderFacts | null} | null} order
 * @property {{name: string, label: string, value: string}[]} slots
 * @property {{number: number, response: string, version: string | null, title: string, at: string, thumb: string | null}[]} answers
 * @property {{action: string, label: string, state: string, state_french: string, request: string | null, outcome: string | null, at: string}[]} actions
 * @property {Suggestion[]} suggestions
 * @property {Happening[]} history
 * @property {Case[]} merged
 *
 * @typedef {{event_id: number, until: string}} Undo
 * @typedef {{case: Case, undo?: Undo | null}} Changed  what a call did; whether it can be undone
 * @typedef {{message: Message}} Replied
 * @typedef {{note: Note}} Noted
 * @typedef {{id: string, title: string, text: string, missing: string[]}} CannedReply
 * @typedef {{response: string, version: string | number | null, choice: "sent" | "edited"}} SuggestionUse
 */

export {};
