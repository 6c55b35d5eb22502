"""Order numbers as people type them: ``FO`` and 8 to 12 letters or digits, or plain digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTERED = re.compile(
    r"(?<![^\W_])#?(?P<number>f\s?o[\s#_-]{0,2}(?P<tail>[a-z0-9](?:[\s-]?[a-z0-9]){7,11}))(?![^\W_])",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<![^\W_])(?P<number>fo(?P<tail>[a-z0-9]{8,12}))(?![^\W_])", re.IGNORECASE)
_MARK = (
    r"(?:#|n\s?[°º]|num(?:e|é)ro|num\b|no\b\.?|commandes?|comandes?|cmdes?|cmds?|cdes?|orders?|"
    r"la\s+(?=\d{5})|celle\s+)"
)
_MARKED = re.compile(
    rf"{_MARK}\s*(?:n\s?[°º]|num[eé]ro|#|:)?\s*(?P<number>\d{{4,10}})(?![\w]|[.,]\d)", re.I
)
_BARE = re.compile(r"(?<![\w.,/+:€$-])(?P<number>\d{5,10})(?![\w/:%€$-]|[.,]\d)")
_NOT_A_NUMBER_AFTER = re.compile(
    r"^\s*(?:€|\$|%|euros?|eur\b|balles|dollars?|usd|cad|chf|francs?|fcfa|f\s?cfa|dhs?|dirhams?|"
    r"dinars?|da\b|mots?|pages?|caract|signes|vues|abonn|clients?|vendeurs?|ans?\b|jours?|heures?|"
    r"h\b|min|px|ko|mo|go|km|kg)",
    re.IGNORECASE,
)
_FIRST_DIGIT = re.compile(r"[a-z]{0,4}\d", re.IGNORECASE)  # so that FORMATION2026 is a word
_GROUPED_DIGITS = re.compile(r"(?:\+?\d[\d\s./-]{8,}\d)")


@dataclass(frozen=True)
class OrderNumber:
    """An order number in its canonical form, with its span in the text."""

    value: str
    start: int
    end: int


def find_order_numbers(text: str) -> list[OrderNumber]:
    """Returns the order numbers of a text, in its order, without overlaps.

    Lettered numbers need a digit after ``FO``, so that French words never are one. Plain digits
    need five, or a mark ("#", "n°", "commande") before four; amounts, dates, hours, durations,
    phone, card and account numbers are none.
    """
    found: list[OrderNumber] = []
    for match in _lettered(text):
        tail = re.sub(r"[\s-]", "", match.group("tail"))
        _add(found, OrderNumber(f"FO{tail.upper()}", match.start("number"), match.end("number")))
    long_digits = [m.span() for m in _GROUPED_DIGITS.finditer(text) if _many_digits(m.group())]
    for pattern in (_MARKED, _BARE):
        for match in pattern.finditer(text):
            start, end = match.span("number")
            inside = any(s <= start and end <= e for s, e in long_digits)
            if inside or _NOT_A_NUMBER_AFTER.match(text[end:]):
                continue
            if match.group("number").startswith("0") and end - start == 10:
                continue  # a phone number
            _add(found, OrderNumber(match.group("number"), start, end))
    return sorted(found, key=lambda number: number.start)


def _lettered(text: str) -> list[re.Match[str]]:
    """Returns matches written in one piece first; then those with blanks or dashes inside."""
    compact = [m for m in _COMPACT.finditer(text) if _FIRST_DIGIT.match(m.group("tail"))]
    rest = text
    for match in compact:
        rest = rest[: match.start()] + "\0" * len(match.group()) + rest[match.end() :]
    spaced = [m for m in _LETTERED.finditer(rest) if _is_spaced_number(m.group("tail"))]
    return compact + spaced


def _is_spaced_number(tail: str) -> bool:
    """Tells whether pieces look like a number cut by blanks and not like words after "FO"."""
    pieces = re.split(r"[\s-]+", tail)
    return 2 <= len(pieces) <= 3 and all(re.search(r"\d", piece) for piece in pieces)


def _many_digits(text: str) -> bool:
    return sum(c.isdigit() for c in text) >= 11 or bool(re.match(r"\+|0\d[\s./-]", text))


def _add(found: list[OrderNumber], number: OrderNumber) -> None:
    if all(number.end <= other.start or number.start >= other.end for other in found):
        found.append(number)
