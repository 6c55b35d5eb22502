/** Where a token comes from: the page's function or property, or an address of the page's site. */

import { SessionEnded, Unreachable } from "./logic/problems.js";

/**
 * Returns a function that asks the page for a fresh token.
 *
 * @param {import("./widget.js").SellerAssistant} host
 * @returns {() => Promise<string>} raises SessionEnded or Unreachable
 */
export function tokenSource(host) {
  let given = "";
  return async () => {
    if (host.getToken !== null) return checked(await fromPage(host.getToken));
    if (host.token !== null) {
      if (host.token === given) throw new SessionEnded("the page gave no newer token");
      given = host.token;
      return checked(given);
    }
    const address = host.getAttribute("token-url");
    if (address === null) throw new SessionEnded("the page names no seller");
    return checked(await fetched(new URL(address, document.baseURI)));
  };
}

/** @param {() => string | Promise<string>} getToken */
async function fromPage(getToken) {
  try {
    return await getToken();
  } catch (error) {
    throw new Unreachable(`the page's getToken failed: ${error}`);
  }
}

/** @param {URL} address */
async function fetched(address) {
  let answer;
  try {
    answer = await fetch(address, {
      credentials: "same-origin",
      cache: "no-store",
      headers: { Accept: "application/json" },
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (answer.status === 429 || answer.status >= 500) throw new Unreachable(`${answer.status}`);
  if (!answer.ok || answer.redirected) throw new SessionEnded(`${answer.status}`);
  try {
    return (await answer.json()).token;
  } catch {
    throw new SessionEnded("no token in the answer"); // a sign-in page, most likely
  }
}

/** @param {unknown} token */
function checked(token) {
  if (typeof token !== "string" || token === "") throw new SessionEnded("no token");
  return token;
}
