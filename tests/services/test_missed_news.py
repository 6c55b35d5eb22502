"""While replicas cannot tell each other, each finds the news in the database."""

from __future__ import annotations

from datetime import datetime, timezone

from bot.services.desk import QUEUE
from bot.services.missed_news import LOOK_BACK, MissedNews

NOW = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


class Stored:
    """What came into conversations, as a store finds it."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, str]] = []
        self.asked: list[datetime] = []

    def changes_since(self, moment: datetime) -> list[tuple[str, str]]:
        self.asked.append(moment)
        return list(self.changes)


class Here:
    """This replica: whether it hears the others, and what it published to its own listeners."""

    def __init__(self) -> None:
        self.stored, self.linked = Stored(), True
        self.published: list[str] = []
        self.missed = MissedNews(self.stored, self, self.published.append, lambda: self.linked)

    def now(self) -> datetime:
        return NOW

    def look(self) -> list[str]:
        self.published.clear()
        self.missed.catch_up()
        return sorted(self.published)


def test_the_database_is_left_alone_while_all_hear_each_other() -> None:
    here = Here()
    here.look()  # once, as it may have begun late
    here.stored.asked.clear()
    here.stored.changes = [("c_1", "message:1")]
    assert here.look() == [] and here.stored.asked == []


def test_what_is_new_is_published_once() -> None:
    here = Here()
    here.look()
    here.linked = False
    here.stored.changes = [("c_1", "message:1"), ("c_1", "event:4"), ("c_2", "message:7")]
    assert here.look() == ["c_1", "c_2", QUEUE]
    assert here.look() == []
    here.stored.changes = [("c_2", "message:7"), ("c_2", "message:8")]  # the others grew old
    assert here.look() == ["c_2", QUEUE]
    assert here.stored.asked == [NOW - LOOK_BACK] * 4


def test_it_looks_once_more_when_the_others_are_heard_again() -> None:
    here = Here()
    here.linked = False
    here.look()
    here.linked, here.stored.changes = True, [("c_1", "message:1")]
    assert here.look() == ["c_1", QUEUE]
    here.stored.changes.append(("c_1", "message:2"))
    assert here.look() == []
