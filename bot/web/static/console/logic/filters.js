/** Which cases the queue shows: in the page's address, so that a view can be kept and passed on. */

/**
 * The queue's views, by the name in the address; each is a part of the API's query.
 * @type {Record<string, Record<string, string>>}
 */
export const VIEWS = {
  waiting: { state: "waiting" },
  mine: { state: "human", holder: "me" },
  human: { state: "human" },
  snoozed: { state: "waiting,human", snoozed: "1" },
  resolved: { state: "resolved" },
  all: { state: "bot,waiting,human,resolved" },
};

export const SORTS = ["urgency", "waiting", "recent"];
export const CHOSEN = /** @type {const} */ (["topic", "reason", "holder", "urgency", "q"]);

/**
 * @typedef {object} Filters
 * @property {string} view
 * @property {string} sort
 * @property {string} topic
 * @property {string} reason
 * @property {string} holder
 * @property {string} urgency
 * @property {string} q
 */

/** @param {string} search  of the address  @returns {Filters} */
export function filtersOf(search) {
  const given = new URLSearchParams(search);
  const view = given.get("view") ?? "";
  const sort = given.get("sort") ?? "";
  const filters = { topic: "", reason: "", holder: "", urgency: "", q: "" };
  for (const name of CHOSEN) filters[name] = given.get(name)?.trim() ?? "";
  return {
    view: Object.hasOwn(VIEWS, view) ? view : "waiting",
    sort: SORTS.includes(sort) ? sort : "urgency",
    ...filters,
  };
}

/** @param {Filters} filters  @returns {string} the address; the usual is left out */
export function addressOf(filters) {
  const written = new URLSearchParams();
  if (filters.view !== "waiting") written.set("view", filters.view);
  if (filters.sort !== "urgency") written.set("sort", filters.sort);
  for (const name of CHOSEN) if (filters[name] !== "") written.set(name, filters[name]);
  const query = written.toString();
  return query === "" ? "/console" : `/console?${query}`;
}

/** @param {Filters} filters  @returns {URLSearchParams} the API's query */
export function queryOf(filters) {
  const query = new URLSearchParams(VIEWS[filters.view]);
  for (const name of CHOSEN) {
    // A view that says whose cases it shows knows better.
    if (filters[name] !== "" && !query.has(name)) query.set(name, filters[name]);
  }
  query.set("sort", filters.sort);
  return query;
}

/** Whether anything but the view narrows the list. @param {Filters} filters */
export function narrowed(filters) {
  return CHOSEN.some((name) => filters[name] !== "");
}
