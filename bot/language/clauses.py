"""Where one message may hold two requests: sentences and coordinated clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOUNDARY = re.compile(
    r"(?:[.!?;\n]+\s+|[?!;\n]+|\s*,?\s+(?:et aussi|et sinon|et puis|sinon|au fait|aussi|par contre|"
    r"et du coup|et|mais|puis|ensuite)\s+)",
    re.IGNORECASE,
)
_MINIMUM_WORDS = 2


@dataclass(frozen=True)
class Clause:
    """A part of a message with its span: ``text == message[start:end]``."""

    text: str
    start: int
    end: int


def split_clauses(message: str) -> list[Clause]:
    """Returns the parts of a message between sentence ends and coordinating words, in order.

    Parts shorter than two words are left out. A message that cannot be divided gives itself.
    """
    clauses = []
    position = 0
    for boundary in [*_BOUNDARY.finditer(message), None]:
        end = boundary.start() if boundary else len(message)
        if boundary and boundary.group().lstrip()[:1] in "?!":
            end = boundary.start() + 1
        clause = _trimmed(message, position, end)
        if clause and len(clause.text.split()) >= _MINIMUM_WORDS:
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
