/** The form in which an answer is written: it changes the content it was given, and says so. */

import { element, setAttribute, setText } from "../../widget/view/element.js";
import { lengthSaid, SAID } from "../french_answers.js";
import { lengthOf, linesOf, move, problemsAt, withItem } from "../logic/answer_text.js";

/** @import { Content, Problem } from "../logic/answer_text.js" */

/**
 * @typedef {object} Choices
 * @property {{id: string, says: string}[]} facts
 * @property {string[]} links
 * @property {{intent: string, title: string}[]} intents
 * @property {Record<string, number>} longest
 */

export class AnswerEditor {
  /** @param {HTMLElement} form @param {() => void} changed */
  constructor(form, changed) {
    this._form = form;
    this._changed = changed;
    /** @type {Content} */
    this._content = { title: "", parts: [], offer: "", leads_on: [], follow_ups: [], source: { name: "", link: "" } };
    /** @type {Choices} */
    this._choices = { facts: [], links: [], intents: [], longest: {} };
    this._length = element("span", { class: "length", role: "status" });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @param {Content} content @param {Choices} choices */
  show(content, choices) {
    this._content = content;
    this._choices = choices;
    this._form.replaceChildren(
      this._line("title", SAID.title, content.title, (text) => (content.title = text)),
      ...content.parts.map((_, place) => this._part(place)),
      element(
        "div", { class: "split" },
        element("button", { class: "button", type: "button", onclick: () => this._again(() => content.parts.push({ text: "", facts: [] }), `parts.${content.parts.length - 1}`) }, SAID.addPart),
        this._length,
      ),
      this._ending(),
      this._source(),
      this._followUps(),
    ); // prettier-ignore
    this._showLength();
  }

  /** @param {readonly Problem[]} problems */
  mark(problems) {
    for (const field of this._form.querySelectorAll("[data-place]")) {
      const found = problemsAt(problems, /** @type {HTMLElement} */ (field).dataset["place"] ?? "");
      const says = field.querySelector(".says");
      const input = field.querySelector("input, select, textarea");
      if (says === null) continue;
      says.className = `says ${found.some(({ blocks }) => blocks) ? "error" : "warning"}`;
      setText(says, found.map((problem) => problem.says).join(" "));
      if (input !== null) setAttribute(input, "aria-invalid", found.some(({ blocks }) => blocks) ? "true" : null);
    }
  }

  /** Brings somebody to a field, or as near as there is one. @param {string} place */
  goTo(place) {
    for (let at = place; at !== ""; at = at.includes(".") ? at.slice(0, at.lastIndexOf(".")) : "") {
      const field = this._form.querySelector(`[data-place="${CSS.escape(at)}"], [data-place^="${CSS.escape(at)}."]`);
      if (field === null) continue;
      const folded = field.closest("details");
      if (folded !== null) folded.open = true;
      field.scrollIntoView({ block: "center" });
      /** @type {HTMLElement | null} */ (field.querySelector("textarea, input, select"))?.focus();
      return;
    }
  }

  /** Changes the shape of the answer, and draws it again. @param {() => void} change @param {string} place  to go to */
  _again(change, place) {
    change();
    this.show(this._content, this._choices);
    this._changed();
    this.goTo(place);
  }

  _showLength() {
    setText(this._length, lengthSaid(lengthOf(this._content), this._choices.longest["text"] ?? 0));
  }

  /** @param {() => void} change */
  _edit(change) {
    change();
    this._showLength();
    this._changed();
  }

  /**
   * @param {string} place @param {string} label @param {HTMLElement} control
   * @returns {HTMLElement}
   */
  _field(place, label, control) {
    const id = `field-${place.replaceAll(".", "-")}`;
    control.id = id;
    setAttribute(control, "aria-describedby", `${id}-says`);
    return element(
      "div", { class: "field", "data-place": place },
      element("label", { for: id }, label), control, element("p", { class: "says", id: `${id}-says` }),
    ); // prettier-ignore
  }

  /** @param {string} place @param {string} label @param {string} value @param {(text: string) => void} write */
  _line(place, label, value, write) {
    const input = element("input", { class: "input", type: "text", value, oninput: () => this._edit(() => write(input.value)) });
    return this._field(place, label, input);
  }

  /** @param {string} place @param {string} label @param {string} value @param {{value: string, title: string}[]} options @param {(value: string) => void} write */
  _select(place, label, value, options, write) {
    const known = options.some((option) => option.value === value) ? options : [{ value, title: value }, ...options];
    const select = element(
      "select", { class: "select", onchange: () => this._edit(() => write(select.value)) },
      ...known.map((option) => element("option", { value: option.value, selected: option.value === value }, option.title)),
    ); // prettier-ignore
    return this._field(place, label, select);
  }

  /** @param {string} place @param {string} label @param {string} value @param {(text: string) => void} write */
  _text(place, label, value, write) {
    const area = element("textarea", { class: "textarea", rows: 3, oninput: () => this._edit(() => write(area.value)) });
    area.value = value;
    return this._field(place, label, area);
  }

  /** @param {string} legend @param {string[]} chosen @param {(facts: string[]) => void} write */
  _facts(legend, chosen, write) {
    let facts = chosen;
    return element(
      "fieldset", { class: "part-facts" },
      element("legend", { class: "label" }, legend),
      ...this._choices.facts.map(({ id, says }) => {
        const box = element("input", { type: "checkbox", checked: facts.includes(id), onchange: () => this._edit(() => write((facts = withItem(facts, id, box.checked)))) });
        return element("label", { class: "choice" }, box, element("span", {}, says));
      }),
    ); // prettier-ignore
  }

  /** @param {string} what @param {() => void} run @param {boolean} [disabled] */
  _small(what, run, disabled = false) {
    return element("button", { class: "button button-small button-quiet", type: "button", disabled, onclick: run }, what);
  }

  /** @param {number} place */
  _part(place) {
    const { parts } = this._content;
    const part = /** @type {import("../logic/answer_text.js").Part} */ (parts[place]);
    const name = `${SAID.paragraph} ${place + 1}`;
    return element(
      "div", { class: "part", role: "group", "aria-label": name },
      element(
        "div", { class: "split" },
        element("h3", {}, name),
        element(
          "div", { class: "row" },
          this._small(SAID.up, () => this._again(() => move(parts, place, -1), `parts.${place - 1}`), place === 0),
          this._small(SAID.down, () => this._again(() => move(parts, place, 1), `parts.${place + 1}`), place === parts.length - 1),
          this._small(SAID.remove, () => this._again(() => parts.splice(place, 1), "parts")),
        ),
      ),
      this._text(`parts.${place}`, SAID.text, part.text, (text) => (part.text = text)),
      this._facts(SAID.facts, part.facts, (facts) => (part.facts = facts)),
    ); // prettier-ignore
  }

  _ending() {
    const { leads_on: choices } = this._content;
    const intents = this._choices.intents.map(({ intent, title }) => ({ value: intent, title }));
    const rows = choices.map((one, place) =>
      element(
        "div", { class: "pair", role: "group", "aria-label": `${SAID.choice} ${place + 1}` },
        this._line(`leads_on.${place}`, SAID.choiceTitle, one.title, (text) => (one.title = text)),
        this._select(`leads_on.${place}.intent`, SAID.leadsTo, one.intent, intents, (intent) => (one.intent = intent)),
        this._small(SAID.remove, () => this._again(() => choices.splice(place, 1), "offer")),
      ),
    ); // prettier-ignore
    const add = () => choices.push({ title: "", intent: intents[0]?.value ?? "" });
    return element(
      "section", { class: "part" },
      element("h3", {}, SAID.ending),
      this._line("offer", SAID.offer, this._content.offer, (text) => (this._content.offer = text)),
      ...rows,
      element("div", { class: "row" }, this._small(SAID.addChoice, () => this._again(add, `leads_on.${choices.length - 1}`), choices.length >= (this._choices.longest["buttons"] ?? 3))),
    ); // prettier-ignore
  }

  _source() {
    const { source } = this._content;
    const links = this._choices.links.map((value) => ({ value, title: value }));
    return element(
      "section", { class: "part" },
      element("h3", {}, SAID.source),
      element(
        "div", { class: "pair" },
        this._line("source.name", SAID.sourceName, source.name, (text) => (source.name = text)),
        this._select("source.link", SAID.sourceLink, source.link, links, (link) => (source.link = link)),
      ),
    ); // prettier-ignore
  }

  _followUps() {
    return element(
      "details", { class: "card" },
      element("summary", {}, `${SAID.followUps} (${this._content.follow_ups.length})`),
      element(
        "div", { class: "card-body stack" },
        element("p", { class: "quiet" }, SAID.followUpsHint),
        ...this._content.follow_ups.map((one) => {
          const partial = element("input", { type: "checkbox", checked: one.partial, onchange: () => this._edit(() => (one.partial = partial.checked)) });
          return element(
            "div", { class: "part", role: "group", "aria-label": one.name },
            element("h3", {}, one.name),
            this._text(`follow_ups.${one.name}`, SAID.asks, one.asks.join("\n"), (text) => (one.asks = linesOf(text))),
            this._facts(SAID.answersWith, one.facts, (facts) => (one.facts = facts)),
            element("label", { class: "choice" }, partial, SAID.partial),
          );
        }),
      ),
    ); // prettier-ignore
  }
}
