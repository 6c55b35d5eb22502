"""Dates people name: "jusqu'à vendredi", "d'ici le 3", "le 3 décembre", "fin du mois"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.language.normalisation import fold_letters

_WEEKDAYS = {
    "lundi": 0, "lundie": 0, "mardi": 1, "mardie": 1, "mercredi": 2, "mercredie": 2, "mercrdi": 2,
    "jeudi": 3, "jeudie": 3, "vendredi": 4, "vendrdi": 4, "vendredie": 4, "vendr": 4,
    "samedi": 5, "samedie": 5, "dimanche": 6, "dimanch": 6,
}  # fmt: skip
_MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5,
    "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10,
    "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
_DAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMERIC = re.compile(
    r"(?<![\d/])(?P<day>\d{1,2})[/.](?P<month>\d{1,2})(?:[/.](?P<year>\d{2,4}))?(?![\d/])"
)
_NAMED = re.compile(
    rf"\b(?:(?:{_DAY})\s+)?(?P<day>\d{{1,2}})\s*(?:er)?\s+(?P<month>{_MONTH})\b\.?(?:\s+(?P<year>\d{{4}}))?"
)
_WEEKDAY = re.compile(
    rf"\b(?P<name>{_DAY})\b(?:\s+(?P<number>\d{{1,2}})(?!\s*(?:h|:|\d))\b)?(?P<later>\s+en (?:huit|8))?(?P<next>\s+(?:prochaine?|qui vient|suivant))?"
)
_DAY_OF_MONTH = re.compile(
    r"\b(?:le|au|du)\s+(?P<day>\d{1,2})(?:er)?\b(?!\s*(?:[/.:h]|jours?|j\b|%|€|heures?|sem|commandes?|clients?))"
)
_RELATIVE: tuple[tuple[re.Pattern[str], Callable[[date], date]], ...] = (
    (re.compile(r"\bapres[- ]?demain\b"), lambda today: today + timedelta(2)),
    (re.compile(r"(?<!apres)(?<!apres[- ])\bdemain\b"), lambda today: today + timedelta(1)),
    # In Québec "fin de semaine" is the week-end; Friday is what most sellers mean.
    (re.compile(r"\bfin de (?:la )?semaine prochaine\b"), lambda today: _coming(today, 4) + timedelta(0 if today.weekday() >= 4 else 7)),
    (re.compile(r"\b(?:la )?semaine prochaine\b"), lambda today: today + timedelta(7 - today.weekday() + 4)),
    (re.compile(r"\bfin de (?:la |cette )?semaine\b"), lambda today: _coming(today, 4)),
    (re.compile(r"\b(?:ce |le )?week[- ]?end(?: prochain)?\b"), lambda today: _coming(today, 6)),
    (re.compile(r"\b(?:la )?fin (?:du|de ce) mois\b"), lambda today: _end_of_month(today)),
)  # fmt: skip


@dataclass(frozen=True)
class Deadline:
    """A date named in a text, with its span."""

    date: date
    start: int
    end: int


def find_deadlines(text: str, today: date) -> list[Deadline]:
    """Returns the dates a text names, in its order, each the next such date after ``today``.

    Impossible dates are left out. A weekday that is today's means the one in a week.
    """
    folded = fold_letters(text)
    found: list[Deadline] = []
    read: list[tuple[int, int]] = []

    def add(match: re.Match[str], day: date | None) -> None:
        start, end = match.span()
        if any(start < e and s < end for s, e in read):
            return
        read.append((start, end))  # "le 30 février" is not "le 30" either
        if day is not None:
            found.append(Deadline(day, start, end))

    for match in _NAMED.finditer(folded):
        add(match, _calendar_day(int(match["day"]), _MONTHS[match["month"]], match["year"], today))
    for match in _NUMERIC.finditer(folded):
        add(match, _calendar_day(int(match["day"]), int(match["month"]), match["year"], today))
    for pattern, day_of in _RELATIVE:
        for match in pattern.finditer(folded):
            add(match, day_of(today))
    for match in _WEEKDAY.finditer(folded):
        add(match, _weekday(match, today))
    for match in _DAY_OF_MONTH.finditer(folded):
        add(match, _day_of_month(int(match["day"]), today))
    return sorted(found, key=lambda deadline: deadline.start)


def _weekday(match: re.Match[str], today: date) -> date | None:
    if match["number"]:
        return _day_of_month(int(match["number"]), today)
    day = _coming(today, _WEEKDAYS[match["name"]])
    return day + timedelta(7) if match["later"] else day


def _coming(today: date, weekday: int) -> date:
    """Returns the next such weekday strictly after today."""
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def _end_of_month(today: date) -> date:
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    return last if last > today else _end_of_month(last + timedelta(1))


def _day_of_month(day: int, today: date) -> date | None:
    """Returns the next date with that day of the month; months without it are passed over."""
    year, month = today.year, today.month
    for _ in range(4):
        candidate = _date(year, month, day)
        if candidate and candidate > today:
            return candidate
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def _calendar_day(day: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    candidate = _date(today.year, month, day)
    if candidate and candidate > today:
        return candidate
    return _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
