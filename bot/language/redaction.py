"""Personal data people paste: e-mail, phone, IBAN, card, password; found and masked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.language.ibans import iban_end

Kind = Literal["email", "phone", "iban", "card", "password"]
MASKS: dict[Kind, str] = {
    "email": "[e-mail masqué]",
    "phone": "[téléphone masqué]",
    "iban": "[IBAN masqué]",
    "card": "[carte masquée]",
    "password": "[mot de passe masqué]",
}

# Length for length, so that what is found in the one text lies there in the other too.
_AS_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
        **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        "\uff20": "@",
        "\ufe6b": "@",
        "\uff0b": "+",
        "\uff0e": ".",
    }
)
_AT = r"(?:@|\(at\)|\[at\]|\{at\}| at | arobase | arobas |\(arobase\)|\[arobase\])"
_POINT = r"(?:\.| point | dot |\(point\)|\[point\]|\(dot\)|\[dot\])"
_EMAIL = re.compile(
    # From the beginning of a word only: otherwise a long word is read through from each letter.
    rf"(?<![\w.+'-])[\w.+'-]+\s?{_AT}\s?[\w-]+(?:\s?{_POINT}\s?[^\W\d_]{{2,}})+",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2} ?\d{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d+])\d(?:[ .-]?\d){12,18}(?!\d)")
_NATIONAL = (
    r"0\d(?:[ ./-]?\d{2}){4}"  # France, and Morocco: 06 12 34 56 78
    r"|0\d{2,3}[ ./-]\d{2,3}(?:[ ./-]\d{2}){2,3}"  # Belgium, Switzerland, Algeria: 0475/12.34.56
    r"|0\d[ ./-]\d{3}(?:[ ./-]\d{2}){2}"  # Belgium, Switzerland: 02 345 67 89
    r"|0\d(?:[ ./-]\d{3}){2}[ ./-]\d{2}"  # 06 123 456 78
    r"|(?:1[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]\d{3}[ .-]\d{4}"  # Québec: (514) 555-0199
)
_PHONE = re.compile(
    rf"(?<!\w)(?:(?:\+|00)\s?\d{{1,3}}[ ./-]?(?:\(0\)[ ]?)?\d(?:[ ./-]?\d){{6,11}}|{_NATIONAL})(?!\d)"
)
_CALLED = re.compile(
    # What only the word before it tells from an order number: 5145550199, 20 123 456.
    r"\b(?:t[ée]l(?:[ée]phone)?|portable|mobile|gsm|natel|cell(?:ulaire)?|whats?app|fixe|"
    r"num[ée]ro de t[ée]l(?:[ée]phone)?|appel(?:ez|er|le)(?:-moi)?(?: moi)?)"
    r"(?: (?:est|au|sur|c'est))?(?: (?:le|au))?[ .:]{0,4}"
    r"(?P<number>\+?\d(?:[ ./-]?\d){7,12})(?!\d)",
    re.IGNORECASE,
)
_SECRET = r"[^\s\[\],;«»\"]"
_PASSWORD = re.compile(
    # A secret holds a letter, and a digit or a sign: "mon mot de passe est perdu" tells nothing.
    r"\b(?:mots? de passe|mdp|password|passwd)(?: (?:est|c'est|à moi|actuel))* ?(?:[:=]|->|est|c'est)?\s?"
    r"(?!#?FO[ -]?[A-Z0-9]{8,12}\b)"
    rf"(?P<secret>(?={_SECRET}*[\d@#$%&*_+=\\])(?={_SECRET}*[A-Za-z]){_SECRET}{{5,}})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Redaction:
    """One piece of personal data with its span in the text."""

    kind: Kind
    start: int
    end: int


def find_personal_data(text: str) -> list[Redaction]:
    """Returns what should not be kept, in the order of the text, without overlaps."""
    text, found = text.translate(_AS_TYPED), list[Redaction]()
    for kind, spans in _FINDERS.items():
        for start, end in spans(text):
            if not any(start < other.end and other.start < end for other in found):
                found.append(Redaction(kind, start, end))
    return sorted(found, key=lambda redaction: redaction.start)


def redact(text: str) -> str:
    """Returns the text with personal data masked. Idempotent."""
    for found in reversed(find_personal_data(text)):
        text = text[: found.start] + MASKS[found.kind] + text[found.end :]
    return text


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(text))


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    """Yields IBANs; the words after one may look like more of it."""
    begin = 0
    while match := _IBAN.search(text, begin):
        length = iban_end(match.group())
        if length:
            yield match.start(), match.start() + length
        begin = match.start() + (length or 2)


def _cards(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _CARD.finditer(text) if _is_card(match.group()))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _PHONE.finditer(text))
    yield from (match.span("number") for match in _CALLED.finditer(text))


def _passwords(text: str) -> Iterator[tuple[int, int]]:
    return (match.span("secret") for match in _PASSWORD.finditer(text))


_FINDERS: dict[Kind, Callable[[str], Iterator[tuple[int, int]]]] = {
    "email": _emails,
    "iban": _ibans,
    "card": _cards,
    "phone": _phones,
    "password": _passwords,
}


def _is_card(piece: str) -> bool:
    """Tells by the last digit, after Luhn, whether a number can be a card's."""
    digits = [int(c) for c in piece if c.isdigit()]
    doubled = [
        d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0 and len(set(digits)) > 1
