/** Names under which the widget keeps things in the browser. */

export const PREFIX = "seller-assistant:";
/** There once the seller has a conversation: from then on their news is worth a connection. */
export const KNOWN = `${PREFIX}known`;
