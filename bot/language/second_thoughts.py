"""Second thoughts about a value: going back to an earlier one, or putting a word in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.normalisation import clean, expand_sms, fold, fold_letters
from bot.language.reasons import tells_trouble

_PUTS_BACK = re.compile(
    r"\b(?:remet\w*|reprend\w*|reprenez|reviens|revenons|revenez|retourne\w*)\b"
)
_KEEPS = re.compile(r"\b(?:garde[rz]?|gardons|laisse[rz]?|conserve[rz]?)\b")
_WAS_RIGHT = re.compile(
    r"\b(?:etait|etaient|allait) (?:tres |plus |tout a fait )?(?:bien|bonne?s?|mieux|juste|correcte?|ok|parfaite?)\b"
)
_FORMER = re.compile(
    r"\b(?:premiere?|ancien(?:ne)?|precedente?|d'avant|initiale?|du debut|d'origine|comme avant|"
    r"comme au debut|comme c'etait|comme tout a l'heure)\b"
)
_FIELDS = {
    "order": re.compile(r"\bcommandes?\b"),
    "days": re.compile(r"\b(?:duree|jours?|delai|date)\b"),
    "reason": re.compile(r"\b(?:raison|motif|explication|justification)\b"),
}
_NOT_THIS = re.compile(
    r"^[\s,.!]*(?:(?:non|nan|euh|ah|en fait|pardon|attends?|attendez)[\s,.!]+)*(?:c'est |c'etait |ce n'est )?pas "
    r"(?P<wrong>[^,;.!?]{2,60}?)\s*(?:,|;|\bmais\b|\bplutot\b|\bc'est\b)[\s,]*(?:mais |c'est |plutot |c'etait )*"
    r"(?P<right>[^,;.!?]{2,80}?)[\s.!]*$"
)
_NO_WORD_OF_A_REASON = frozenset(["ca", "cela", "grave", "la peine", "bon", "moi", "un", "une"])
_AS_AGREED = re.compile(r"\b(?:date|delai)\b.{0,12}\b(?:initiale?|d'origine|prevue?|du debut)\b")


@dataclass(frozen=True)
class GoingBack:
    """A wish to have an earlier value again.

    ``field`` is "order", "days" or "reason" where it is named, else None. ``former`` tells that
    an earlier value is spoken of as such; without it only the value named, in ``text``, tells.
    """

    field: str | None
    former: bool
    text: str


def goes_back(text: str) -> GoingBack | None:
    """Returns what "remets la première raison" or "4 c'était bien" wants back, or None.

    "On garde la date initiale" wants no more time at all: that is none.
    """
    folded = fold(expand_sms(text)).strip()
    if _AS_AGREED.search(folded):
        return None
    puts_back, was_right = _PUTS_BACK.search(folded), _WAS_RIGHT.search(folded)
    if "?" in folded or not (puts_back or was_right or _KEEPS.search(folded)):
        return None
    field = next((name for name, words in _FIELDS.items() if words.search(folded)), None)
    former = bool(_FORMER.search(folded)) or bool(puts_back and field)
    return GoingBack(field, former, folded)


def with_word_replaced(text: str, value: str) -> str | None:
    """Returns a value with what a text says is wrong in it put right, or None.

    "C'est pas l'écran, c'est la carte" makes "l'écran a lâché" into "la carte a lâché".
    """
    plain = clean(text)
    match = _NOT_THIS.match(fold_letters(plain))
    if match is None:
        return None
    wrong, right = (plain[slice(*match.span(name))].strip() for name in ("wrong", "right"))
    if fold_letters(wrong) in _NO_WORD_OF_A_REASON or not right:
        return None
    there = re.search(rf"(?<!\w){re.escape(fold_letters(wrong))}(?!\w)", fold_letters(value))
    if there is None:
        return None
    if there.start() > 0 and tells_trouble(right) and not tells_trouble(value):
        return right  # nobody "waits for the flu": it is another reason
    return value[: there.start()] + right + value[there.end() :]
