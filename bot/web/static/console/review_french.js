/** What the pages of review and of models say. */

import { typeset } from "../widget/french.js";

export const REASONS = {
  corrected: "Sujet corrigé",
  thumbs_down: "Réponse jugée inutile",
  escalated: "Passé à un conseiller",
  low_confidence: "Compris sans certitude",
};

export const SAID = {
  accept: "Oui",
  undone: typeset("Décision annulée."),
  reviewed: "Relecture",
  waiting: (/** @type {number} */ n) => `${n} à relire`,
  toExport: (/** @type {number} */ n) => `${n} à exporter`,
  exported: (/** @type {number} */ n) => `${n} ${n > 1 ? "exportées" : "exportée"}`,
  refused: (/** @type {number} */ n) => `${n} ${n > 1 ? "refusées" : "refusée"} par les contrôles`,
  answered: (/** @type {string} */ title) => typeset(`Réponse donnée : « ${title} »`),
  noAnswer: "Sans réponse de l’assistant",
  withheld: (/** @type {number} */ n) =>
    typeset(
      n > 1
        ? `${n} messages ne peuvent pas être anonymisés pour le moment : ils ne sont pas montrés.`
        : "Un message ne peut pas être anonymisé pour le moment : il n’est pas montré.",
    ),
  keys: {
    accept: "Accepter le sujet proposé",
    choose: "Choisir un autre sujet de la liste",
    search: "Chercher parmi tous les sujets",
    skip: "Ne pas utiliser ce message",
    undo: "Annuler la dernière décision",
    leave: "Quitter la recherche",
  },
};

export const MODELS = {
  states: { live: "En service", shadow: "À l’essai", retired: "Retiré", unused: "Disponible" },
  problems: { missing: "Fichier introuvable", broken: "Impossible à charger" },
  newest: "le plus récent",
  promote: "Mettre en service",
  shadow: "Mettre à l’essai",
  endShadow: "Arrêter l’essai",
  promoteQuestion: (/** @type {string} */ name) => typeset(`Mettre ${name} en service ?`),
  promoteText: typeset("Il est chargé à côté de l’autre, puis répond aux messages suivants. Aucun échange n’est perdu, et le modèle précédent peut revenir."),
  rollBackQuestion: typeset("Revenir au modèle précédent ?"),
  rollBackText: typeset("Il est chargé, puis répond aux messages suivants. Aucun échange n’est perdu."),
  shadowQuestion: (/** @type {string} */ name) => typeset(`Mettre ${name} à l’essai ?`),
  shadowText: typeset("Il lit chaque message après la réponse, sans rien dire aux vendeurs. Ses désaccords sont listés ici."),
  rollBack: "Revenir",
  serving: (/** @type {string} */ name) => typeset(`Ce serveur répond avec ${name}.`),
  loading: (/** @type {string} */ live, /** @type {string} */ serving) =>
    typeset(`${live} est en cours de chargement. D’ici là, ce serveur répond avec ${serving}.`),
  failed: (/** @type {string} */ name) =>
    typeset(`${name} n’a pas pu être chargé : le modèle d’avant continue de répondre. La cause est dans le journal du serveur.`),
  read: (/** @type {number} */ read, /** @type {number} */ different) =>
    `${read} ${read > 1 ? "messages lus" : "message lu"}, ${different} ${different > 1 ? "désaccords" : "désaccord"}`,
  dropped: (/** @type {number} */ n) => `${n} non ${n > 1 ? "lus" : "lu"}`,
  noDifference: "Aucun désaccord pour le moment.",
  more: "Afficher les suivants",
};
