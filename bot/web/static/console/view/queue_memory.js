/** Where in the queue somebody was, for the way back and for the next conversation: this tab's. */

const ADDRESS = "console:queue";
const IDS = "console:queue-ids";
const OPENED = "console:opened";

/** @param {string} address @param {string[]} ids  in the order shown */
export function rememberQueue(address, ids) {
  write(ADDRESS, address);
  write(IDS, JSON.stringify(ids));
}

/** @param {string} id */
export function rememberOpened(id) {
  write(OPENED, id);
}

/** The conversation opened last. */
export function lastOpened() {
  return read(OPENED);
}

/** The way back. */
export function queueAddress() {
  const address = read(ADDRESS);
  return address.startsWith("/console") ? address : "/console";
}

/**
 * Returns the conversations beside one, as the queue showed them last.
 *
 * @param {string} id
 * @returns {{before: string | null, after: string | null}}
 */
export function besideInQueue(id) {
  /** @type {string[]} */
  let ids = [];
  try {
    ids = JSON.parse(read(IDS) || "[]");
  } catch {
    // As good as none.
  }
  const index = ids.indexOf(id);
  if (index < 0) return { before: null, after: null };
  return { before: ids[index - 1] ?? null, after: ids[index + 1] ?? null };
}

/** @param {string} key */
function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} key @param {string} value */
function write(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // The queue itself is always there.
  }
}
