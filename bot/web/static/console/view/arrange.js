/** Children put in order, moving none that stands right, and the focus kept where it was. */

import { arrange as putInOrder } from "../../widget/view/arrange.js";

/**
 * @param {Element} parent
 * @param {Element[]} nodes
 */
export function arrange(parent, nodes) {
  const focused = document.activeElement;
  putInOrder(parent, nodes);
  // A node that is moved loses the focus.
  if (focused instanceof HTMLElement && focused.isConnected && focused !== document.activeElement) {
    focused.focus({ preventScroll: true });
  }
}
