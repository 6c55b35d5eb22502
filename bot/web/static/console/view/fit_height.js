/** Fields as tall as what is written in them; how tall at most is the style sheet's to say. */

/** @param {HTMLTextAreaElement} field */
export function fitHeight(field) {
  field.style.height = "auto";
  const borders = field.offsetHeight - field.clientHeight;
  if (field.scrollHeight > 0) field.style.height = `${field.scrollHeight + borders}px`;
}
