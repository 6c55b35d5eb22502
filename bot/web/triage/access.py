"""The way into the triage API: the key, the limits, and why a call is refused."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import (
    AssistantBusy,
    AssistantError,
    AssistantUnavailable,
    AuthenticationError,
    StorageError,
    TooLarge,
    TooManyRequests,
)
from bot.web.connections import logged_call, logged_error
from bot.web.observed import note_refusal
from bot.web.refusals import Table, code_of_status, refusal_headers, refusal_in

logger = logging.getLogger(__name__)

REFUSALS: Table = {
    AuthenticationError: (401, "key_invalid"),
    TooLarge: (413, "too_large"),
    TooManyRequests: (429, "too_many"),
    AssistantBusy: (503, "busy"),
    AssistantUnavailable: (503, "late"),
    StorageError: (503, "unavailable"),
}
"""BadInput is 422 with its own code."""

SENTENCES = {
    "key_invalid": "Une clé d'API valable est nécessaire : Authorization: Bearer … ou X-API-Key.",
    "too_large": "Cet envoi est trop volumineux.",
    "too_many": "La limite d'appels de cette clé est atteinte. Réessayez plus tard.",
    "busy": "Trop de tickets sont en cours de lecture. Réessayez dans quelques secondes.",
    "late": "Le modèle ne répond pas à temps. Réessayez dans un instant.",
    "unavailable": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
    "not_found": "Cette adresse n'existe pas.",
    "method_not_allowed": "Cette méthode n'existe pas ici.",
    "unreadable": "Cette demande est illisible : voyez la description de l'API.",
    "text_missing": "Le champ « text » manque, ou n'est pas un texte.",
    "text_empty": "Le texte du ticket est vide.",
    "text_too_long": "Le texte du ticket dépasse 20 000 caractères.",
    "subject": "L'objet n'est pas un texte de 300 caractères au plus.",
    "seller_id": "L'identifiant du vendeur est illisible.",
    "order_number": "Le numéro de commande est illisible.",
    "reference": "La référence du ticket est illisible.",
    "received_at": "La date de réception n'est pas une date avec fuseau horaire.",
    "open": "Le champ « open » est vrai ou faux.",
    "field_unknown": "Le ticket a un champ inconnu.",
    "seller_missing": "Pour ouvrir une conversation, il faut l'identifiant du vendeur.",
    "reference_missing": "Pour ouvrir une conversation, il faut la référence du ticket.",
    "batch_size": "Un lot contient de 1 à 100 tickets.",
    "internal": "Un problème technique nous empêche de répondre. Réessayez dans un instant.",
}


def key_name_of(request: Request) -> str:
    """Returns the name of the key a request carries; raises AuthenticationError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    secret = token.strip() if scheme.lower() == "bearer" else ""
    secret = secret or request.headers.get("x-api-key", "").strip()
    if not secret:
        raise AuthenticationError("no API key")
    name: str = request.app.state.application.triage_keys.name_of(secret)
    return name


def refusal_of(error: AssistantError) -> tuple[int, str]:
    """Returns status and code for an error of ours."""
    return refusal_in(REFUSALS, error)


def problem(code: str) -> dict[str, str]:
    """Returns ``{"code", "message"}``; a code nobody wrote a sentence for is "unreadable"."""
    code = code if code in SENTENCES else "unreadable"
    return {"code": code, "message": SENTENCES[code]}


async def on_refusal(request: Request, error: Exception) -> Response:
    """Says why a call was refused; the cause goes to the log only."""
    assert isinstance(error, AssistantError)
    status, code = refusal_of(error)
    logger.info("%s: %d %s", logged_call(request), status, logged_error(error))
    note_refusal(request, code)
    return JSONResponse({"error": problem(code)}, status, refusal_headers(error, status))


async def on_http_problem(request: Request, error: Exception) -> Response:
    """Says the same for a path or a method that is not there."""
    assert isinstance(error, HTTPException)
    code = code_of_status(error.status_code)
    return JSONResponse({"error": problem(code)}, error.status_code, dict(error.headers or {}))


async def on_failure(request: Request, error: Exception) -> Response:
    """Says that something of ours is broken; the server logs what."""
    return JSONResponse({"error": problem("internal")}, 500)
