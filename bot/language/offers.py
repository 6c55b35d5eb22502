"""Short answers to an offer: taken up, turned down, or pointing at one of several choices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.answers import Reply, ordinal_choice, read_reply
from bot.language.durations import requested_durations
from bot.language.normalisation import expand_sms, fold

MOST_WORDS = 8
"""A longer text says more than yes or no."""

_YES = r"(?:oui|ouais|ouep|ouaip|yes|yep|yeah|ui|ok|okay|d'accord|vas[- ]y|allez[- ]y|allez|go|carrement|volontiers|bien sur)"
_PLEASE = r"(?:s'il (?:te|vous) plait|please|merci|bien|je veux|je veux bien|avec plaisir|volontiers|alors|bah|ben|vas[- ]y|allez[- ]y)"
_DO = (
    r"(?:prolong\w+|demand\w+|montr\w+|affich\w+|dis|dites|donne[sz]?|expliqu\w+|calcul\w+|lanc\w+|fai(?:s|tes)|voir|voyons|"
    r"regard\w+|passe[sz]?|transfer\w+|appel\w+|envo(?:ie|yez)|commenc\w+|on (?:fait|y va|demande|prolonge|essaie)|"
    r"je (?:veux|voudrais|aimerais|prefere|souhaite)(?: (?:la|le|bien))?|j'aimerais)"
)
_IT = r"(?:[- ]?(?:la|le|les|moi|ca|nous|lui|bien|vite|tout|savoir|voir|demander|prolonger|(?:une?|la|le|ma|un) (?:prolongation|demande|humain|personne|conseiller|effet|taux)))"
_TAKES_UP = re.compile(
    rf"^(?:(?:ah|bah|ben|bon|eh|euh|alors|mais|la|pis|coudonc)[\s,]+)*"
    rf"(?:{_YES}(?:[\s,.!]+(?:{_YES}|{_PLEASE}|{_DO}{_IT}*))*|{_DO}{_IT}+(?:[\s,.!]+{_PLEASE})*)[\s,.!]*$"
)
_PRAISE_ONLY = re.compile(
    r"^(?:(?:ok|okay|ah|d'accord|super|parfait|top|nickel|impec\w*|tres bien|bien|c'est (?:bon|note|parfait)|tout bon|cool|"
    r"genial|ca marche|merci|beaucoup|pas de (?:souci|probleme)|exact\w*|correct|tout a fait)[\s,.!]*)+$"
)
_PLAIN_OK = re.compile(r"^(?:ok|okay|d'accord)[\s,.!]*$")
_NOTHING_MORE = re.compile(
    r"^(?:(?:non|nan|ok|oui|bon|ben|bah|merci|d'accord)[\s,.!]+)*(?:non|nan|nope|rien|rien (?:d'autre|de plus|du tout)|c'est (?:bon|tout|gentil|sympa)|"
    r"ca (?:ira|va(?: aller)?)|pas (?:maintenant|la peine|besoin|tout de suite|pour l'instant|la de suite)|plus tard|une autre fois|"
    r"je (?:prefere|vais) (?:pas|reflechir|voir|attendre)|je vais y reflechir|laisse(?:z)?(?: tomber)?|sans facon|c'est pas la peine)"
    r"(?:[\s,.!]+(?:merci|pour (?:l'instant|le moment)|bonne (?:journee|soiree)|beaucoup|quand meme|ca ira|c'est bon|c'est gentil|c'est tout))*[\s,.!]*$"
)
_EXTEND_IT = re.compile(
    r"\b(?:la|le|l'|celle[- ](?:la|ci)|cette (?:commande|livraison)|ca) ?(?:prolong(?!ation)|rallong|decal|repouss|report(?!s?\b))\w*|"
    r"^(?:(?:ok|oui|et|bon|vas[- ]y|allez[- ]y|allez|du coup|alors|tu peux|vous pouvez|on peut|je peux|peux[- ]tu|pouvez[- ]vous)[\s,]+)*"
    r"(?:prolong(?!ation)|rallong|decal|repouss|report(?!s?\b))\w*(?:[- ](?:la|le|ca))?(?: (?:alors|stp|svp|s'il (?:te|vous) plait))*[\s.!?]*$"
)
_AGAIN = re.compile(
    r"^(?:(?:ok|oui|bon|allez|alors|vas[- ]y|on|je|j'|tu peux|peux[- ]tu|vous pouvez)[\s,]*)*"
    r"(?:reessa\w+|re-?essa\w+|retent\w+|recommenc\w+|reprend\w*|reprenez|(?:essaie|essaye)[sz]? encore|encore une fois)"
    r"(?:[\s,.!]+(?:stp|svp|s'il (?:te|vous) plait|maintenant|alors|du debut|encore))*[\s,.!]*$"
)
_AFTER_ALL = re.compile(
    r"^(?:(?:non|ah|euh|oups|zut|attends?|attendez|en fait|finalement|j'ai change d'avis|je change d'avis|mais)[\s,!.]+)+"
    r"(?:si|oui|je (?:la )?veux bien|vas[- ]y|allez[- ]y|fai(?:s|tes)[- ]la|on (?:la )?fait|envoie[- ]la)"
    r"(?:[\s,!.]+(?:si|oui|vas[- ]y|allez[- ]y|quand meme|stp|svp|s'il (?:te|vous) plait|finalement|en fait|envoie[- ]la|fais[- ]la))*[\s,!.]*$"
)
_FILLERS = frozenset(
    [
        "celle",
        "celui",
        "la",
        "le",
        "les",
        "du",
        "de",
        "des",
        "d",
        "l",
        "un",
        "une",
        "pour",
        "c",
        "est",
        "cest",
        "ce",
        "commande",
        "bah",
        "euh",
        "ben",
        "non",
        "oui",
        "plutot",
        "svp",
        "stp",
        "s",
        "il",
        "te",
        "vous",
        "plait",
        "numero",
        "choix",
        "option",
        "ma",
        "mon",
        "mes",
        "avec",
        "client",
        "cliente",
    ]
)


def takes_up(text: str) -> bool:
    """Tells whether a text says yes to an offer: "oui", "ok vas-y", "oui stp", "montre-moi".

    Praise alone ("super merci", "c'est noté") is an acknowledgement, not a yes.
    """
    folded = _folded(text)
    if not _short(folded) or any(map(str.isdigit, folded)):
        return False
    if _PRAISE_ONLY.match(folded):
        return bool(_PLAIN_OK.match(folded))
    return read_reply(text) is Reply.YES or bool(_TAKES_UP.match(folded))


def turns_down(text: str) -> bool:
    """Tells whether a text says no to an offer, and nothing else: "non merci", "pas besoin"."""
    folded = _folded(text)
    return _short(folded) and bool(_NOTHING_MORE.match(folded))


def asks_to_extend_it(text: str) -> bool:
    """Tells "je peux la prolonger ?" or "prolonge-la", without any amount of time."""
    folded = _folded(text)
    if len(folded.split()) > MOST_WORDS or any(map(str.isdigit, folded)):
        return False
    negated = re.search(r"\b(?:pas|plus|jamais|comment|combien|pourquoi)\b", folded)
    return bool(_EXTEND_IT.search(folded)) and not negated and not requested_durations(text)


def asks_again(text: str) -> bool:
    """Tells "réessaye", "on recommence" and "finalement si, vas-y" from other words."""
    folded = _folded(text)
    return _short(folded) and bool(_AGAIN.match(folded) or _AFTER_ALL.match(folded))


def pointed_at(text: str, titles: Sequence[str], *, whole: bool = True) -> int | None:
    """Returns the place, from 0, of the one title a short text means, None if there is none.

    A text means a title when it is that title, names its place ("la deuxième", "2"), or when
    all its telling words stand in that title and in no other. Unless the titles are the
    ``whole`` list, "la dernière" is none of them.
    """
    folded = _folded(text).strip(" .!?")
    same = [place for place, title in enumerate(titles) if _folded(title).strip(" .!?") == folded]
    if len(same) == 1:
        return same[0]
    ordinal = ordinal_choice(text)
    if ordinal is not None and len(folded.split()) <= 4:
        place = ordinal - 1 if ordinal > 0 or not whole else len(titles) + ordinal
        return place if 0 <= place < len(titles) else None
    telling = [word for word in re.findall(r"\w+", folded) if word not in _FILLERS]
    if not telling or len(folded.split()) > MOST_WORDS:
        return None
    fitting = [
        place
        for place, title in enumerate(titles)
        if set(telling) <= set(re.findall(r"\w+", _folded(title)))
    ]
    return fitting[0] if len(fitting) == 1 else None


def same_words(text: str, title: str) -> bool:
    """Tells whether a text is a button's title, typed."""
    return _folded(text).strip(" .!?…") == _folded(title).strip(" .!?…")


def _folded(text: str) -> str:
    return " ".join(fold(expand_sms(text)).split())


def _short(folded: str) -> bool:
    return bool(folded) and "?" not in folded and len(folded.split()) <= MOST_WORDS
