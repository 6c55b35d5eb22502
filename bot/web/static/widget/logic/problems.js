/** What can go wrong between the widget and the server; each asks for something else. */

/** The server or the network does not answer: wait, and try again. */
export class Unreachable extends Error {}

/** The site no longer says who the seller is: only signing in again helps. */
export class SessionEnded extends Error {}

/** The site names another seller than the one whose conversation is shown: begin again. */
export class SellerChanged extends Error {}

/** The server refused, with a kind sentence to show. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} sentence
   * @param {number | null} retryAfter  seconds
   */
  constructor(status, code, sentence, retryAfter) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Tells whether the same call may succeed later: too many calls, or a server in trouble. */
  get passes() {
    return this.status === 429 || this.status >= 500;
  }
}
