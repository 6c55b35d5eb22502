"""What the staff read when a call is refused: a status, a code, a sentence."""

from __future__ import annotations

from typing import Any

from bot.errors import (
    AccessDenied,
    AccountRefused,
    AlreadyClaimed,
    AssistantError,
    AssistantUnavailable,
    CannotUndo,
    ChecksFailed,
    EditedMeanwhile,
    ForgedRequest,
    MarketplaceError,
    ModelRefused,
    NotApproved,
    NotHolder,
    NotPossible,
    NotSignedIn,
    OwnText,
    ReviewRefused,
    RoleMissing,
    ServedMeanwhile,
    SignInRefused,
    StorageError,
    TooLarge,
    TooManyRequests,
    UnknownAccount,
    UnknownAnswer,
    UnknownConversation,
    UnknownVariable,
)
from bot.support.desk import Holder
from bot.web.refusals import Table, refusal_in

REFUSALS: Table = {
    SignInRefused: (401, "login_refused"),
    NotSignedIn: (401, "not_signed_in"),
    RoleMissing: (403, "role_missing"),
    ForgedRequest: (403, "forged_request"),
    UnknownAccount: (404, "unknown_account"),
    UnknownAnswer: (404, "unknown_answer"),
    EditedMeanwhile: (409, "edited_meanwhile"),
    ServedMeanwhile: (409, "served_meanwhile"),
    NotApproved: (409, "not_approved"),
    OwnText: (409, "own_text"),
    ChecksFailed: (409, "checks_failed"),
    AccessDenied: (404, "not_found"),
    UnknownConversation: (404, "not_found"),
    AlreadyClaimed: (409, "already_claimed"),
    NotHolder: (409, "not_holder"),
    CannotUndo: (409, "cannot_undo"),
    TooLarge: (413, "too_large"),
    TooManyRequests: (429, "too_many"),
    AssistantUnavailable: (503, "unavailable"),
    StorageError: (503, "unavailable"),
    MarketplaceError: (503, "unavailable"),
}
"""AccountRefused, NotPossible, ModelRefused, ReviewRefused and BadInput bring their code."""

SENTENCES = {
    "login_refused": "L'identifiant ou le mot de passe ne correspond pas.",
    "not_signed_in": "Votre session est terminée. Reconnectez-vous pour continuer.",
    "role_missing": "Cette action demande un autre rôle que le vôtre.",
    "forged_request": "Cette demande n'a pas pu être vérifiée. Rechargez la page, puis réessayez.",
    "unknown_account": "Ce compte n'existe pas.",
    "own_account": "Vous ne pouvez pas changer vos propres droits : demandez à un autre admin.",
    "last_admin": "Il faut au moins un admin actif : nommez-en un autre d'abord.",
    "already_reviewed": "Une autre personne a déjà relu ce message.",
    "not_for_review": "Ce message n'est plus à relire.",
    "unknown_model": "Ce modèle n'existe pas.",
    "already_live": "Ce modèle est déjà en service.",
    "no_predecessor": "Aucun modèle n'était en service avant celui-ci.",
    "missing": "Le fichier de ce modèle est introuvable.",
    "nothing_live": "Aucun modèle n'est encore en service.",
    "not_found": "Nous n'avons pas trouvé ce que vous cherchez.",
    "method_not_allowed": "Cette action n'existe pas.",
    "already_claimed": "Quelqu'un d'autre vient de prendre cette conversation.",
    "not_holder": "Prenez d'abord cette conversation : elle n'est pas à vous.",
    "cannot_undo": "Il est trop tard pour annuler : autre chose s'est passé depuis.",
    "merged": "Cette conversation est fusionnée avec une autre.",
    "not_merged": "Cette conversation n'est pas fusionnée.",
    "has_duplicates": "D'autres conversations sont fusionnées avec celle-ci.",
    "same_conversation": "Une conversation ne se fusionne pas avec elle-même.",
    "another_seller": "Ces deux conversations ne sont pas du même vendeur.",
    "not_resolved": "Cette conversation n'est pas close.",
    "same_holder": "Cette personne a déjà la conversation.",
    "unknown_staff": "Cette personne n'est pas dans l'équipe.",
    "disabled_staff": "Le compte de cette personne est désactivé.",
    "outcome_unknown": "Cette issue n'existe pas.",
    "topic_unknown": "Ce sujet n'existe pas.",
    "level_unknown": "Cette urgence n'existe pas.",
    "sort_unknown": "Ce tri n'existe pas.",
    "limit_out_of_range": "Ce nombre de lignes n'est pas possible.",
    "snooze_out_of_range": "La mise en veille va d'un moment à venir jusqu'à 31 jours.",
    "unknown_answer": "Cette réponse ou cette version n'existe pas.",
    "edited_meanwhile": "Quelqu'un a changé ce brouillon entre-temps. Votre texte est gardé.",
    "served_meanwhile": "La version en ligne a changé entre-temps : relisez avant de décider.",
    "not_approved": "Ce texte n'est pas approuvé tel quel : il faut l'approuver de nouveau.",
    "own_text": "Vous avez écrit dans ce brouillon : une autre personne doit l'approuver.",
    "checks_failed": "Les contrôles trouvent encore des problèmes : corrigez-les d'abord.",
    "text_empty": "Écrivez quelques mots avant d'envoyer.",
    "text_too_long": "Ce texte est trop long : raccourcissez-le avant de l'envoyer.",
    "unknown_variable": "Il reste des mots entre accolades à remplacer avant l'envoi.",
    "too_large": "Cet envoi est trop volumineux.",
    "too_many": "Trop d'essais pour le moment. Réessayez dans quelques instants.",
    "unavailable": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
    "unreadable": "Cette demande est illisible. Rechargez la page, puis réessayez.",
    "period_unreadable": "Choisissez deux dates, celle du début puis celle de la fin.",
    "period_backwards": "La date de fin vient avant celle du début. Échangez-les.",
    "period_too_long": "Choisissez 366 jours au plus.",
    "period_unknown": "Il n'y a pas de chiffres pour ces dates.",
    "internal": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
}


def refusal_of(error: AssistantError) -> tuple[int, str]:
    """Returns status and code for an error of ours."""
    if isinstance(error, (AccountRefused, NotPossible, ModelRefused, ReviewRefused)):
        return 409, error.code
    return refusal_in(REFUSALS, error)


def details_of(error: AssistantError) -> dict[str, Any]:
    """Returns what a page needs to know besides: who holds it, what is left to fill in."""
    if isinstance(error, (AlreadyClaimed, NotHolder)):
        holder = error.holder
        if isinstance(holder, Holder):
            return {"holder": {"id": holder.id, "name": holder.name}}
        return {"holder": None}
    if isinstance(error, UnknownVariable):
        return {"names": list(error.names)}
    return {}
