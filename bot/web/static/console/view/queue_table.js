/** The rows on the screen: where the cursor is, and nothing that moves under it. */

import { api, me } from "../console_page.js";
import { newAbove } from "../french.js";
import { element, setText } from "../../widget/view/element.js";
import { arrange } from "./arrange.js";
import { lastOpened, rememberOpened } from "./queue_memory.js";
import { QueueRow } from "./queue_row.js";

/** @import { Case } from "../logic/types.js" */
/** @import { QueueList } from "../logic/queue_list.js" */
/** @import { ReadMarks } from "../../widget/logic/unread.js" */

/** A pointer that rests longer works no more. */
const POINTING = 10_000;

export class QueueTable {
  /**
   * @param {QueueList} list
   * @param {ReadMarks} marks
   * @param {{claim: (id: string) => void, more: () => void}} page
   */
  constructor(list, marks, page) {
    this._list = list;
    this._marks = marks;
    this._page = page;
    this._body = /** @type {HTMLElement} */ (document.getElementById("rows"));
    this._scroller = /** @type {HTMLElement} */ (document.getElementById("scroller"));
    this._room = element("div", { "aria-hidden": "true" });
    this._scroller.append(this._room);
    this._above = /** @type {HTMLElement} */ (document.getElementById("above"));
    /** @type {Map<string, QueueRow>} */
    this._rows = new Map();
    this._pointed = 0;
    this._returning = lastOpened();
    this._body.addEventListener("pointermove", () => (this._pointed = Date.now()));
    this._body.addEventListener("pointerleave", () => (this._pointed = 0));
    this._scroller.addEventListener("scroll", () => this._showAbove(), { passive: true });
    this._above.addEventListener("click", () => this.letGo());
  }

  /** The row that has the focus. @returns {string | null} */
  get current() {
    return document.activeElement?.closest("#rows tr")?.getAttribute("data-id") ?? null;
  }

  /** Takes what the server says now; returns the cases never seen before. @param {Case[]} cases */
  take(cases) {
    const news = this._list.take(cases, this._held());
    this._show();
    if (this._returning !== "") {
      this._rows.get(this._returning)?.link.focus();
      this._returning = "";
    }
    return news;
  }

  /** @param {string} id @param {Partial<Case>} change */
  change(id, change) {
    this._list.change(id, change);
    this._show();
  }

  clear() {
    this._list.clear();
    this._pointed = 0;
    this._scroller.scrollTop = 0;
  }

  /** Shows how long each has been waiting now. */
  tick() {
    const now = api.now();
    for (const row of this._list.rows) this._rows.get(row.id)?.tick(row, now);
  }

  /** @param {number} by  rows down */
  step(by) {
    const before = this.current;
    const id = this._list.beside(before, by);
    if (id === null) return;
    if (id === before && by > 0) this._page.more();
    const row = this._rows.get(id);
    row?.link.focus({ preventScroll: true });
    row?.node.scrollIntoView({ block: "nearest" });
  }

  openCurrent() {
    if (this.current !== null) this.open(this.current);
  }

  /** @param {string} id @param {string} [place]  where on its page to begin */
  open(id, place = "") {
    rememberOpened(id);
    location.assign(`/console/conversations/${encodeURIComponent(id)}${place}`);
  }

  /** Puts the list into the server's order, from its beginning. */
  letGo() {
    const focused = this.current !== null;
    if (focused && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this._pointed = 0;
    this._list.settle();
    this._scroller.scrollTop = 0;
    this._show();
    if (focused) this.step(1);
  }

  _held() {
    const pointing = this._body.matches(":hover") && Date.now() - this._pointed < POINTING;
    return pointing || (this.current !== null && document.hasFocus());
  }

  /** The row that must not move: the one worked with, else the first in the window once scrolled. */
  _anchor() {
    const held = this.current ?? this._body.querySelector("tr:hover")?.getAttribute("data-id");
    if (held) return this._rows.get(held)?.node ?? null;
    const { scrollTop } = this._scroller;
    if (scrollTop === 0) return null;
    return [...this._rows.values()].find(({ node }) => node.offsetTop >= scrollTop)?.node ?? null;
  }

  _show() {
    const anchor = this._anchor();
    const top = anchor?.offsetTop ?? 0;
    const now = api.now();
    const kept = new Map();
    for (const row of this._list.rows) {
      const shown = this._rows.get(row.id) ?? new QueueRow(row.id, this._actions());
      shown.show(row, { now, me: me.id, unread: this._unread(row.case) });
      kept.set(row.id, shown);
    }
    this._rows = kept;
    arrange(this._body, [...kept.values()].map(({ node }) => node));
    this._scrollTo(this._scroller.scrollTop + (anchor?.isConnected ? anchor.offsetTop - top : 0));
    this._showAbove();
  }

  /** Scrolls, further than the rows reach if need be: a short list would move otherwise. @param {number} top */
  _scrollTo(top) {
    const missing = top > 0 ? top + this._scroller.clientHeight - this._room.offsetTop : 0;
    this._room.style.height = `${Math.max(0, missing)}px`;
    this._scroller.scrollTop = top;
  }

  _actions() {
    return {
      claim: this._page.claim,
      open: rememberOpened,
      look: (/** @type {string} */ id) => {
        if (!this._list.rows.some((row) => row.id === id && row.fresh)) return;
        this._list.look(id);
        this._show();
      },
    };
  }

  /** Whether the seller has written what I have not read, and I might. @param {Case} one */
  _unread(one) {
    const mine = one.holder === null || one.holder.id === me.id;
    const last = one.last_message;
    if (!mine || last === null || last.author !== "seller") return false;
    return last.number > (this._marks.of(one.id) ?? 0);
  }

  _showAbove() {
    const { scrollTop } = this._scroller;
    const hidden = this._list.rows.filter(({ id, fresh }) => {
      const node = this._rows.get(id)?.node;
      return fresh && node !== undefined && node.offsetTop + node.offsetHeight / 2 < scrollTop;
    });
    this._above.hidden = hidden.length === 0;
    if (hidden.length > 0) setText(this._above, newAbove(hidden.length));
  }
}
