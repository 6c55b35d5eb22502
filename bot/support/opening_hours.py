"""When the team answers: weekly hours and closed days, on French clocks.

Written as "lun-ven 09:00-18:00; sam 10:00-12:00"; several spans a day stand side by side
("lun-jeu 09:00-12:30 14:00-18:00"). "toujours" is never closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
ALWAYS = "toujours"
MIDNIGHT = time(0)
"""As the end of a span: the midnight that ends the day."""

_LOOK_AHEAD_DAYS = 370
_PART = re.compile(r"(?P<first>\w{3})(?:-(?P<last>\w{3}))?(?P<spans>(?: \d\d:\d\d-\d\d:\d\d)+)")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")

Span = tuple[time, time]


@dataclass(frozen=True)
class OpeningHours:
    """The spans of each weekday (0 is Monday), and days on which nobody is there.

    ``weekly`` is None when the team is always there.
    """

    weekly: Mapping[int, tuple[Span, ...]] | None
    closed: frozenset[date] = frozenset()

    @property
    def is_always(self) -> bool:
        """Tells whether the team is always there."""
        return self.weekly is None

    def is_open(self, moment: datetime) -> bool:
        """Tells whether somebody is there at a moment."""
        local = moment.astimezone(PARIS)
        return self.weekly is None or any(
            begin <= moment < end for begin, end in self._spans_of(local.date())
        )

    def next_opening(self, moment: datetime) -> datetime | None:
        """Returns when somebody is there again: the moment itself while it is open.

        None when there is no opening within a year.
        """
        if self.is_open(moment):
            return moment
        today = moment.astimezone(PARIS).date()
        for ahead in range(_LOOK_AHEAD_DAYS):
            for begin, _ in self._spans_of(today + timedelta(days=ahead)):
                if begin > moment:
                    return begin
        return None

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.weekly is None or day in self.closed:
            return
        for begin, end in self.weekly.get(day.weekday(), ()):
            last = day if end > begin else day + timedelta(days=1)
            yield (
                datetime.combine(day, begin, PARIS),
                datetime.combine(last, end, PARIS),
            )


def parse_opening_hours(text: str, closed: str = "") -> OpeningHours:
    """Returns the hours written in a setting; ``closed`` are dates (2026-12-25) with commas.

    Raises ValueError with what cannot be read.
    """
    days = frozenset(date.fromisoformat(day.strip()) for day in closed.split(",") if day.strip())
    if text.strip().lower() == ALWAYS:
        return OpeningHours(None, days)
    weekly: dict[int, tuple[Span, ...]] = {}
    for part in text.split(";"):
        found = _PART.fullmatch(" ".join(part.lower().split()))
        if found is None:
            raise ValueError(f'{part.strip()!r} is not written as "lun-ven 09:00-18:00"')
        first = _day(found["first"])
        last = _day(found["last"]) if found["last"] else first
        spans = tuple(_spans(found["spans"]))
        for place in range(first, last + 1 if last >= first else last + 8):
            weekly[place % 7] = weekly.get(place % 7, ()) + spans
    return OpeningHours({day: tuple(sorted(spans)) for day, spans in weekly.items()}, days)


def _day(name: str) -> int:
    if name not in DAYS:
        raise ValueError(f"{name!r} is none of {', '.join(DAYS)}")
    return DAYS.index(name)


def _spans(text: str) -> Iterator[Span]:
    for numbers in _SPAN.findall(text):
        first_hour, first_minute, last_hour, last_minute = map(int, numbers)
        begin, midnight = time(first_hour, first_minute), (last_hour, last_minute) == (24, 0)
        end = MIDNIGHT if midnight else time(last_hour, last_minute)
        if not midnight and end <= begin:
            raise ValueError(f"{text.strip()!r} ends before it begins")
        yield begin, end
