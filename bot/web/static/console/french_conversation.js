/** The sentences of the conversation page. */

import { set } from "./french.js";

export const SAID = set({
  page: "Conversation",
  // Who holds it
  free: "Personne ne s’occupe de cette conversation.",
  freeBot: "L’assistant répond. Prenez la conversation pour répondre vous-même : il se taira.",
  merged: "Cette conversation est un doublon : la suite est dans l’autre.",
  openOther: "Ouvrir l’autre",
  next: "Suivante",
  backToQueue: "Revenir à la file",
  notFound: "Cette conversation n’existe pas, ou plus.",
  offline: "Connexion perdue. Vos textes sont gardés ; la page se remet à jour dès son retour.",

  // What can be done
  claim: "Prendre",
  takeOver: "Reprendre",
  resolve: "Clore",
  handBack: "Rendre à l’assistant",
  release: "Remettre dans la file",
  reassign: "Confier à quelqu’un…",
  snooze: "Mettre en pause…",
  wake: "Sortir de la pause",
  merge: "Fusionner un doublon…",
  separate: "Séparer",
  priority: "Changer l’urgence…",
  topic: "Corriger le sujet…",
  reopen: "Rouvrir",
  csv: "Exporter en CSV",
  others: "Autres actions",

  // What was done
  done: {
    claim: "Vous avez pris la conversation.",
    takeOver: "Vous avez repris la conversation.",
    resolve: "Conversation close.",
    handBack: "Rendue à l’assistant.",
    release: "Remise dans la file.",
    reassign: "Conversation confiée.",
    snooze: "Mise en pause.",
    wake: "Sortie de la pause.",
    merge: "Conversations fusionnées.",
    separate: "Conversations séparées.",
    priority: "Urgence changée.",
    topic: "Sujet corrigé.",
    reopen: "Conversation rouverte.",
  },

  // Choosing
  chooseOutcome: "Clore avec quel résultat ?",
  outcomes: {
    answered: "Répondu", solved: "Résolu", no_reply: "Sans nouvelles du vendeur",
    duplicate: "Doublon", not_ours: "Ne nous concerne pas",
  },
  chooseStaff: "Confier à qui ?",
  chooseSnooze: "En pause jusqu’à quand ?",
  chooseLevel: "Quelle urgence ?",
  byRules: "Selon les règles",
  chooseTopic: "De quoi s’agit-il ?",
  chooseDuplicate: "Avec quelle conversation de ce vendeur ?",
  noDuplicate: "Ce vendeur n’a pas d’autre conversation ouverte.",
  chooseCanned: "Réponses types",
  noCanned: "Aucune réponse type ne correspond.",
  unsentTitle: "Votre réponse n’est pas envoyée",
  unsentText: "Elle reste ici en brouillon. Continuer quand même ?",
  goOn: "Continuer",

  // Writing
  replyPlaceholder: "Écrivez au vendeur…",
  notePlaceholder: "Écrivez à l’équipe…",
  claimFirst: "Prenez la conversation pour répondre (touche c).",
  from: "d’après",
  sending: "Envoi…",
  sendAgain: "Renvoyer",
  takeBack: "Reprendre le texte",
  unconfirmed: "L’envoi n’a pas été confirmé. Renvoyer ne l’enverra pas deux fois.",
  noteFailed: "Note non enregistrée.",
  note: "Note interne",

  // The transcript
  empty: "Aucun message pour le moment.",
  pressed: "choisi",

  // Suggestions
  suggestions: "Réponses proposées",
  send: "Envoyer",
  edit: "Modifier",
  dismiss: "Écarter",
  readAll: "Lire en entier",
  source: "Source",

  // The panel
  order: "Commande",
  then: "À la demande",
  now: "Maintenant",
  noOrder: "Aucune commande en jeu.",
  unchanged: "inchangée",
  due: "Livraison",
  late: "en retard",
  seller: "Vendeur",
  sellerId: "Identifiant",
  ordersOpen: "Commandes en cours",
  rate: "Taux d’exécution",
  noRate: "pas encore de taux",
  unknown: "indisponible",
  slots: "Relevé dans l’échange",
  answers: "Réponses déjà données",
  noAnswers: "L’assistant n’a encore rien répondu.",
  actions: "Actions tentées",
  noActions: "Aucune action tentée.",
  duplicates: "Doublons réunis ici",
  history: "Historique",
  undo: "Annuler",

  keys: {
    claim: "Prendre (ou reprendre, superviseur)",
    reply: "Écrire au vendeur",
    note: "Écrire une note interne",
    canned: "Réponses types",
    suggestions: "Modifier la réponse proposée 1, 2 ou 3",
    resolve: "Clore",
    handBack: "Rendre à l’assistant",
    release: "Remettre dans la file",
    reassign: "Confier à quelqu’un",
    snooze: "Mettre en pause",
    merge: "Fusionner un doublon",
    priority: "Changer l’urgence",
    topic: "Corriger le sujet",
    undo: "Annuler la dernière action",
    next: "Conversation suivante, précédente",
    leave: "Quitter le champ, puis revenir à la file",
  },
});

/** @param {string} name */
export function tookOver(name) {
  return set(`${name} a repris cette conversation. Votre texte est gardé.`);
}

/** @param {string[]} names  of variables */
export function fillIn(names) {
  const listed = names.map((name) => `{${name}}`).join(", ");
  return set(`À remplir avant l’envoi : ${listed}`);
}

/** @param {number} over */
export function tooLong(over) {
  return set(`${over} caractère${over === 1 ? "" : "s"} de trop.`);
}

/** @param {string} name */
export function writes(name) {
  return set(`${name} écrit…`);
}

/** @param {string} outcome */
export function closedWith(outcome) {
  return set(outcome === "" ? "Conversation close." : `Conversation close : ${outcome}.`);
}

/** @param {string} when */
export function pausedUntil(when) {
  return set(`En pause jusqu’à ${when}.`);
}
