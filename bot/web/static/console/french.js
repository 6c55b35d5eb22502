/** The sentences that the console's scripts say; what the server says comes in French already. */

import { typeset } from "../widget/french.js";

const SAID = {
  themes: {
    system: "Thème : celui de l’appareil",
    light: "Thème : clair",
    dark: "Thème : sombre",
  },
  sessionEnded: "Votre session a expiré. Reconnectez-vous : vos textes sont gardés.",
  signIn: "Se reconnecter",
  unreachable: "Le serveur ne répond pas. Vos textes sont gardés ; réessayez dans un instant.",
  failed: "Cela n’a pas fonctionné. Réessayez dans un instant.",
  close: "Fermer",
  cancel: "Annuler",
  keys: "Touches",
  singleKeys: "Utiliser les touches à une lettre",
  help: "Cette liste",
  nothingFound: "Rien ne correspond.",
  typeToFilter: "Tapez pour chercher",

  // What things are called
  levels: { urgent: "Urgente", high: "Élevée", normal: "Normale", low: "Faible" },
  levelChosen: "Urgence choisie par l’équipe",
  states: { bot: "Avec l’assistant", waiting: "En attente", human: "En cours", resolved: "Close" },
  authors: { bot: "Assistant", agent: "Conseiller", system: "Information" },
  helpful: "A aidé",
  unhelpful: "N’a pas aidé",
  unsure: "incertain",
  noTopic: "Sujet inconnu",
  me: "Moi",
  fresh: "Nouvelle",
  gone: "N’est plus ici",
  waits: "Attend depuis",
  claim: "Prendre",
  undo: "Annuler",
  undone: "C’est annulé.",

  // The queue
  queue: "File d’attente",
  more: "Afficher les suivantes",
  reading: "Chargement…",
  live: "",
  polling: "Actualisée toutes les 5 s",
  offline: "Connexion perdue. La liste reprend d’elle-même dès son retour.",
  emptyTitle: "Rien n’attend",
  emptyText: "Les prochaines demandes s’afficheront ici d’elles-mêmes.",
  emptyMine: "Vous n’avez aucune conversation en cours.",
  narrowedTitle: "Aucun résultat",
  narrowedText: "Aucune conversation ne répond à ces critères.",
  clear: "Effacer les critères",
  queueKeys: {
    next: "Conversation suivante",
    previous: "Conversation précédente",
    open: "Ouvrir la conversation",
    claim: "Prendre la conversation",
    search: "Chercher",
    refresh: "Remettre la liste dans l’ordre",
    leave: "Quitter la recherche ou la ligne",
  },
};

/**
 * Sets every sentence, however deep.
 *
 * @template T
 * @param {T} said
 * @returns {T}
 */
export function set(said) {
  if (typeof said === "string") return /** @type {any} */ (typeset(said));
  const pairs = Object.entries(/** @type {object} */ (said));
  return /** @type {any} */ (Object.fromEntries(pairs.map(([key, value]) => [key, set(value)])));
}

export const FRENCH = set(SAID);

const LIST = new Intl.ListFormat("fr-FR", { type: "conjunction" });
const NUMBER = new Intl.NumberFormat("fr-FR");

/** @param {string} name */
export function heldByOther(name) {
  return `${name} s’occupe de cette conversation.`;
}

/** @param {string[]} names */
export function viewersSaid(names) {
  return names.length === 0 ? "" : `${LIST.format(names)} ${names.length === 1 ? "regarde" : "regardent"}`;
}

/** @param {number} shown @param {number} total */
export function shownOf(shown, total) {
  return `${NUMBER.format(shown)} sur ${NUMBER.format(Math.max(shown, total))}`;
}

/** @param {number} count  of new rows above the window */
export function newAbove(count) {
  return count === 1 ? "1 nouvelle plus haut" : `${NUMBER.format(count)} nouvelles plus haut`;
}

/** @param {number} waiting @param {string} page  @returns {string} the document's title */
export function titleOf(waiting, page) {
  return `${waiting > 0 ? `(${waiting}) ` : ""}${page} · Console`;
}
