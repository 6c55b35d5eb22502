/** What the checks found, and what would change: beside the editor, each with the way to its field. */

import { element, setText } from "../../widget/view/element.js";
import { byId } from "../console_page.js";
import { problemsSaid, SAID } from "../french_answers.js";
import { onlyChanged } from "../logic/answer_text.js";

/** @import { Problem } from "../logic/answer_text.js" */
/** @typedef {{kind: string, place: string, before: string, after: string}} Change */

/** @param {readonly Problem[]} problems @param {(place: string) => void} goTo */
export function showChecks(problems, goTo) {
  const blocking = problems.filter(({ blocks }) => blocks);
  setText(byId("checks-count"), problemsSaid(blocking.length, problems.length - blocking.length));
  byId("checks").replaceChildren(
    ...[...blocking, ...problems.filter(({ blocks }) => !blocks)].map((problem) =>
      element(
        "li", { class: problem.blocks ? "check" : "check is-reader" },
        element("p", {}, problem.says),
        element("button", { class: "button button-small", type: "button", onclick: () => goTo(problem.place) }, SAID.goTo),
      ),
    ),
  ); // prettier-ignore
  byId("checks").hidden = problems.length === 0;
}

/** @param {readonly Change[]} changes */
export function showChanges(changes) {
  byId("changes").replaceChildren(...changeNodes(changes));
}

/** @param {readonly Change[]} changes  @returns {HTMLElement[]} */
export function changeNodes(changes) {
  const changed = onlyChanged(changes);
  if (changed.length === 0) return [element("p", { class: "quiet" }, SAID.noChanges)];
  return changed.map(({ place, before, after }) =>
    element(
      "div", { class: "change" },
      element("p", { class: "small quiet" }, SAID.places[/** @type {keyof typeof SAID.places} */ (place)] ?? place),
      before !== "" && element("del", {}, element("span", { class: "spoken" }, SAID.before), before),
      after !== "" && element("ins", {}, element("span", { class: "spoken" }, SAID.after), after),
    ),
  ); // prettier-ignore
}
