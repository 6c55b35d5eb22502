/** The list of answers: what is served, what is being prepared, and what sellers thought. */

import { element } from "../widget/view/element.js";
import { api, byId, sentenceFor } from "./console_page.js";
import { momentSaid, SAID, writtenBy } from "./french_answers.js";

const KINDS = { draft: "", approved: "is-success", stale: "is-warning" };

try {
  const { answers } = await api.get("/answers");
  byId("rows").replaceChildren(...answers.map(row));
} catch (error) {
  byId("problem").textContent = sentenceFor(error);
  byId("problem").hidden = false;
}

/** @param {any} one */
function row(one) {
  const { draft, thumbs } = one;
  return element(
    "tr", {},
    element("th", { scope: "row" }, element("a", { href: `/console/answers/${encodeURIComponent(one.id)}` }, one.title)),
    element(
      "td", {},
      element("div", { class: "row" },
        element("span", { class: "badge" }, `${SAID.version} ${one.version}`),
        !one.from_software && element("span", { class: "badge is-accent" }, SAID.written),
        one.release_waits && element("span", { class: "badge is-warning" }, SAID.waitsShort),
        one.chosen_is_dead && element("span", { class: "badge is-danger" }, SAID.deadShort),
      ),
    ),
    element("td", {}, draft === null ? element("span", { class: "quiet" }, SAID.noDraft) : element(
      "div", { class: "row" },
      element("span", { class: `badge ${KINDS[/** @type {keyof typeof KINDS} */ (draft.state)]}` }, draft.state_french),
      element("span", { class: "quiet small" }, writtenBy(draft.changed_by.name, momentSaid(draft.changed_at))),
    )),
    element("td", { class: "numeric" }, String(thumbs.up)),
    element("td", { class: "numeric" }, String(thumbs.down)),
  ); // prettier-ignore
}
