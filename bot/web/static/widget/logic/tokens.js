/** The seller's token: fetched from the site, fetched again before it ends, never twice at once. */

const MARGIN = 20_000;

/**
 * @typedef {{sub?: string, exp?: number, iat?: number}} Claims
 */

/**
 * Returns what a token says, without verifying it: the server does that.
 *
 * @param {string} token
 * @returns {Claims}
 */
export function claimsOf(token) {
  try {
    const body = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const claims = JSON.parse(atob(body));
    return claims !== null && typeof claims === "object" ? claims : {};
  } catch {
    return {};
  }
}

export class Tokens {
  /**
   * @param {() => Promise<string>} fetchToken  raises SessionEnded or Unreachable
   * @param {() => number} now
   */
  constructor(fetchToken, now = Date.now) {
    this._fetch = fetchToken;
    this._now = now;
    /** @type {string | null} */
    this._token = null;
    this._staleAt = 0;
    /** @type {Promise<string> | null} */
    this._fetching = null;
  }

  /** Returns a token that still lasts a while. */
  async current() {
    if (this._token !== null && this._now() < this._staleAt) return this._token;
    return this._renewed();
  }

  /**
   * Returns another token than the one the server refused.
   *
   * @param {string} refused
   */
  async instead(refused) {
    if (this._token !== null && this._token !== refused) return this._token;
    return this._renewed();
  }

  /** @returns {Promise<string>} */
  _renewed() {
    this._fetching ??= this._fetch()
      .then((token) => this._keep(token))
      .finally(() => {
        this._fetching = null;
      });
    return this._fetching;
  }

  /** @param {string} token */
  _keep(token) {
    const { exp, iat } = claimsOf(token);
    // A life counted from its arrival: the seller's clock may be hours off the server's.
    const begins = iat === undefined ? this._now() : iat * 1000;
    const life = exp === undefined ? Infinity : exp * 1000 - begins;
    this._staleAt = this._now() + life - Math.min(MARGIN, life / 4);
    this._token = token;
    return token;
  }
}
