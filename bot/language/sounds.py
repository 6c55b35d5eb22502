"""How a French word sounds, roughly: words that are spelled alike by ear share one key.

The rules follow the usual grapheme table of French (as in Soundex FR and Phonex), cut down to
what people mix up when they write by ear: "anulé", "annuler" and "annulez" are one sound.
"""

from __future__ import annotations

import functools
import re

from bot.language.normalisation import clean, fold

_RULES = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"h(?<![cps]h)", ""),
        (r"([bdfglmnprtkz])\1+", r"\1"),
        (r"(?:eaux?|aux?|ault|ots?|os)$|eau|au", "o"),
        (r"(?:ers?|ez|ées?|és?|aits?|aient|ais|ai|ets?)$", "é"),
        (r"oeu", "9"),
        (r"ou", "w"),
        (r"oi|oy", "wa"),
        (r"(?:ain|ein|aim|yn|ym|in|im|un|um)(?![aeiouyénm9])", "1"),
        (r"(?:en|em|an|am|aon)(?![aeiouyénm9])", "2"),
        (r"(?:on|om)(?![aeiouyénm9])", "3"),
        (r"a[iy]|ei", "é"),
        (r"eu", "9"),
        (r"ph", "f"),
        (r"s?ch|sh", "8"),
        (r"gn", "ni"),
        (r"ill|il$|ll(?=[iy])", "i"),
        (r"sc(?=[eiéy9])|c(?=[eiéy129])|ç|ss|t(?=i3)|s(?=i3)", "S"),
        (r"[sz]", "S"),
        (r"pt", "t"),
        (r"g(?=[eiéy])", "j"),
        (r"gu(?=[eiéy0-9])", "g"),
        (r"qu|q|ck|cc|c", "k"),
        (r"x", "kS"),
        (r"y", "i"),
        (r"(?<=.)(?:e?S|e|t|d|pS?|kS|dS|tS)$", ""),
        (r"(?<=[^aiouwé0-9])[eé](?=[^aiouwé0-9e])", ""),
        (r"(.)\1+", r"\1"),
    )
]
_KEPT = {"é": "é", "è": "é", "ê": "é", "ë": "é", "ç": "ç"}


@functools.lru_cache(maxsize=65536)
def sound_of(word: str) -> str:
    """Returns the sound key of one word; a word that would have none keeps its letters."""
    plain = "".join(_KEPT.get(letter) or fold(letter) for letter in clean(word).lower())
    sound = plain
    for pattern, replacement in _RULES:
        sound = pattern.sub(replacement, sound)
    return sound or plain
