"""Who is said to cancel an order, and whether both agree."""

from __future__ import annotations

import re
from typing import Literal

from bot.language.normalisation import expand_sms, fold

_BUYER = (
    r"(?:client\w*|acheteu\w+|cliente|buyer|lui|elle|il|"
    r"(?:le|la|mon|ma|ce|cet|cette) (?:monsieur|dame|mec|gars|type))"
)
_CANCELS = r"(?:annul\w*|cancel\w*|se retire\w*|se desist\w*|decommand\w*|resili\w*)"
_BUYER_CANCELS = re.compile(
    rf"\b{_BUYER}(?: \w+[- ]?\w*)? (?:qui |a |me |m'|vient d'|va |veut |souhaite |demande (?:a |d')?|decide d'|l')*{_CANCELS}"
    rf"|\bannulee? par (?:le |la |mon |ma |l')?{_BUYER}"
    r"|\bsi c'est (?:(?:le |la |mon |ma |l')?(?:client\w*|acheteu\w+|buyer)|lui|elle)\b"
)
_SELLER_CANCELS = re.compile(
    rf"\b(?:je|j'|moi)(?: \w+)? ?(?:l'|d'|veux |dois |peux |vais |souhaite )*{_CANCELS}|\bde mon cote\b|\bannulee? par moi|"
    r"\bsi c'est moi\b"
)
_SUPPOSED = re.compile(
    rf"\bs(?:i|') ?(?:j'|je |on |(?:le |la |mon |ma |l'|un )?{_BUYER} )(?:l'|la |le |\w+ )?{_CANCELS}"
)
_MUTUAL = re.compile(
    r"\b(?:a l'amiable|d'un commun accord|d'accord tous|on est d'accord|ensemble|mutuel\w*|l'amiable)\b"
)
_ALONE = re.compile(
    r"\b(?:sans (?:mon|son|l'|notre) ?accord|sans (?:me |lui )?demander|sans prevenir|tou(?:t|te) seul\w*|"
    r"unilateral\w*|pas d'accord)\b"
)


def who_cancels(text: str) -> Literal["buyer", "seller"] | None:
    """Returns who would cancel in a sentence, None where it is not said."""
    folded = fold(expand_sms(text))
    if _BUYER_CANCELS.search(folded):
        return "buyer"
    return "seller" if _SELLER_CANCELS.search(folded) else None


def supposes_cancellation(text: str) -> bool:
    """Tells "et si j'annule FO… ?" from a cancellation that happened or is asked for."""
    return bool(_SUPPOSED.search(fold(expand_sms(text))))


def is_mutual(text: str) -> bool | None:
    """Returns whether both are said to agree, None where it is not said."""
    folded = fold(expand_sms(text))
    if _ALONE.search(folded):
        return False
    return True if _MUTUAL.search(folded) else None
