/** One row of the queue: its nodes stay, so that focus and pointer stay on them. */

import { element, setAttribute, setText } from "../../widget/view/element.js";
import { FRENCH, viewersSaid } from "../french.js";
import { lasted, lastedSaid } from "../logic/durations.js";
import { authorOf, holderName, stateBadge, sureness, topicTitle, urgencyBadge } from "./badges.js";
import { icon } from "./icon.js";

/** @import { Case } from "../logic/types.js" */
/** @import { Row } from "../logic/queue_list.js" */

/** @typedef {{claim: (id: string) => void, open: (id: string) => void, look: (id: string) => void}} Actions */

export class QueueRow {
  /** @param {string} id @param {Actions} actions */
  constructor(id, actions) {
    this.id = id;
    const address = `/console/conversations/${encodeURIComponent(id)}`;
    this.link = element("a", { class: "row-link", href: address, onclick: () => actions.open(id) });
    this._mark = element("span", { class: "new-mark", title: FRENCH.fresh }, element("span", { class: "spoken" }, FRENCH.fresh));
    this._said = element("span", { class: "second said" });
    this._urgency = element("span", { class: "line" });
    this._why = element("span", { class: "second" });
    this._topic = element("span", { class: "line" });
    this._confidence = element("span", { class: "second" });
    this._order = element("span", { class: "line" });
    this._status = element("span", { class: "second" });
    this._reason = element("span", { class: "second" });
    this._waiting = element("time", { class: "number" });
    this._holder = element("span", { class: "line" });
    this._claim = element(
      "button", { class: "button button-small claim", type: "button", onclick: () => actions.claim(id) }, FRENCH.claim,
    ); // prettier-ignore
    this._watched = element("span", { class: "watched" });
    this.node = element(
      "tr", { "data-id": id, onpointerenter: () => actions.look(id), onfocusin: () => actions.look(id) },
      element("td", {}, this._urgency, this._why),
      element("td", {}, element("span", { class: "line" }, this._mark, this.link), this._said),
      element("td", {}, this._topic, this._confidence),
      element("td", {}, this._order, this._status),
      element("td", {}, this._reason),
      element("td", {}, this._waiting),
      element("td", {}, element("span", { class: "follow" }, this._holder, this._watched)),
    ); // prettier-ignore
    this._written = "";
  }

  /** @param {Row} row @param {{now: number, me: string, unread: boolean}} seen */
  show(row, { now, me, unread }) {
    const written = JSON.stringify([row, unread]);
    if (written !== this._written) {
      this._written = written;
      this._fill(row, me, unread);
    }
    this.tick(row, now);
  }

  /** @param {Row} row @param {number} now */
  tick({ case: one }, now) {
    const since = one.waiting_since;
    setText(this._waiting, since === null ? "" : lasted(since, now));
    setAttribute(this._waiting, "datetime", since);
    setAttribute(this._waiting, "title", since === null ? null : `${FRENCH.waits} ${lastedSaid(since, now)}`);
  }

  /** @param {Row} row @param {string} me @param {boolean} unread */
  _fill(row, me, unread) {
    const one = row.case;
    this.node.classList.toggle("is-unread", unread);
    this.node.classList.toggle("is-gone", row.gone);
    this._mark.hidden = !row.fresh;
    setText(this.link, one.seller.name);
    setText(this._said, saidLast(one));
    const why = one.urgency.why.join(" ");
    this._urgency.replaceChildren(urgencyBadge(one.prioritised ?? one.urgency.level, one.prioritised !== null));
    write(this._why, why);
    write(this._topic, topicTitle(one.topic), "cut");
    setText(this._confidence, sureness(one.topic));
    write(this._order, one.order?.number ?? "—", "cut number");
    setText(this._status, one.order?.status_french ?? "");
    this._status.classList.toggle("is-late", one.order?.late ?? false);
    write(this._reason, one.reason_french ?? "");
    this._showHolder(row, me);
  }

  /** @param {Row} row @param {string} me */
  _showHolder({ case: one, gone }, me) {
    const holder = holderName(one, me);
    const free = one.holder === null && one.state !== "resolved" && !gone;
    const said = holder ? element("span", { class: one.holder?.id === me ? "badge is-accent" : "badge" }, holder) : null;
    const parts = free ? [this._claim] : said ? [said] : gone ? [element("span", { class: "quiet" }, FRENCH.gone)] : [stateBadge(one.state)];
    if (parts.length !== this._holder.children.length || parts[0] !== this._holder.firstChild) this._holder.replaceChildren(...parts);
    const others = one.viewers.filter(({ id }) => id !== me && id !== one.holder?.id);
    this._watched.hidden = others.length === 0;
    const names = viewersSaid(others.map(({ name }) => name));
    this._watched.replaceChildren(
      icon("eye"), element("span", { class: "spoken" }, names),
      element("span", { class: "cut names", "aria-hidden": "true" }, others.map(({ name }) => name).join(", ")),
      element("span", { class: "number", "aria-hidden": "true" }, String(others.length)),
    ); // prettier-ignore
    setAttribute(this._watched, "title", names);
  }
}

/** @param {Case} one */
function saidLast(one) {
  if (one.last_message === null) return "";
  const { author, text } = one.last_message;
  const short = text.replace(/\s+/g, " ").trim();
  return author === "seller" ? short : `${authorOf({ author }, one.seller.name)} : ${short}`;
}

/** @param {Element} target @param {string} text @param {string} [kind] */
function write(target, text, kind = "") {
  if (kind === "") setText(target, text);
  else target.replaceChildren(element("span", { class: kind }, text));
  setAttribute(target, "title", text || null);
}
