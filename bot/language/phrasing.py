"""Dates and amounts as people read them in French, in the Europe/Paris time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day(moment: datetime) -> str:
    """Returns "vendredi 27 novembre" or "mardi 1er décembre"."""
    local = moment.astimezone(PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{_WEEKDAYS[local.weekday()]} {number} {_MONTHS[local.month - 1]}"


def day_and_time(moment: datetime) -> str:
    """Returns "vendredi 27 novembre à 18 h 05", with "midi" and "minuit" left as hours."""
    local = moment.astimezone(PARIS)
    minutes = f" {local.minute:02d}" if local.minute else ""
    return f"{day(moment)} à {local.hour} h{minutes}"


def day_and_time_from(now: datetime, moment: datetime) -> str:
    """Returns "aujourd'hui à 9 h", "demain à 9 h", or the day and time of a later moment."""
    ahead = _calendar_days(now, moment)
    near = {0: "aujourd'hui", 1: "demain"}.get(ahead)
    return f"{near} à {hour(moment.astimezone(PARIS).time())}" if near else day_and_time(moment)


def distance(earlier: datetime, later: datetime) -> str:
    """Returns how far two moments are apart; from two days on by the calendar.

    From Monday morning to Friday evening there are 4 days, not 5. Their order does not matter.
    """
    earlier, later = sorted((earlier, later))
    if later - earlier < timedelta(hours=48):
        return span(later - earlier)
    return days(_calendar_days(earlier, later))


def _calendar_days(earlier: datetime, later: datetime) -> int:
    return (later.astimezone(PARIS).date() - earlier.astimezone(PARIS).date()).days


def days(count: int) -> str:
    """Returns "1 jour" or "5 jours"."""
    return f"{count} jour{'s' if abs(count) > 1 else ''}"


def span(length: timedelta) -> str:
    """Returns a rough length: "20 minutes", "5 heures", "3 jours"; its sign is ignored."""
    seconds = abs(length.total_seconds())
    if seconds < 3600:
        minutes = max(1, round(seconds / 60))
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    if seconds < 48 * 3600:
        hours = round(seconds / 3600)
        return f"{hours} heure{'s' if hours > 1 else ''}"
    return days(round(seconds / 86400))


def percent(rate: float) -> str:
    """Returns "87,5 %", or "90 %" when there is nothing after the comma."""
    text = f"{100 * rate:.1f}".replace(".", ",")
    return f"{text.removesuffix(',0')} %"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Returns "1 commande" or "3 commandes"."""
    return f"{number} {singular if abs(number) < 2 else plural or singular + 's'}"


def hour(moment: time) -> str:
    """Returns "9 h" or "12 h 30"."""
    return f"{moment.hour} h{f' {moment.minute:02d}' if moment.minute else ''}"


def weekdays(first: int, last: int) -> str:
    """Returns "le lundi", "le lundi et le mardi" or "du lundi au vendredi"; 0 is Monday."""
    if first == last:
        return f"le {_WEEKDAYS[first]}"
    if last == first + 1:
        return f"le {_WEEKDAYS[first]} et le {_WEEKDAYS[last]}"
    return f"du {_WEEKDAYS[first]} au {_WEEKDAYS[last]}"


def ordinal(number: int) -> str:
    """Returns "1re" or "3e", as said of a person."""
    return "1re" if number == 1 else f"{number}e"


def enumeration(parts: Sequence[str]) -> str:
    """Returns "a", "a et b" or "a, b et c"."""
    return " et ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
