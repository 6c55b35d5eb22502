/** What single keys do, and when a key is somebody's writing instead. */

/**
 * @typedef {object} Binding
 * @property {string} key      as `KeyboardEvent.key` has it
 * @property {string} command
 * @property {string} said     in French, for the list of keys
 * @property {string} [shown]  how the list shows the key, if not as it is
 *
 * What of a KeyboardEvent and its target matters.
 * @typedef {object} Pressed
 * @property {string} key
 * @property {boolean} ctrlKey
 * @property {boolean} metaKey
 * @property {boolean} altKey
 * @property {boolean} isComposing
 * @property {boolean} defaultPrevented
 * @property {boolean} writing  whether the target is a place to write in or to choose from
 * @property {boolean} pressing  whether the target does something itself when Enter is pressed
 */

/**
 * Returns the command of a key; null when it has none here, or is not meant for us.
 *
 * @param {Pressed} pressed
 * @param {readonly Binding[]} bindings
 * @param {boolean} single  whether single letters are on; Escape and the arrows always are
 * @returns {string | null}
 */
export function commandOf(pressed, bindings, single) {
  if (pressed.defaultPrevented || pressed.isComposing) return null;
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (pressed.writing && pressed.key !== "Escape") return null;
  if (pressed.pressing && pressed.key === "Enter") return null;
  if (!single && pressed.key.length === 1) return null;
  const wanted = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  return bindings.find(({ key }) => key === wanted)?.command ?? null;
}
