"""Whether a message is only the beginning of what somebody is typing."""

from __future__ import annotations

import re

from bot.language.normalisation import expand_sms, fold

_OPENING = re.compile(
    r"^(?:bonjour|bonsoir|salut|hello|hey|coucou|salam|allo|yo|euh|alors|bon|voila|dites|dis|"
    r"en fait|attends?|attendez|svp|s'il (?:vous|te) plait|madame|monsieur|la team|tout le monde|"
    r"a tous|[ ,.!])+$"
)
_UNFINISHED = re.compile(r"(?:\.\.\.|…|,|:|\b(?:et|mais|car|que|de|le|la|les|un|une|mon|ma|pour))$")
_NOUN_ONLY = re.compile(r"^(?:mon|ma|mes|le|la|un|une) [\w'-]+$")


def is_fragment(text: str) -> bool:
    """Tells whether more is likely to follow at once: a bare greeting, an unfinished phrase."""
    folded = fold(expand_sms(text)).strip()
    if not folded or len(folded.split()) > 5 or "?" in folded:
        return False
    return bool(_OPENING.match(folded) or _UNFINISHED.search(folded) or _NOUN_ONLY.match(folded))
