/** The keys of the conversation page. */

import { FRENCH } from "./french.js";
import { SAID } from "./french_conversation.js";

/** @import { Binding } from "./logic/keys.js" */
/** @import { Option } from "./logic/options.js" */

const { keys } = SAID;

/** What each key does, in the order of the list. @type {Binding[]} */
export const KEYS = [
  { key: "c", command: "claim", said: keys.claim },
  { key: "r", command: "reply", said: keys.reply },
  { key: "/", command: "canned", said: keys.canned },
  { key: "1", command: "suggestion1", said: keys.suggestions, shown: "1 2 3" },
  { key: "2", command: "suggestion2", said: "" },
  { key: "3", command: "suggestion3", said: "" },
  { key: "n", command: "note", said: keys.note },
  { key: "e", command: "resolve", said: keys.resolve },
  { key: "h", command: "handBack", said: keys.handBack },
  { key: "l", command: "release", said: keys.release },
  { key: "a", command: "reassign", said: keys.reassign },
  { key: "s", command: "snooze", said: keys.snooze },
  { key: "m", command: "merge", said: keys.merge },
  { key: "p", command: "priority", said: keys.priority },
  { key: "t", command: "topic", said: keys.topic },
  { key: "u", command: "undo", said: keys.undo },
  { key: "j", command: "next", said: keys.next, shown: "j k" },
  { key: "k", command: "previous", said: "" },
  { key: "Escape", command: "leave", said: keys.leave, shown: "Échap" },
  { key: "?", command: "help", said: FRENCH.help },
];

/** Those that the list shows. */
export const KEYS_SAID = KEYS.filter(({ said }) => said !== "");

/** Commands that are options of the case, under the same name. @type {Record<string, Option>} */
export const OPTION_KEYS = Object.fromEntries(
  ["resolve", "handBack", "release", "reassign", "snooze", "merge", "priority", "topic"].map((name) => [name, /** @type {Option} */ (name)]),
);
