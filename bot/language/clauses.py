"""Where one message may hold two requests: sentences and coordinated clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.normalisation import expand_sms, fold

_BOUNDARY = re.compile(
    r"(?:[.!?;\n]+\s+|[?!;\n]+|\s*,?\s+(?:et aussi|et sinon|et puis|sinon|au fait|aussi|par contre|"
    r"et du coup|ainsi que|au passage|et|mais|puis|ensuite)\s+"
    r"|\s*,\s+(?=(?:est-ce|comment|combien|quand|o[uù] |c'est (?:quoi|o[uù])|quel|qui |un[e]? autre|"
    r"l'autre|dis|dites|donne|montre|prolonge|demande|je (?:veux|voudrais))))",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;\n]+(?:\s+|$)")
_MINIMUM_WORDS = 2
_SHORTEST_SENTENCE = 3
_ASKS = re.compile(
    r"\?|\b(?:en est|la liste|quoi|parler|rajoute[sz]?|mon t(?:au)?x|me faudrait|transfere[rz]?|passez|jours? de plus|comment|combien|pourquoi|quand|ou (?:en|est|se|je|puis)|c'est (?:ou|quoi)|quel(?:le)?s?|qui|est-ce|"
    r"je (?:voudrais|veux|souhaite|dois|peux|fais|demande|cherche)|j'aimerais|dis|dites|donne[sz]?|montre[sz]?|"
    r"rappel(?:le)?[sz]?|rappelez|demande[sz]?|prolonge[sz]?|affiche[sz]?|peux|pouvez|pourrie[zr]|passe[sz]?|"
    r"decale[sz]?|ajoute[sz]?|faut|besoin|statut|mets|mettez|verifie[sz]?|regarde[sz]?|calcule[sz]?|signale[sz]?|"
    r"bloque[rz]?|how|what|where)\b"
)


@dataclass(frozen=True)
class Clause:
    """A part of a message with its span: ``text == message[start:end]``."""

    text: str
    start: int
    end: int


def asks_something(text: str) -> bool:
    """Tells whether a clause asks or wants something, rather than only telling what happened."""
    return bool(_ASKS.search(fold(expand_sms(text))))


def split_clauses(message: str) -> list[Clause]:
    """Returns the parts of a message between sentence ends and coordinating words, in order.

    Parts shorter than two words are left out. A message that cannot be divided gives itself.
    """
    return _split(message, _BOUNDARY, _MINIMUM_WORDS)


def split_sentences(message: str) -> list[Clause]:
    """Returns the sentences of a message of at least three words, in order."""
    return _split(message, _SENTENCE_END, _SHORTEST_SENTENCE)


def _split(message: str, boundaries: re.Pattern[str], minimum: int) -> list[Clause]:
    clauses = []
    position = 0
    for boundary in [*boundaries.finditer(message), None]:
        end = boundary.start() if boundary else len(message)
        if boundary and boundary.group().lstrip()[:1] in "?!":
            end = boundary.start() + 1
        clause = _trimmed(message, position, end)
        if clause and len(clause.text.split()) >= minimum:
            clauses.append(clause)
        position = boundary.end() if boundary else len(message)
    return clauses


def _trimmed(message: str, start: int, end: int) -> Clause | None:
    part = message[start:end]
    text = part.strip(" ,\n\t")
    if not text:
        return None
    offset = start + part.index(text)
    return Clause(text, offset, offset + len(text))
