/** A text with its addresses as links; nothing else in it is anything but text. */

import { piecesOf, sourcePiecesOf } from "../../widget/logic/links.js";
import { element } from "../../widget/view/element.js";

/**
 * @param {string} text
 * @param {boolean} approved  whether the text is ours: its source is then a link by its name
 * @returns {(Node | string)[]}
 */
export function textNodes(text, approved = false) {
  const divide = approved ? sourcePiecesOf : piecesOf;
  return text.split("\n").flatMap((line, index) => [
    ...(index > 0 ? ["\n"] : []),
    ...divide(line).map(({ text: said, url }) => (url === null ? said : link(said, url))),
  ]);
}

/** @param {string} text @param {string} url */
export function link(text, url) {
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}
