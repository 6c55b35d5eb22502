"""What a seller who waits for a person is told: when the team answers, and how many wait before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby

from bot.language import phrasing
from bot.support.opening_hours import MIDNIGHT, OpeningHours
from bot.support.responses import Content


class WaitingWords:
    """Finds the words for the team's hours and a place in the queue."""

    def __init__(self, hours: OpeningHours) -> None:
        self._hours = hours

    def values(self, content: Content, place: int, now: datetime) -> dict[str, str]:
        """Returns ``when`` and ``place``, sentences for the responses about waiting."""
        return {"when": self._when(content, now), "place": _place(content, place)}

    def is_open(self, now: datetime) -> bool:
        """Tells whether the team is there at a moment."""
        return self._hours.is_open(now)

    def _when(self, content: Content, now: datetime) -> str:
        if self._hours.is_always:
            return content.render("handoff_when_always").text
        values = {"hours": spoken_hours(self._hours)}
        if self._hours.is_open(now):
            return content.render("handoff_when_open", values).text
        opens = self._hours.next_opening(now)
        if opens is None:
            return content.render("handoff_when_unknown").text
        values["opens"] = phrasing.day_and_time_from(now, opens)
        return content.render("handoff_when_closed", values).text


def spoken_hours(hours: OpeningHours) -> str:
    """Returns "du lundi au vendredi, de 9 h à 18 h, et le samedi, de 10 h à 12 h"."""
    return ", et ".join(_runs(hours))


def _runs(hours: OpeningHours) -> Iterator[str]:
    """Yields each run of days with the same spans."""
    weekly = hours.weekly or {}
    days = [(day, weekly[day]) for day in sorted(weekly)]
    runs = groupby(enumerate(days), key=lambda each: (each[1][0] - each[0], each[1][1]))
    for (_, spans), run in runs:
        named = [day for _, (day, _) in run]
        said = [f"de {phrasing.hour(begin)} à {_end(end)}" for begin, end in spans]
        yield f"{phrasing.weekdays(named[0], named[-1])}, {phrasing.enumeration(said)}"


def _end(moment: time) -> str:
    return "minuit" if moment == MIDNIGHT else phrasing.hour(moment)


def _place(content: Content, place: int) -> str:
    if place == 1:
        return content.render("handoff_place_first").text
    return content.render("handoff_place", {"ordinal": phrasing.ordinal(place)}).text
