"""Rude words, which must never reach a client as the reason of a request."""

from __future__ import annotations

import re

from bot.language.normalisation import expand_sms, fold

_RUDE = re.compile(
    r"\b(?:con+|conn(?:e|es|s)|connards?|connasses?|abruti[es]*|debiles?|cretin[es]*|idiot[es]*|imbeciles?|bouffons?|"
    r"batards?|salop\w*|salauds?|put(?:e|es|ain)|encul\w*|fdp|pd|ntm|ta (?:gueule|mere)|tg|ferme[- ]la|"
    r"merdes?|merdique|chiant[es]*|fait chier|faites chier|emmerd\w*|nul(?:s|le|les)? a chier|"
    r"(?:t'es|tu es|vous etes|espece de|bande de) nul(?:s|le|les)?|tocards?|branleurs?|casse[- ]couilles?)\b"
)


def is_rude(text: str) -> bool:
    """Tells whether a text holds words that nobody should send to a client."""
    return bool(_RUDE.search(fold(expand_sms(text))))
