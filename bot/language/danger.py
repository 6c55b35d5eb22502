"""Words of danger, which bring a human at once whatever else the message is about."""

from __future__ import annotations

import re
from typing import Literal

from bot.language.normalisation import expand_sms, fold

Danger = Literal["self", "threatened", "threatens"]

_SELF = re.compile(
    r"\b(?:me suicider|(?:mon|au|le) suicide|me foutre en l'air|me flinguer|me pendre|me tirer une balle|"
    r"(?:je (?:vais|veux|pense a)|envie de|pense a) me tuer|me jeter (?:sous|par|du|d'un)|me faire du mal|"
    r"mettre fin a (?:mes jours|ma vie|tout)|(?:envie?|vais|vai|veux|preferer?ais?) (?:(?:d'? ?)?en finir|de mourir|mourir|"
    r"etre mort[e]?|crever)\b(?! avec (?!la vie)(?:ce|cet|cette|le|la|les|mon|ma|mes)\b)|"
    r"(?:veux|vaux|envie de) (?:plus|pas) vivre|plus (?:envie|le gout) de vivre|"
    r"pense (?:a|au) (?:suicide|mourir|en finir))"
)
_BUYER = r"(?:client\w*|acheteu\w+|buyer|il|elle|on|quelqu'un|ce (?:type|mec|gars|monsieur)|cette (?:dame|personne))"
_HARM = (
    r"(?:tuer|buter|frapper|tabasser|casser la (?:gueule|figure)|defoncer|planter|egorger|violer|agresser|"
    r"venir chez moi|debarquer chez moi|cramer|bruler ma|faire la peau)"
)
_THREATENED = re.compile(
    rf"\b{_BUYER} (?:m'a |a |me |m'|nous )*(?:menac\w+|jure|veut|va|dit qu'il va) (?:de |me |m'|nous )*{_HARM}\b|"
    r"\b(?:menac\w+) (?:\w+ )?(?:de (?:mort|viol)|physiquement|avec (?:un|une) (?:arme|couteau|flingue))\b|"
    r"\bsa(?:it|voir) ou (?:j'habite|je vis|habitent mes)\b|\b(?:m'attend|m'a suivi[e]?|rode) (?:en bas|devant) (?:de )?chez moi\b"
)
_THREATENS = re.compile(
    r"\bje (?:vais|viens|vai|veux)(?: te| vous| le| la| les| lui| leur|)(?: tous?)? "
    r"(?:tuer|buter|frapper|tabasser|casser la (?:gueule|figure)|defoncer|planter|egorger|cramer|"
    r"venir (?:dans|a) vos (?:bureaux|locaux)|faire (?:un carnage|sauter vos))\b|\bje vais venir dans vos (?:bureaux|locaux)\b"
)


_EVERYDAY = re.compile(
    r"\b(?:avec ses|a force de|de fatigue|a petit feu|de rire|de travail|me faire (?:tuer|engueuler|massacrer) par)\b"
)


def is_everyday_anger(text: str) -> bool:
    """Tells a manner of speaking: "mon client va me tuer avec ses retouches"."""
    return bool(_EVERYDAY.search(" ".join(fold(expand_sms(text)).split())))


def danger_in(text: str) -> Danger | None:
    """Returns who is in danger in the seller's words, None for the anger of every day.

    "Mon client va me tuer avec ses retouches" is such anger: only explicit words count.
    """
    folded = " ".join(fold(expand_sms(text)).split())
    if is_everyday_anger(text):
        return None
    if _THREATENED.search(folded):
        return "threatened"
    if _SELF.search(folded):
        return "self"
    return "threatens" if _THREATENS.search(folded) else None
