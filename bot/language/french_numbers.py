"""Whole numbers written in French words, up to 99, with Belgian and Swiss tens."""

from __future__ import annotations

_UNITS = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "deu": 2, "trois": 3, "troi": 3, "quatre": 4,
    "quatres": 4, "quat": 4, "cinq": 5, "cinque": 5, "cink": 5, "six": 6, "sis": 6, "dis": 10, "sept": 7,
    "set": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13,
    "quatorze": 14, "quinze": 15, "kinze": 15, "seize": 16, "ten": 10, "two": 2, "three": 3,
    "four": 4, "five": 5, "seven": 7, "a": 1, "one": 1,
}  # fmt: skip
_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
    "septante": 70, "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_ROUND = {
    "demi-douzaine": 6, "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15,
    "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "couple": 2,
}  # fmt: skip

NUMBER_WORDS = (
    r"(?:(?:vingt|trente|quarante|cinquante|soixante|septante|huitante|octante|nonante|quatre[- ]vingts?)"
    r"(?:[- ](?:et[- ])?(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|"
    r"seize)(?:[- ](?:sept|huit|neuf))?)?|dix[- ](?:sept|huit|neuf)|"
    + "|".join(sorted(_UNITS, key=len, reverse=True))
    + r"|demi-douzaine|huitaine|dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|couple)"
)
"""A regular expression, on folded text, for the numbers ``number_of`` reads."""


def number_of(text: str) -> int | None:
    """Returns the number of digits or of folded French words, None when it is none."""
    if text.lstrip("+-").isdecimal():
        return int(text)
    if text in _ROUND:
        return _ROUND[text]
    total, known = 0, False
    words = (
        text.replace("-", " ")
        .replace("quatre vingts", "octante")
        .replace("quatre vingt", "octante")
    )
    for word in words.split():
        if word == "et":
            continue
        value = _TENS.get(word, _UNITS.get(word))
        if value is None:
            return None
        total, known = total + value, True
    return total if known else None
