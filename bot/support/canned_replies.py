"""Canned replies: approved sentences for staff, with places for values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import UnknownVariable

VARIABLES: Mapping[str, str] = {
    "seller_name": "nom du vendeur",
    "agent_name": "votre nom",
    "order_number": "numéro de la commande",
    "order_title": "titre de la commande",
    "buyer_name": "nom du client",
    "due_date": "date de livraison",
}
"""All there are, with what staff read where one has no value."""

_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


@dataclass(frozen=True)
class CannedReply:
    """One approved reply; ``text`` has ``{names}`` of VARIABLES."""

    id: str
    version: int
    title: str
    text: str
    location: str = ""


@dataclass(frozen=True)
class FilledReply:
    """A canned reply for one conversation; what is ``missing`` stands as ``{name}`` in its text."""

    id: str
    version: int
    title: str
    text: str
    missing: tuple[str, ...] = ()


def unfilled(text: str) -> tuple[str, ...]:
    """Returns the names in braces that a text still holds, each once, in its order."""
    return tuple(dict.fromkeys(name.strip() for name in _PLACE.findall(text)))


def require_filled(text: str) -> None:
    """Raises UnknownVariable for a text that must not be sent: names in braces, known or not."""
    names = unfilled(text)
    if names:
        raise UnknownVariable(names)


def fill(reply: CannedReply, values: Mapping[str, str | None]) -> FilledReply:
    """Returns the reply with the values there are; a value is never read for names itself."""
    missing: list[str] = []

    def put(place: re.Match[str]) -> str:
        name = place.group(1).strip()
        value = values.get(name)
        if value:
            return value
        missing.append(name)
        return f"{{{name}}}"

    text = _PLACE.sub(put, reply.text)
    return FilledReply(reply.id, reply.version, reply.title, text, tuple(dict.fromkeys(missing)))
