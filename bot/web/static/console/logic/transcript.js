/** One conversation as it is read: messages, the notes between them, and what is still under way. */

import { sameDay } from "../../widget/logic/moments.js";

/** @import { Message, Note, TimelinePage } from "./types.js" */
/** @import { Entry } from "./outgoing.js" */

/**
 * A line of the transcript; `key` stays the same as long as the line does.
 * @typedef {{kind: "day", key: string, at: Date}
 *   | {kind: "message", key: string, at: Date, message: Message, joined: boolean}
 *   | {kind: "note", key: string, at: Date, note: Note}
 *   | {kind: "reply", key: string, at: Date, entry: Entry}
 *   | {kind: "unsaved", key: string, at: Date, entry: Entry}} Line
 */

const RUN = 5 * 60_000;

export class Transcript {
  constructor() {
    /** Everything up to this number has been read. */
    this.cursor = 0;
    /** @type {Map<number, Message>} */
    this._messages = new Map();
    /** @type {Note[]} */
    this._notes = [];
  }

  /**
   * Takes a page read after the cursor; returns the messages that are new.
   *
   * @param {TimelinePage} page
   * @returns {Message[]}
   */
  read(page) {
    const added = page.messages.filter(({ number }) => !this._messages.has(number));
    for (const message of page.messages) {
      this._messages.set(message.number, message);
      this.cursor = Math.max(this.cursor, message.number);
    }
    const notes = new Map([...this._notes, ...page.notes].map((note) => [String(note.id), note]));
    this._notes = [...notes.values()];
    return added;
  }

  /** Takes one message from anywhere: the cursor stays, for others may be missing before it. @param {Message} message */
  put(message) {
    this._messages.set(message.number, message);
  }

  /** @param {Note} note */
  putNote(note) {
    this.read({ messages: [], notes: [note], last_number: this.cursor });
  }

  /** @returns {Message[]} in the conversation's order */
  get messages() {
    return [...this._messages.values()].sort((one, other) => one.number - other.number);
  }

  get lastNumber() {
    return Math.max(0, ...this._messages.keys());
  }

  /**
   * Returns the lines in the order they are read in: messages by number, each note where it was
   * written, then what is under way.
   *
   * @param {readonly Entry[]} replies
   * @param {readonly Entry[]} notes
   * @returns {Line[]}
   */
  lines(replies, notes) {
    const messages = this.messages;
    const written = [...this._notes].sort(byMoment);
    /** @type {Line[]} */
    const lines = [];
    for (const [index, message] of messages.entries()) {
      const at = new Date(message.created_at);
      while (written[0] !== undefined && new Date(written[0].created_at) < at) {
        lines.push(noteLine(/** @type {Note} */ (written.shift())));
      }
      const joined = lines.at(-1)?.kind === "message" && sameRun(messages[index - 1], message);
      lines.push({ kind: "message", key: `m${message.number}`, at, message, joined });
    }
    lines.push(...written.map(noteLine));
    for (const entry of replies) {
      lines.push({ kind: "reply", key: entry.clientId, at: new Date(entry.at), entry });
    }
    for (const entry of notes) {
      lines.push({ kind: "unsaved", key: entry.clientId, at: new Date(entry.at), entry });
    }
    return withDays(lines);
  }
}

/** @param {Line[]} lines  @returns {Line[]} */
function withDays(lines) {
  /** @type {Line[]} */
  const all = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before === undefined || !sameDay(before.at, line.at)) {
      all.push({ kind: "day", key: `d${index}-${line.key}`, at: line.at });
      if (line.kind === "message") line.joined = false;
    }
    all.push(line);
  }
  return all;
}

/** @param {Note} note  @returns {Line} */
function noteLine(note) {
  return { kind: "note", key: `n${note.id}`, at: new Date(note.created_at), note };
}

/** @param {Note} one @param {Note} other */
function byMoment(one, other) {
  return new Date(one.created_at).getTime() - new Date(other.created_at).getTime();
}

/** Whether a message goes on where the one before left off. @param {Message | undefined} before @param {Message} message */
function sameRun(before, message) {
  if (before === undefined || before.author !== message.author) return false;
  if (before.agent?.id !== message.agent?.id) return false;
  return new Date(message.created_at).getTime() - new Date(before.created_at).getTime() < RUN;
}
