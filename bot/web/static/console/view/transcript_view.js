/** The transcript on the screen: it follows what is new, unless somebody reads further up. */

import { element } from "../../widget/view/element.js";
import { byId } from "../console_page.js";
import { SAID } from "../french_conversation.js";
import { arrange } from "./arrange.js";
import { lineNode } from "./line_view.js";

/** @import { Line } from "../logic/transcript.js" */
/** @import { Actions } from "./line_view.js" */

const NEAR = 70;

export class TranscriptView {
  /** @param {Actions} actions */
  constructor(actions) {
    this._actions = actions;
    this._node = byId("transcript");
    this._below = byId("below");
    /** @type {Map<string, {written: string, node: HTMLElement}>} */
    this._lines = new Map();
    this._stuck = true;
    this._first = true;
    this._node.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this._below.addEventListener("click", () => this.toEnd());
    // A narrower or lower window shows the end all the same.
    new ResizeObserver(() => this._stuck && this.toEnd()).observe(this._node);
  }

  /**
   * @param {Line[]} lines
   * @param {{seller: string, me: string, unreadFrom: number}} about
   * @param {boolean} own  whether the news is ours: then it is shown in any case
   */
  show(lines, about, own) {
    /** @type {typeof this._lines} */
    const kept = new Map();
    let added = false;
    for (const line of lines) {
      const written = JSON.stringify([line, about]);
      const known = this._lines.get(line.key);
      added ||= known === undefined;
      if (known !== undefined && known.written === written) kept.set(line.key, known);
      else kept.set(line.key, { written, node: lineNode(line, about, this._actions) });
    }
    this._lines = kept;
    const nodes = [...kept.values()].map(({ node }) => node);
    arrange(this._node, nodes.length > 0 ? nodes : [element("p", { class: "day" }, SAID.empty)]);
    if (this._stuck || own) this.toEnd();
    else if (added) this._below.hidden = false;
    if (this._first) {
      this._first = false;
      // What was said before is no news for who listens.
      setTimeout(() => this._node.setAttribute("aria-live", "polite"), 500);
    }
  }

  toEnd() {
    this._node.scrollTop = this._node.scrollHeight;
    this._stuck = true;
    this._below.hidden = true;
  }

  _scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this._node;
    this._stuck = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this._stuck) this._below.hidden = true;
  }
}
