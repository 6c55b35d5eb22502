"""Personal data people paste: e-mail, phone, IBAN, card; found and masked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "phone", "iban", "card"]
MASKS: dict[Kind, str] = {
    "email": "[e-mail masqué]",
    "phone": "[téléphone masqué]",
    "iban": "[IBAN masqué]",
    "card": "[carte masquée]",
}
_EMAIL = re.compile(
    # From the beginning of a word only: otherwise a long word is read through from each letter.
    r"(?<![\w.+-])[\w.+-]+\s?(?:@|\(at\)|\[at\]| at | arobase )\s?[\w-]+(?:\s?(?:\.| point | dot )\s?[a-z]{2,})+",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){3,8}\b", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)")
_PHONE = re.compile(
    r"(?<![\w])(?:(?:\+|00)\d{1,3}[ .-]?(?:\(0\)[ ]?)?\d(?:[ .-]?\d){6,11}"
    r"|0\d(?:[ .-]?\d{2}){4}|0\d{2}[ ./-]\d{2,3}(?:[ .]\d{2}){2,3}"
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\d)"
)


@dataclass(frozen=True)
class Redaction:
    """One piece of personal data with its span in the text."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str) -> list[Redaction]:
    """Returns what should not be kept, in the order of the text, without overlaps."""
    found: list[Redaction] = []
    for kind, pattern, valid in (
        ("email", _EMAIL, lambda piece: True),
        ("iban", _IBAN, lambda piece: True),
        ("card", _CARD, _is_card),
        ("phone", _PHONE, lambda piece: True),
    ):
        for match in pattern.finditer(text):
            start, end = match.span()
            if kind == "iban":
                end = start + _iban_length(match.group())
            taken = any(start < r.end and r.start < end for r in found)
            if start < end and not taken and valid(match.group()):
                found.append(Redaction(kind, start, end))  # type: ignore[arg-type]
    return sorted(found, key=lambda redaction: redaction.start)


def redact(text: str) -> str:
    """Returns the text with personal data masked. Idempotent."""
    for found in reversed(find_personal_data(text)):
        text = text[: found.start] + MASKS[found.kind] + text[found.end :]
    return text


def _iban_length(piece: str) -> int:
    """Returns how much of a piece is an IBAN: the words after it may look like more of it."""
    ends = [m.start() for m in re.finditer(r" |$", piece)]
    return next((end for end in reversed(ends) if _is_iban(piece[:end])), 0)


def _is_iban(piece: str) -> bool:
    compact = piece.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34:
        return False
    if compact.startswith("FO") and not (compact[2:].isdigit() and len(compact) == 18):
        return False  # an order number and the words after it: a Faroese IBAN is FO and 16 digits
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def _is_card(piece: str) -> bool:
    digits = [int(c) for c in piece if c.isdigit()]
    doubled = [
        d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1
