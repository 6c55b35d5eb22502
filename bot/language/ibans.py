"""Bank account numbers: which lengths countries give an IBAN, and its check digits."""

from __future__ import annotations

import re

_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 "
    "CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FO18 FR27 GA27 GB22 "
    "GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KM27 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MR27 MT31 MU30 NE28 "
    "NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 SN28 ST25 SV28 "
    "TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
"""ISO 13616's register, and the African countries that use the same form without being in it."""

LENGTHS = {each[:2]: int(each[2:]) for each in _LENGTHS.split()}
_FEWEST_DIGITS = 10
"""Fewer digits after the country are words; the least are those of Malta, 11 with the check's."""

_ENDS = re.compile(r"[ .-]|$")


def iban_end(piece: str) -> int:
    """Returns how much of a piece from its beginning is an IBAN, 0 when none is."""
    ends = [match.start() for match in _ENDS.finditer(piece)]
    return next((end for end in reversed(ends) if is_iban(piece[:end])), 0)


def is_iban(piece: str) -> bool:
    """Tells an IBAN by its country's length and its check digits, however it is grouped."""
    compact = "".join(re.findall("[0-9A-Z]", piece.upper()))
    if len(compact) != LENGTHS.get(compact[:2]):
        return False
    if compact.startswith("FO") and not compact[2:].isdigit():
        return False  # an order number and the words after it: a Faroese IBAN is FO and 16 digits
    if sum(character.isdigit() for character in compact) < _FEWEST_DIGITS:
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
