"""Messages made harder: without accents, in capitals, with typos, in SMS spelling.

None of these generators is used in training (bot.nlu.noise has its own).
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

_NEIGHBOURS = {
    "a": "zq", "b": "vn", "c": "xv", "d": "sf", "e": "rz", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "km", "m": "lp", "n": "bh", "o": "ip", "p": "om",
    "q": "sa", "r": "et", "s": "qd", "t": "ry", "u": "yi", "v": "cb", "w": "xs", "x": "wc",
    "y": "tu", "z": "ae",
}  # fmt: skip
"""On a French keyboard."""

_SMS = [
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\best-ce que\b", "esk"), (r"\bqu'est-ce que\b", "keske"), (r"\bc'est\b", "c"),
        (r"\bj'ai\b", "g"), (r"\bje suis\b", "chui"), (r"\bje\b ", "j"), (r"\bpour\b", "pr"),
        (r"\bdans\b", "ds"), (r"\bvous\b", "vs"), (r"\bnous\b", "ns"), (r"\bbeaucoup\b", "bcp"),
        (r"\bquelqu'un\b", "qqn"), (r"\btoujours\b", "tjrs"), (r"\bpourquoi\b", "pk"),
        (r"\bparce que\b", "pcq"), (r"\bavec\b", "avc"), (r"\bquand\b", "qd"), (r"\btout\b", "tt"),
        (r"\bplus\b", "+"), (r"\bmême\b", "mm"), (r"\bsalut\b", "slt"), (r"\bbonjour\b", "bjr"),
        (r"\bn'", ""), (r"\bne ", ""), (r"qu(?=[eéi'])", "k"), (r"eau", "o"), (r"ph", "f"),
        (r"(?<=\w{3})(?:er|ez)\b", "é"), (r"(?<=\w{3})[st]\b", ""), (r"ç", "s"),
    )
]  # fmt: skip


def without_accents(text: str, dice: random.Random) -> str:
    """Returns the text without accents."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def in_capitals(text: str, dice: random.Random) -> str:
    """Returns the text in capitals."""
    return text.upper()


def with_typos(text: str, dice: random.Random) -> str:
    """Returns the text with one edit for every eight letters of its words, numbers left whole."""
    letters = list(text)
    places = [i for i, c in enumerate(letters) if c.isalpha() and not _in_number(text, i)]
    for place in sorted(dice.sample(places, len(places) // 8), reverse=True):
        letter = letters[place]
        kind = dice.choice(("drop", "double", "neighbour", "swap"))
        if kind == "drop":
            letters[place] = ""
        elif kind == "double":
            letters[place] = letter * 2
        elif kind == "neighbour":
            letters[place] = dice.choice(_NEIGHBOURS.get(letter.lower(), letter))
        elif place + 1 < len(letters) and letters[place + 1].isalpha():
            letters[place], letters[place + 1] = letters[place + 1], letter
    return "".join(letters)


def in_sms_spelling(text: str, dice: random.Random) -> str:
    """Returns the text as written on a phone in a hurry: shortened, by ear, no punctuation."""
    for pattern, replacement in _SMS:
        text = pattern.sub(replacement, text)
    return re.sub(r"[,;:.!]+(?=\s|$)", "", without_accents(text, dice)).lower()


PERTURBATIONS: Mapping[str, Callable[[str, random.Random], str]] = {
    "accents dropped": without_accents,
    "capitals": in_capitals,
    "one edit in eight letters": with_typos,
    "SMS rewriting": in_sms_spelling,
}

CHANCE = frozenset({"one edit in eight letters"})
"""Those that come out otherwise with other dice."""


def _in_number(text: str, place: int) -> bool:
    start = place
    while start and text[start - 1].isalnum():
        start -= 1
    word = re.match(r"\w*", text[start:])
    return bool(word and any(c.isdigit() for c in word.group()))
