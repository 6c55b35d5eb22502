"""Amounts of time people ask for: "3 jours", "une petite semaine", "48h de plus"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from bot.language.french_numbers import NUMBER_WORDS, number_of
from bot.language.normalisation import expand_sms, fold, fold_letters

_NUMBER = rf"(?:(?<![a-z0-9])[-+]?\d+|\b{NUMBER_WORDS}\b)"
_UNIT = (
    r"(?P<unit>week[- ]?ends?|jours?|jour?s?|jrs?|journees?|days?|j(?!['’])|semaines?|smaines?|semaine|semanes?|sem|weeks?|"
    r"mois|months?|heures?|hours?|hrs?|h|demi[- ]?journees?)"
)
_AMOUNT = re.compile(
    rf"(?:(?P<low>{_NUMBER})(?:\s*(?:\ba\b|\bou\b|\bvoire\b)\s*|(?<=\d)\s?-\s?(?=\d)))?(?P<number>{_NUMBER})\s*"
    rf"(?P<vague>p'?tite?s?|pti(?:te)?s?|petite?s?|bonne?s?|grosse?s?|bons?|gros)?\s*(?:de\s|d')?{_UNIT}\b(?P<half>\s+et\s+demie?)?",
)
_QUINZAINE = re.compile(r"\b(?:une\s+)?(?P<number>quinzaine|huitaine)\b(?!\s+d)")
_HALF = re.compile(r"\b(?:une?\s+)?demi[- ]?journee\b|\b(?:un )?jour et demi\b")
_PAST_BEFORE = re.compile(
    r"(?:ca fait|sa fait|cela fait|voila|depuis|depui|il y a|y a|deja|en retard d[e']?|retard d[e']?|"
    r"attends? d[e']?puis|au bout d[e']?|apres|pendant|ya|for|dure|passe|dernieres?|derniers?|"
    r"sous|dans les|livrable en|livrer en|delai de|delai d'|initialement|prevu en)\s*"
    r"(?:deja |plus d[e']? ?|presque |bientot |environ |genre |au moins |bien |pas loin d[e']? ?|mes |ses |les |ces |deux ou )*$"
)
_PAST_AFTER = re.compile(
    r"^\s*(?:que\b|qu'|de retard|en retard|d'attente|deja|passes?|de silence|sans (?:reponse|nouvelles?)|"
    r"derniers?|dernieres?|ago|qu il|late|pour (?:re|ac|va))"
)
_BARE = re.compile(rf"(?<![\w-])(?:\d{{1,3}}|{NUMBER_WORDS})(?![\w])")
_NOT_A_COUNT = frozenset({"a", "un", "une", "couple", "set", "ten", "sis", "dis"})
_CORRECTED = re.compile(
    r"[\s,.…(-]*(?:(?:euh|heu|non|pardon|enfin|plutot|ou plutot|nan|oups|erreur|excuse[zr]?(?: moi)?|"
    r"je veux dire|je voulais dire|en fait|finalement|disons|mettez|mets|attend[sz]?|desole[e]?)[\s,.…-]+)+"
)
_AND = re.compile(r"\s+(?:et|plus|\+)\s+")
_ONE = re.compile(r"^(?:un|une|juste une?|une? seule?)[ .!]*$")


@dataclass(frozen=True)
class Duration:
    """An amount of time in whole days, with its span in the text; hours are rounded up."""

    days: int
    start: int
    end: int
    approximate: bool = False


def find_durations(text: str) -> list[Duration]:
    """Returns all amounts of time in a text, in its order, past or asked for."""
    folded = fold_letters(text)
    found = [
        Duration(2 if "jour et" in m.group() else 1, *m.span()) for m in _HALF.finditer(folded)
    ]
    for match in [*_AMOUNT.finditer(folded), *_QUINZAINE.finditer(folded)]:
        duration = _duration(match)
        if duration and all(duration.end <= d.start or duration.start >= d.end for d in found):
            found.append(duration)
    return _added_up(sorted(found, key=lambda duration: duration.start), folded)


def _added_up(found: list[Duration], folded: str) -> list[Duration]:
    """Reads "1 semaine et 2 jours" as one amount."""
    joined: list[Duration] = []
    for duration in found:
        last = joined[-1] if joined else None
        if last and last.days > duration.days and _AND.fullmatch(folded[last.end : duration.start]):
            joined[-1] = Duration(last.days + duration.days, last.start, duration.end)
        else:
            joined.append(duration)
    return joined


def requested_durations(text: str) -> list[Duration]:
    """Returns the amounts of time asked for: not those of "ça fait 5 jours que j'attends".

    Of one put right at once ("3, non pardon, 5 jours") only the new one counts.
    """
    folded = fold_letters(text)
    found = find_durations(text)
    corrected = [
        earlier
        for earlier, later in pairwise(found)
        if _CORRECTED.fullmatch(folded[earlier.end : later.start])
    ]
    return [
        d
        for d in found
        if d not in corrected
        and not _PAST_BEFORE.search(folded[: d.start])
        and not (_PAST_AFTER.match(folded[d.end :]) and not _is_wanted(folded[: d.start]))
    ]


_ADDS_NOTHING = re.compile(
    r"[^\w]|\b(?:euh+|heu+|hum|non|oui|ok|bon|ben|bah|alors|allez|attends?|attendez|plutot|finalement|en fait|disons|mets|mettez|"
    r"il (?:me |m'en )?(?:faut|faudrait)|faut|je (?:veux|voudrais|prefere)|s'il (?:te|vous) plait|de plus|en plus|en tout|"
    r"environ|ou|pas|rectification|correction|pardon|desole[e]?|je (?:veux|voulais) dire|c'est|ca sera|pour|de|d)\b"
)


def only_amount(text: str) -> int | None:
    """Returns the days of a text that says nothing but an amount: "5 jours", "euh non 4j plutôt"."""
    spoken = requested_durations(text)
    if not spoken:
        return None
    rest = "".join(
        " " if any(d.start <= place < d.end for d in spoken) else letter
        for place, letter in enumerate(text)
    )
    return spoken[-1].days if not _ADDS_NOTHING.sub("", fold(expand_sms(rest))).strip() else None


_MOST = re.compile(
    r"^(?:(?:alors|bon|ben|bah|euh|ok|oui|du coup|mets|mettez|je (?:veux|prends))[\s,]+)*(?:le |au |un )?(?:max|maximum|maxi|"
    r"plus (?:long(?:temps)? )?possible|plus que (?:je peux|possible))(?: possible| autorise)?"
    r"(?:[\s,]+(?:s'il (?:te|vous) plait|merci))?[\s.!]*$"
)


def asks_for_most(text: str) -> bool:
    """Tells "le maximum", as an answer to how many days."""
    return bool(_MOST.match(fold(expand_sms(text)).strip()))


def bare_number(text: str) -> int | None:
    """Returns the one number of a short text, for use when days were just asked: "plutôt 5"."""
    folded = fold_letters(text).strip()
    if _ONE.match(folded):
        return 1
    numbers = [m.group() for m in _BARE.finditer(folded) if m.group() not in _NOT_A_COUNT]
    kept = [n for n in numbers if not re.search(rf"\b(?:pas|non)\s+{re.escape(n)}\b", folded)]
    candidates = kept or numbers
    if not candidates or len(folded.split()) > 10:
        return None
    return number_of(candidates[-1])


def _is_wanted(before: str) -> bool:
    return bool(
        re.search(
            r"(?:prolong\w*|besoin|faut|voudrais|veux|demande\w*|encore|ajoute\w*)\s*(?:de|d')?\s*$",
            before,
        )
    )


def _duration(match: re.Match[str]) -> Duration | None:
    number = number_of(match.group("number").strip())
    if number is None:
        return None
    groups = match.groupdict()
    unit = groups.get("unit") or "jours"
    if unit.startswith("j") and match.group("number") in ("a",):
        return None
    days = _in_days(number, unit)
    if groups.get("half"):
        days += math.ceil(_in_days(1, unit) / 2)
    approximate = bool(groups.get("low") or groups.get("vague") or "aine" in match.group("number"))
    approximate = approximate and match.group("number") != "quinzaine"
    return Duration(days, match.start(), match.end(), approximate)


def _in_days(number: int, unit: str) -> int:
    if unit.startswith(("week-end", "weekend", "week end")):
        return 2 * number
    if unit.startswith(("sem", "sma", "week")):
        return 7 * number
    if unit.startswith(("mo",)):
        return 30 * number
    if unit.startswith("h"):
        return math.ceil(number / 24)
    if unit.startswith("demi"):
        return math.ceil(number / 2)
    return number
