"""Order numbers as people type them: ``FO`` and 8 to 12 letters or digits, or plain digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIX = re.compile(r"(?<![^\W_])#?(?P<prefix>f\s?o[\s#_-]{0,2})(?=[a-z0-9])", re.IGNORECASE)
_PIECE = re.compile(r"(?:[\s-]?)([a-z0-9]+)(?![^\W_])", re.IGNORECASE)
_MOST_PIECES = 3
_LENGTHS = (8, 12)
_EARLY_DIGIT = re.compile(r"[a-z]{0,3}\d", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?<![^\W_])(?P<number>f[o0](?P<tail>[a-z0-9]{8,12}))(?![^\W_])", re.IGNORECASE
)
_MARK = (
    r"(?:#|n\s?[°º]|(?<![^\W_])n(?=\d{5})|num(?:e|é)ro|num\b|no\b\.?|commandes?|comandes?|cmdes?|cmds?|cdes?|orders?|"
    r"la\s+(?=\d{5})|celle\s+)"
)
_MARKED = re.compile(
    rf"{_MARK}\s*(?:n\s?[°º]|num[eé]ro|#|:)?\s*(?P<number>\d{{4,10}})(?![\w]|[.,]\d)", re.I
)
_MARKED_IN_PIECES = re.compile(
    rf"{_MARK}\s*(?:n\s?[°º]|num[eé]ro|#|:)?\s*(?P<number>\d{{2,3}} \d{{3}})(?![\w ]*\d|[.,]\d)",
    re.I,
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
    for number in _lettered(text):
        _add(found, number)
    long_digits = [m.span() for m in _GROUPED_DIGITS.finditer(text) if _many_digits(m.group())]
    for pattern in (_MARKED_IN_PIECES, _MARKED, _BARE):
        for match in pattern.finditer(text):
            start, end = match.span("number")
            inside = any(s <= start and end <= e for s, e in long_digits)
            if inside or _NOT_A_NUMBER_AFTER.match(text[end:]):
                continue
            if match.group("number").startswith("0") and end - start == 10:
                continue  # a phone number
            _add(found, OrderNumber(match.group("number").replace(" ", ""), start, end))
    return sorted(found, key=lambda number: number.start)


def _lettered(text: str) -> list[OrderNumber]:
    """Returns those written in one piece first; then those with blanks or dashes inside."""
    found = [
        OrderNumber(f"FO{match.group('tail')}".upper(), match.start("number"), match.end("number"))
        for match in _COMPACT.finditer(text)
        if _is_compact_number(match.group("number"))
    ]
    for match in _PREFIX.finditer(text):
        number = _in_pieces(text, match.start("prefix"), match.end())
        if number is not None:
            found.append(number)
    return found


def _in_pieces(text: str, start: int, end: int) -> OrderNumber | None:
    """Reads "fo 21b8 a4c9": as many of the next pieces as look like one number."""
    pieces: list[tuple[str, int]] = []
    while len(pieces) < _MOST_PIECES and (piece := _PIECE.match(text, end)):
        end = piece.end()
        pieces.append((piece.group(1), end))
    for count in range(len(pieces), 0, -1):
        tail = [piece for piece, _ in pieces[:count]]
        if _LENGTHS[0] <= len("".join(tail)) <= _LENGTHS[1] and _is_spaced_number(tail):
            return OrderNumber(f"FO{''.join(tail).upper()}", start, pieces[count - 1][1])
    return None


def _is_compact_number(number: str) -> bool:
    """Tells FOABCDE1234 from FORMATION2026: a word, then a year or a digit, is a word."""
    tail = number[2:]
    if _FIRST_DIGIT.match(tail):
        return True
    return number.isupper() and not re.fullmatch(r"[A-Z]+(?:(?:19|20)\d\d|\d?)", tail)


def _is_spaced_number(pieces: list[str]) -> bool:
    """Tells whether pieces look like a number cut by blanks and not like words after "FO"."""
    if len(pieces) == 1:  # "fo 21b8a4c9", but not "fo livrer2026"
        return bool(_EARLY_DIGIT.match(pieces[0])) and len(re.findall(r"\d", pieces[0])) >= 2
    return all(re.search(r"\d", piece) for piece in pieces)


def _many_digits(text: str) -> bool:
    return sum(c.isdigit() for c in text) >= 11 or bool(re.match(r"\+|0\d[\s./-]", text))


def _add(found: list[OrderNumber], number: OrderNumber) -> None:
    if all(number.end <= other.start or number.start >= other.end for other in found):
        found.append(number)
