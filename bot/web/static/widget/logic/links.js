/** Text with addresses in it, taken apart: only http and https ever become links. */

/** @typedef {{text: string, url: string | null}} Piece */

const ADDRESS = /\bhttps?:\/\/[^\s<>"'«»\u00a0\u202f]+/giu;
const CLOSING = /[.,;:!?…)\]}*_]+$/u;

/**
 * Returns the text in pieces; joined they are the text again, to the letter.
 *
 * @param {string} text
 * @returns {Piece[]}
 */
export function piecesOf(text) {
  /** @type {Piece[]} */
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutClosing(match[0]);
    const url = webAddress(address);
    if (url === null) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), url: null });
    pieces.push({ text: address, url });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), url: null });
  return pieces;
}

const SOURCE = /^(Source\s:\s)«\s*(.+?)\s*»\s—\s(https?:\/\/\S+)$/u;

/**
 * Returns the source line of an approved answer as the article's name that is a link; any other
 * line as `piecesOf` does. Only for what we wrote: a name must not hide where a stranger's link leads.
 *
 * @param {string} line
 * @returns {Piece[]}
 */
export function sourcePiecesOf(line) {
  const [, before, name, address] = SOURCE.exec(line) ?? [];
  const url = address === undefined ? null : webAddress(address);
  return url === null ? piecesOf(line) : [{ text: before, url: null }, { text: name, url }];
}

/**
 * Leaves out the punctuation of the sentence around an address; a bracket it opened itself stays.
 *
 * @param {string} address
 */
function withoutClosing(address) {
  let kept = address;
  for (;;) {
    const closing = CLOSING.exec(kept)?.[0] ?? "";
    if (closing === "") return kept;
    const last = closing.at(-1);
    if (last === ")" && count(kept, "(") >= count(kept, ")")) return kept;
    kept = kept.slice(0, -1);
  }
}

/** @param {string} text @param {string} letter */
function count(text, letter) {
  return text.split(letter).length - 1;
}

/**
 * @param {string} address
 * @returns {string | null}
 */
export function webAddress(address) {
  try {
    const url = new URL(address);
    const web = url.protocol === "https:" || url.protocol === "http:";
    // A name before the host is how look-alike addresses are made.
    return web && url.username === "" && url.password === "" ? url.href : null;
  } catch {
    return null;
  }
}
