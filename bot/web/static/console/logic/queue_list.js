/**
 * The rows of the queue, in an order that does not move under the eyes of who works in it.
 *
 * While somebody is in the list, it is held: rows keep their places, a case that left stays as
 * "gone", and new ones are put where they belong. Let go, it is what the server says.
 */

/** @import { Case } from "./types.js" */

/** @typedef {{id: string, case: Case, fresh: boolean, gone: boolean}} Row */

export class QueueList {
  constructor() {
    /** @type {Row[]} */
    this.rows = [];
    /** Ids ever seen; null before the first reading: what is there from the start is no news. @type {Set<string> | null} */
    this._seen = null;
    /** Ids in the server's order. @type {string[]} */
    this._order = [];
  }

  /**
   * Takes what the server says now; returns the cases never seen before.
   *
   * @param {Case[]} cases  in the server's order
   * @param {boolean} held
   * @returns {Case[]}
   */
  take(cases, held) {
    const known = new Map(this.rows.map((row) => [row.id, row]));
    const seen = this._seen;
    const news = seen === null ? [] : cases.filter(({ id }) => !seen.has(id));
    const fresh = new Set(news.map(({ id }) => id));
    const current = cases.map((one) => ({
      id: one.id,
      case: one,
      fresh: fresh.has(one.id) || (known.get(one.id)?.fresh ?? false),
      gone: false,
    }));
    this._seen = new Set([...(seen ?? []), ...cases.map(({ id }) => id)]);
    this._order = cases.map(({ id }) => id);
    this.rows = held ? merged(this.rows, current) : current;
    return news;
  }

  /** Lets go: the server's order as last heard, without what has left. */
  settle() {
    const known = new Map(this.rows.map((row) => [row.id, row]));
    this.rows = this._order.flatMap((id) => known.get(id) ?? []);
  }

  /** Begins anew: other filters. */
  clear() {
    this.rows = [];
    this._seen = null;
    this._order = [];
  }

  /** Somebody has looked at a row: it is new no longer. @param {string} id */
  look(id) {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, fresh: false } : row));
  }

  /** Changes one case where it stands. @param {string} id @param {Partial<Case>} change */
  change(id, change) {
    this.rows = this.rows.map((row) =>
      row.id === id ? { ...row, case: { ...row.case, ...change } } : row,
    );
  }

  /** The id a step away from a row, at the ends the row itself; the first without one. @param {string | null} id @param {number} step */
  beside(id, step) {
    const index = this.rows.findIndex((row) => row.id === id);
    const wanted = index < 0 ? 0 : Math.min(Math.max(index + step, 0), this.rows.length - 1);
    return this.rows[wanted]?.id ?? null;
  }
}

/**
 * Returns the rows before in their places, changed, and the new ones behind the row that the server
 * puts before them.
 *
 * @param {Row[]} before
 * @param {Row[]} current
 * @returns {Row[]}
 */
function merged(before, current) {
  const now = new Map(current.map((row) => [row.id, row]));
  const rows = before.map((row) => now.get(row.id) ?? { ...row, gone: true });
  const placed = new Set(before.map(({ id }) => id));
  /** @type {string | null} */
  let previous = null;
  for (const row of current) {
    if (!placed.has(row.id)) {
      const at = rows.findIndex(({ id }) => id === previous);
      rows.splice(at + 1, 0, row);
    }
    previous = row.id;
  }
  return rows;
}
