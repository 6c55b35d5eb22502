/** What is known: the order then and now, the seller, what was said to them and tried for them. */

import { dayOf, sameDay, timeOf } from "../../widget/logic/moments.js";
import { element } from "../../widget/view/element.js";
import { byId } from "../console_page.js";
import { SAID } from "../french_conversation.js";
import { percent, stateBadge, thumbBadge } from "./badges.js";
import { arrange } from "./arrange.js";

/** @import { Child } from "../../widget/view/element.js" */
/** @import { CaseFile, OrderFacts } from "../logic/types.js" */

export class PanelView {
  /** @param {(eventId: number) => void} undo */
  constructor(undo) {
    this._undo = undo;
    this._node = byId("panel");
    /** @type {Map<string, {node: HTMLDetailsElement, body: HTMLElement, title: HTMLElement, written: string}>} */
    this._sections = new Map();
  }

  /** @param {CaseFile} file */
  show(file) {
    const { seller, slots, answers, actions, history, merged } = file;
    const shown = [
      this._section("order", SAID.order, file.order, () => orderNodes(file.order)),
      this._section("seller", SAID.seller, seller, () => [sellerFacts(seller)]),
      slots.length > 0 && this._section("slots", SAID.slots, slots, () => [facts(slots.map(({ label, value }) => [label, value]))]),
      this._section("answers", counted(SAID.answers, answers.length), answers, () => answerLines(answers)),
      actions.length > 0 && this._section("actions", counted(SAID.actions, actions.length), actions, () => actionLines(actions)),
      merged.length > 0 && this._section("duplicates", counted(SAID.duplicates, merged.length), merged, () => merged.map(duplicate)),
      this._section("history", SAID.history, history, () => history.map((one) => this._happening(one)), false),
    ];
    arrange(this._node, shown.filter((one) => one !== false));
  }

  /**
   * @param {string} id
   * @param {string} title
   * @param {unknown} of  what it is made of: made again when that changes
   * @param {() => Child[]} make
   * @param {boolean} [open]
   */
  _section(id, title, of, make, open = true) {
    let known = this._sections.get(id);
    if (known === undefined) {
      const body = element("div", { class: "section-body" });
      const summary = element("summary", {}, title);
      const node = element("details", { class: "section", "data-section": id, open }, summary, body);
      known = { node, body, title: summary, written: "" };
      this._sections.set(id, known);
    }
    const written = JSON.stringify([title, of]);
    if (known.written !== written) {
      known.written = written;
      known.title.textContent = title;
      known.body.replaceChildren(.../** @type {Node[]} */ (make().filter(Boolean)));
    }
    return known.node;
  }

  /** @param {CaseFile["history"][number]} one */
  _happening(one) {
    return line(
      one.text,
      one.undoable
        ? element("button", { class: "button button-small button-quiet", type: "button", onclick: () => this._undo(one.id) }, SAID.undo)
        : null,
      [one.actor, moment(one.at)].filter(Boolean).join(" · "),
    );
  }
}

/** @param {CaseFile["order"]} order  @returns {Child[]} */
function orderNodes(order) {
  const known = order?.now ?? order?.then ?? null;
  if (order === null || known === null) return [element("p", { class: "quiet" }, SAID.noOrder)];
  const head = element("p", {}, element("span", { class: "strong number" }, known.number), ` · ${known.title}`);
  const { then, now } = order;
  if (then === null || now === null) return [head, orderState(known, then === null ? SAID.now : SAID.then)];
  return [head, element("div", { class: "then-now" }, orderState(then, SAID.then), orderState(now, SAID.now))];
}

/** @param {OrderFacts} order @param {string} title */
function orderState(order, title) {
  return element(
    "div", {},
    element("h3", {}, title),
    element("p", { class: order.late ? "is-late" : "strong" }, order.status_french),
    order.due_at && element("p", { class: "small" }, `${SAID.due}\u00a0: ${moment(order.due_at)}`),
  ); // prettier-ignore
}

/** @param {CaseFile["seller"]} seller */
function sellerFacts({ name, id, orders_open: open, completion_rate: rate }) {
  return facts([
    [SAID.seller, name],
    [SAID.sellerId, id],
    [SAID.ordersOpen, open === null || open === undefined ? SAID.unknown : String(open)],
    [SAID.rate, rate === null || rate === undefined ? SAID.noRate : percent(rate)],
  ]);
}

/** @param {[string, string][]} pairs */
function facts(pairs) {
  return element("dl", { class: "facts" }, ...pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

/** @param {CaseFile["answers"]} answers  @returns {Child[]} */
function answerLines(answers) {
  if (answers.length === 0) return [element("p", { class: "quiet" }, SAID.noAnswers)];
  return answers.map(({ title, response, at, thumb }) =>
    line(title || response, thumb ? thumbBadge(thumb) : null, moment(at)),
  );
}

/** @param {CaseFile["actions"]} actions */
function actionLines(actions) {
  const kinds = /** @type {Record<string, string>} */ ({ confirmed: "is-success", refused: "is-danger", unknown: "is-warning" });
  return actions.map((one) =>
    line(
      one.label,
      element("span", { class: `badge ${kinds[one.state] ?? ""}` }, one.state_french),
      [one.request, one.outcome, moment(one.at)].filter(Boolean).join(" · "),
    ),
  );
}

/** @param {CaseFile["merged"][number]} one */
function duplicate(one) {
  return line(
    element("a", { href: `/console/conversations/${encodeURIComponent(one.id)}` }, one.last_message?.text ?? one.id),
    stateBadge(one.state),
    one.last_message ? moment(one.last_message.created_at) : "",
  );
}

/** @param {string | Node} what @param {Node | null} mark @param {string} under */
function line(what, mark, under) {
  return element("div", { class: "list-line" }, element("span", {}, what), mark, under && element("span", { class: "under" }, under));
}

/** @param {string} title @param {number} count */
function counted(title, count) {
  return count > 1 ? `${title} (${count})` : title;
}

/** « 14:02 » today, « Hier, 14:02 » or the day before that. @param {string} at */
export function moment(at) {
  const then = new Date(at);
  const now = new Date();
  return sameDay(then, now) ? timeOf(then) : `${dayOf(then, now)}, ${timeOf(then)}`;
}
