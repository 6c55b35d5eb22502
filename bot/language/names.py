"""People's names in a text: those that are known, and those that a sentence gives away."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.language.markup import only_words
from bot.language.normalisation import clean, fold_letters
from bot.language.order_numbers import find_order_numbers

NAME_MASK = "[nom masqué]"
LINK_MASK = "[lien masqué]"

ANY_NAME = "Camille"
ANY_ORDER = "FO12345678"
"""What stands for every name and every order number in training data: one for all says nothing."""

_PARTICLES = frozenset(
    {
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "van",
        "von",
        "der",
        "el",
        "al",
        "ben",
        "da",
        "di",
        "dos",
    }
)
_FEWEST_LETTERS = 2
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?:[ -][A-ZÀ-ÖØ-Þ][\w'’-]+)*"
_GIVEN_AWAY = re.compile(
    rf"(?:\b(?i:monsieur|madame|mademoiselle|mme|mlle|mr)\s|\bM\.\s?|"
    rf"\b(?i:m'appelle|s'appelle|se nomme|me nomme|moi c'est|nommée?|appelée?)\s)(?P<name>{_NAME})"
)
_SIGNED = re.compile(
    r"(?:\b(?i:cordialement|cdlt|cdt|bien à vous|salutations|merci d'avance|bonne journée))"
    rf"[\s,.!]+(?P<name>{_NAME})\W*$"
)
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_NO_ANNOTATION = str.maketrans("[]", "()")
_MASKS = re.compile(r"\[[^\]\[]{2,20} masquée?\]")


def mask_names(text: str, names: Iterable[str]) -> str:
    """Returns the text without people's names and links. Idempotent.

    Masked are the given ``names`` in whole and by each of their words, whatever their accents
    and case; what follows "madame", "je m'appelle" and the like, with a capital; a signature.
    """
    text = _LINK.sub(LINK_MASK, text)
    spans = [match.span("name") for p in (_GIVEN_AWAY, _SIGNED) for match in p.finditer(text)]
    known = _known_words(names)
    if known:
        pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, known))})(?![^\W_])")
        spans += [match.span() for match in pattern.finditer(fold_letters(text))]
    masks = [match.span() for match in _MASKS.finditer(text)]
    for start, end in reversed(_merged(text, spans)):
        if not any(first <= start and end <= last for first, last in masks):
            text = text[:start] + NAME_MASK + text[end:]
    return text


def training_phrase(masked: str) -> str:
    """Returns a masked text as the training data hold it: one line, and nobody's.

    Every order number and every name becomes the same one; what else was masked is left out, as
    the model leaves it out. Square brackets would be annotations there.
    """
    text = masked.replace(NAME_MASK, ANY_NAME)
    for number in reversed(find_order_numbers(text)):
        text = text[: number.start] + ANY_ORDER + text[number.end :]
    text = clean(only_words(_MASKS.sub(" ", text)))
    return " ".join(text.translate(_NO_ANNOTATION).split())


def _known_words(names: Iterable[str]) -> list[str]:
    """Returns the words to look for, the longest first."""
    found = {
        word
        for name in names
        for word in _LETTERS.findall(fold_letters(name))
        if len(word) >= _FEWEST_LETTERS and word not in _PARTICLES
    }
    return sorted(found, key=lambda word: (-len(word), word))


def _merged(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Returns the spans in order; those with nothing but blanks or a hyphen between are one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip(" -'’"):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
