"""What the staff read when a call is refused: a status, a code, a sentence."""

from __future__ import annotations

from bot.errors import (
    AccessDenied,
    AccountRefused,
    AssistantError,
    AssistantUnavailable,
    BadInput,
    ForgedRequest,
    NotSignedIn,
    RoleMissing,
    SignInRefused,
    StorageError,
    TooLarge,
    TooManyRequests,
    UnknownAccount,
)

REFUSALS: dict[type[AssistantError], tuple[int, str]] = {
    SignInRefused: (401, "login_refused"),
    NotSignedIn: (401, "not_signed_in"),
    RoleMissing: (403, "role_missing"),
    ForgedRequest: (403, "forged_request"),
    UnknownAccount: (404, "unknown_account"),
    AccessDenied: (404, "not_found"),
    TooLarge: (413, "too_large"),
    TooManyRequests: (429, "too_many"),
    AssistantUnavailable: (503, "unavailable"),
    StorageError: (503, "unavailable"),
}
"""The first class that fits an error decides; BadInput and AccountRefused bring their code."""

SENTENCES = {
    "login_refused": "L'identifiant ou le mot de passe ne correspond pas.",
    "not_signed_in": "Votre session est terminée. Reconnectez-vous pour continuer.",
    "role_missing": "Cette action demande un autre rôle que le vôtre.",
    "forged_request": "Cette demande n'a pas pu être vérifiée. Rechargez la page, puis réessayez.",
    "unknown_account": "Ce compte n'existe pas.",
    "own_account": "Vous ne pouvez pas changer vos propres droits : demandez à un autre admin.",
    "last_admin": "Il faut au moins un admin actif : nommez-en un autre d'abord.",
    "not_found": "Nous n'avons pas trouvé ce que vous cherchez.",
    "method_not_allowed": "Cette action n'existe pas.",
    "too_large": "Cet envoi est trop volumineux.",
    "too_many": "Trop d'essais pour le moment. Réessayez dans quelques instants.",
    "unavailable": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
    "unreadable": "Cette demande est illisible. Rechargez la page, puis réessayez.",
    "internal": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
}


def refusal_of(error: AssistantError) -> tuple[int, str]:
    """Returns status and code for an error of ours."""
    for kind, found in REFUSALS.items():
        if isinstance(error, kind):
            return found
    if isinstance(error, AccountRefused):
        return 409, error.code
    if isinstance(error, BadInput):
        return 422, error.code
    return 500, "internal"
