/** What staff are warned of on every page: what stands around us and fails. */

import { element } from "../../widget/view/element.js";
import { api, byId } from "../console_page.js";

/** Reads the warnings again and shows them; what cannot be read leaves those that are there. */
export async function showWarnings() {
  let said;
  try {
    said = (await api.get("/warnings")).warnings;
  } catch {
    return; // The page itself says that it reaches nobody.
  }
  const node = byId("warnings");
  const shown = [...node.children].map((one) => one.textContent);
  // A reader hears the region when it changes, so it is left alone when it does not.
  if (JSON.stringify(shown) === JSON.stringify(said)) return;
  node.replaceChildren(...said.map((/** @type {string} */ text) => element("p", { class: "notice is-warning" }, text)));
}
