/** The sentences of the pages of answers. */

import { set } from "./french.js";

export const SAID = set({
  answer: "Réponse",
  version: "Version",
  online: "En ligne",
  written: "Écrite ici",
  delivered: "Livrée avec le logiciel",
  waits: "Une nouvelle version livrée avec le logiciel attend votre décision.",
  waitsShort: "Livraison à décider",
  dead: "La version choisie mène vers une question ou un article qui n’existe plus : celle du logiciel est servie.",
  deadShort: "Version choisie hors service",
  noDraft: "—",
  edit: "Modifier",

  // The editor
  title: "Titre (le choix que le vendeur peut toucher)",
  paragraph: "Paragraphe",
  text: "Texte",
  facts: "Faits portés par ce paragraphe",
  addPart: "Ajouter un paragraphe",
  up: "Monter",
  down: "Descendre",
  remove: "Retirer",
  ending: "À la fin",
  offer: "Question de fin (un « oui » prend le premier choix)",
  choice: "Choix",
  choiceTitle: "Texte du choix",
  leadsTo: "Mène à",
  addChoice: "Ajouter un choix",
  source: "Source",
  sourceName: "Nom de l’article",
  sourceLink: "Article",
  followUps: "Questions de suite",
  followUpsHint: "Ce que le vendeur peut demander ensuite, et les faits qui lui répondent.",
  asks: "Formulations, une par ligne",
  answersWith: "Répond par",
  partial: "Ne répond qu’en partie : un conseiller est proposé",
  why: "Pourquoi ce changement ?",
  whyHint: "Lu par qui approuve, et gardé avec la version.",

  // What can be done
  save: "Enregistrer",
  saved: "Brouillon enregistré.",
  unsaved: "Modifications non enregistrées",
  discard: "Écarter le brouillon",
  discardSure: "Écarter ce brouillon ? La version en ligne ne change pas.",
  discarded: "Brouillon écarté.",
  undoEdits: "Revenir au texte enregistré",
  approve: "Approuver",
  approveSure: "Approuver ce texte tel quel ?",
  approveHint: "Vous confirmez avoir relu chaque phrase qui change :",
  approved: "Brouillon approuvé : il peut être publié.",
  publish: "Publier",
  publishSure: "Publier cette réponse ? Les vendeurs la liront aussitôt.",
  published: "Réponse publiée.",
  rollBack: "Remettre en ligne",
  rolledBack: "Version remise en ligne.",
  keep: "Garder la nôtre",
  kept: "La version en ligne est maintenue.",
  takeDelivered: "Passer à la version livrée",
  show: "Voir",
  takeUp: "Reprendre ce texte",
  reason: "Raison",
  restored: "Votre texte non enregistré a été retrouvé.",
  meanwhile: "Ce brouillon a changé pendant que vous écriviez. Votre texte est encore là.",
  keepMine: "Garder mon texte par-dessus",
  takeTheirs: "Prendre l’autre texte",
  nobodyElse: "Vous avez écrit dans ce brouillon : une autre personne doit l’approuver.",

  // Checks and changes
  sound: "Rien à signaler",
  goTo: "Aller au champ",
  noChanges: "Rien ne change par rapport à la version en ligne.",
  before: "Avant :",
  after: "Après :",
  places: {
    title: "Titre", parts: "Texte", facts: "Faits par paragraphe", source: "Source", offer: "Question de fin",
    leads_on: "Choix", follow_ups: "Questions de suite",
  },
  noHistory: "Cette réponse a toujours été celle du logiciel.",
}); // prettier-ignore

/** @param {number} blocking @param {number} others */
export function problemsSaid(blocking, others) {
  if (blocking > 0) return blocking === 1 ? "1 problème à corriger" : `${blocking} problèmes à corriger`;
  if (others > 0) return others === 1 ? "1 point à relire" : `${others} points à relire`;
  return SAID.sound;
}

/** @param {string} name @param {string} when */
export function writtenBy(name, when) {
  return `par ${name}, ${when}`;
}

/** @param {number} length @param {number} limit */
export function lengthSaid(length, limit) {
  return `${length} caractères sur ${limit}`;
}

const MOMENT = new Intl.DateTimeFormat("fr-FR", { dateStyle: "medium", timeStyle: "short" });

/** @param {string} moment */
export function momentSaid(moment) {
  return MOMENT.format(new Date(moment));
}
