/** Every sentence of the widget itself, in French; what the assistant says comes from the server. */

/** @param {string} text  @returns {string} with the no-break spaces French asks for */
export function typeset(text) {
  return text
    .replace(/[ \u00a0](?=[:;!?»%€])/g, "\u00a0")
    .replace(/«[ \u00a0]/g, "«\u00a0");
}

const NUMBER = new Intl.NumberFormat("fr-FR");

/** @param {number} count @param {string} one @param {string} many */
function counted(count, one, many) {
  return `${NUMBER.format(count)} ${Math.abs(count) < 2 ? one : many}`;
}

const SAID = {
  // The launcher
  open: "Ouvrir l’assistant vendeurs",
  close: "Fermer l’assistant",
  loading: "L’assistant s’ouvre…",
  loadFailed: "L’assistant n’a pas pu s’ouvrir. Vérifiez votre connexion, puis réessayez.",

  // The panel
  name: "Assistant vendeurs",
  messages: "Messages",
  automatic: "Réponses automatiques",
  withPerson: "Vous parlez à une personne",
  waitingForPerson: "Une personne va vous répondre",
  conversation: "Conversation avec l’assistant",
  menu: "Autres actions",
  beginAnew: "Nouvelle conversation",
  past: "Conversations précédentes",
  download: "Télécharger la conversation",
  rate: "Donner mon avis",
  person: "Parler à une personne",
  askPerson: "Je voudrais parler à une personne",
  sound: "Son à l’arrivée d’un message",
  suggestions: "Pour commencer",
  earlier: "Voir les messages précédents",
  newBelow: "Nouveau message plus bas",

  // Writing
  write: "Votre message",
  placeholder: "Écrivez votre message…",
  send: "Envoyer",
  keys: "Entrée pour envoyer, Maj + Entrée pour aller à la ligne",
  noFiles:
    "Je ne peux pas encore recevoir de fichiers. Décrivez-moi ce qu’il contient, ou demandez à parler à une personne.",

  // Messages
  you: "Vous",
  assistant: "Assistant automatique",
  agent: "Conseiller",
  information: "Information",
  sending: "Envoi en cours…",
  sent: "Envoyé",
  waiting: "En attente d’envoi",
  waitingForNetwork: "En attente de connexion",
  refused: "Non envoyé",
  sendAgain: "Renvoyer",
  edit: "Modifier",
  discard: "Supprimer",
  dismiss: "Fermer ce message",
  stale: "Ce message attendait depuis longtemps. Voulez-vous toujours l’envoyer ?",
  choices: "Réponses proposées",
  chosen: "choisi",
  newWindow: "nouvelle fenêtre",
  helpful: "Cette réponse m’a aidé",
  unhelpful: "Cette réponse ne m’a pas aidé",
  thanks: "Merci pour votre avis !",
  typing: "L’assistant écrit…",

  // Standing in the way
  connecting: "Connexion en cours…",
  offline: "Pas de connexion. Vos messages partiront dès son retour.",
  back: "Connexion rétablie.",
  ended: "Votre session a expiré. Reconnectez-vous au site, puis reprenez : rien n’est perdu.",
  resume: "Reprendre",
  failed: "Cela n’a pas fonctionné. Réessayez dans un instant.",
  gone: "Cette conversation n’est plus disponible. En voici une autre.",

  // Past conversations
  returnToChat: "Revenir à la conversation",
  pastLoading: "Chargement de vos conversations…",
  pastEmpty: "Vous n’avez pas encore de conversation.",
  noPreview: "Conversation sans message",
  current: "affichée",
  states: { bot: "", waiting: "En attente d’une personne", human: "Avec une personne", resolved: "Terminée" },

  // The rating
  ratingTitle: "Cette conversation vous a-t-elle été utile ?",
  stars: ["Pas du tout utile", "Peu utile", "Moyennement utile", "Utile", "Très utile"],
  comment: "Un mot de plus ? (facultatif)",
  sendRating: "Envoyer mon avis",
  later: "Plus tard",
  chooseStars: "Choisissez de une à cinq étoiles.",
};

/**
 * Sets every sentence, however deep.
 *
 * @template T
 * @param {T} said
 * @returns {T}
 */
function set(said) {
  if (typeof said === "string") return /** @type {any} */ (typeset(said));
  if (Array.isArray(said)) return /** @type {any} */ (said.map(set));
  const pairs = Object.entries(/** @type {object} */ (said));
  return /** @type {any} */ (Object.fromEntries(pairs.map(([key, value]) => [key, set(value)])));
}

export const FRENCH = set(SAID);

/** @param {number} count */
export function openWithUnread(count) {
  const messages = counted(count, "message non lu", "messages non lus");
  return count === 0 ? FRENCH.open : `${FRENCH.open}, ${messages}`;
}

/** @param {number} length @param {number} limit */
export function lengthOf(length, limit) {
  return `${NUMBER.format(length)} / ${NUMBER.format(limit)}`;
}

/** @param {number} left @param {number} over */
export function lengthSaid(left, over) {
  if (over > 0) {
    return typeset(`Votre message dépasse la limite de ${counted(over, "caractère", "caractères")}.`);
  }
  return typeset(`Il vous reste ${counted(left, "caractère", "caractères")}.`);
}

/** @param {number} seconds */
export function waitSaid(seconds) {
  return typeset(
    `Un instant : l’envoi reprend dans ${counted(seconds, "seconde", "secondes")}.`,
  );
}

/** @param {string | null | undefined} name */
export function agentTyping(name) {
  return name ? `${name} écrit…` : "Un conseiller écrit…";
}

/** @param {number} stars */
export function starsSaid(stars) {
  return `${counted(stars, "étoile", "étoiles")} : ${FRENCH.stars[stars - 1] ?? ""}`.replace(" :", "\u00a0:");
}
