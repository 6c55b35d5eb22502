"""What a seller reads when a call is refused: a status, a code, a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import (
    AccessDenied,
    AssistantBusy,
    AssistantError,
    AssistantUnavailable,
    AuthenticationError,
    BadInput,
    Overloaded,
    StorageError,
    TokenExpired,
    TooLarge,
    TooManyRequests,
)

Table = Mapping[type[AssistantError], tuple[int, str]]
"""Status and code of each class of error; the first class that fits an error decides."""

REFUSALS: Table = {
    TokenExpired: (401, "token_expired"),
    AuthenticationError: (401, "token_invalid"),
    AccessDenied: (404, "not_found"),
    TooLarge: (413, "too_large"),
    TooManyRequests: (429, "too_many"),
    Overloaded: (503, "busy"),
    AssistantUnavailable: (503, "late"),
    StorageError: (503, "unavailable"),
}
"""BadInput is 422 with its own code."""

RETRY_SECONDS = 2
"""In how many seconds to come back when it is we who cannot answer."""

SENTENCES = {
    "token_expired": "Votre session a expiré. Reconnectez-vous pour continuer la conversation.",
    "token_invalid": "Reconnectez-vous pour continuer la conversation.",
    "not_found": "Nous n'avons pas trouvé ce que vous cherchez.",
    "method_not_allowed": "Cette action n'existe pas.",
    "too_large": "Cet envoi est trop volumineux. Essayez avec un message plus court.",
    "too_many": "Vous allez un peu vite pour moi. Réessayez dans quelques instants.",
    "busy": "Beaucoup de vendeurs nous écrivent en ce moment. Réessayez dans quelques instants.",
    "late": "Je réponds un peu lentement. Votre message est gardé.",
    "unavailable": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
    "unreadable": "Cette demande est illisible. Rechargez la page, puis réessayez.",
    "text_empty": "Écrivez quelques mots avant d'envoyer.",
    "text_too_long": "Votre message dépasse {limit} caractères. Pouvez-vous le raccourcir ?",
    "comment_too_long": "Votre commentaire dépasse {limit} caractères. Pouvez-vous le raccourcir ?",
    "internal": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
}


def refusal_of(error: AssistantError) -> tuple[int, str]:
    """Returns status and code for an error of ours."""
    return refusal_in(REFUSALS, error)


def refusal_in(table: Table, error: AssistantError) -> tuple[int, str]:
    """Returns status and code for an error of ours, by the table of one API."""
    for kind, found in table.items():
        if isinstance(error, kind):
            return found
    if isinstance(error, BadInput):
        return 422, error.code
    return 500, "internal"


def code_of_status(status: int) -> str:
    """Returns the code for a path or a method that is not there."""
    return {404: "not_found", 405: "method_not_allowed"}.get(status, "unreadable")


def refusal_headers(error: AssistantError, status: int) -> dict[str, str]:
    """Returns the headers that say what a caller can do about it."""
    if isinstance(error, (TooManyRequests, AssistantBusy, Overloaded)):
        return {"Retry-After": str(error.retry_after)}
    if status == 503:
        return {"Retry-After": str(RETRY_SECONDS)}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}
