"""The figures counted again in plain Python, from the definitions in docs/figures.md alone.

Shares nothing with the queries: whole lists, loops, and Python's own time zones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
THREE_DAYS = timedelta(hours=72)
SMALL_TALK = {
    "greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "help", "stop",
    "button_inactive",
}  # fmt: skip
LAST_CHOICES = {"request_human", "out_of_scope", "nlu_fallback"}


@dataclass
class Said:
    conversation: str
    number: int
    author: str
    at: datetime
    topic: str | None = None
    response: str | None = None


@dataclass
class Happened:
    id: int
    conversation: str
    kind: str
    at: datetime
    after: dict[str, Any] = field(default_factory=dict)


@dataclass
class Thumbed:
    conversation: str
    number: int
    response: str
    value: str
    at: datetime


@dataclass
class History:
    """Everything that is stored, in the order it happened within each conversation."""

    said: list[Said] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    thumbed: list[Thumbed] = field(default_factory=list)


@dataclass
class Asked:
    """What is counted: the days, the end, the moment before which things are settled."""

    first_day: date
    last_day: date
    until: datetime
    settled_before: datetime


class Recount:
    """Counts one history; ``is_answer`` tells which bot texts answer."""

    def __init__(self, history: History, asked: Asked, is_answer: Any) -> None:
        self.history = history
        self.asked = asked
        self.is_answer = is_answer
        self.of: dict[str, tuple[list[Said], list[Happened]]] = {}
        for said in history.said:
            self.of.setdefault(said.conversation, ([], []))[0].append(said)
        for happened in history.happened:
            self.of.setdefault(happened.conversation, ([], []))[1].append(happened)

    def day(self, at: datetime) -> str | None:
        """Returns the day a moment is counted on, None when it is not."""
        day = at.astimezone(PARIS).date()
        counted = self.asked.first_day <= day <= self.asked.last_day and at < self.asked.until
        return day.isoformat() if counted else None

    def topic(self, conversation: str) -> str:
        messages, events = self.of[conversation]
        corrected = [e.after["topic"] for e in events if e.kind == "topic.corrected"]
        if corrected:
            return str(corrected[-1])
        topics = [m.topic for m in messages if m.author == "seller" and m.topic is not None]
        better = [topic for topic in topics if topic not in SMALL_TALK | LAST_CHOICES]
        rest = [topic for topic in topics if topic in LAST_CHOICES]
        return (better or rest or ["none"])[0]

    def begun(self) -> Iterable[tuple[str, str, Said]]:
        """Yields conversations begun in the period, with the day and the first message."""
        for id, (messages, _) in self.of.items():
            if messages and (day := self.day(messages[0].at)):
                yield id, day, messages[0]

    def conversations(self) -> Counter[Any]:
        return Counter(day for _, day, _ in self.begun())

    def messages(self) -> Counter[Any]:
        people = ("seller", "bot", "agent")
        counted = [(self.day(m.at), m.author) for m in self.history.said if m.author in people]
        return Counter(each for each in counted if each[0])

    def handling(self) -> Counter[Any]:
        return Counter(
            (day, self.topic(id), self._handled(id, first)) for id, day, first in self.begun()
        )

    def _handled(self, id: str, first: Said) -> str:
        if first.at > self.asked.settled_before:
            return "unsettled"
        messages, events = self.of[id]
        kinds = [e.kind for e in events if whole(e.at) - whole(first.at) < THREE_DAYS]
        if {"conversation.claimed", "conversation.merged", "conversation.resolved"} & set(kinds):
            return "human"
        asking = ("conversation.escalated", "conversation.withdrawn")
        last = next((kind for kind in reversed(kinds) if kind in asking), None)
        if last is not None:
            return "unclaimed" if last == "conversation.escalated" else "withdrawn"
        for message in messages:
            soon = whole(message.at) - whole(first.at) < THREE_DAYS
            if message.author == "bot" and soon and self.is_answer(message.response):
                return "bot_alone"
        return "unanswered"

    def asked_for(self) -> Iterable[tuple[str, Happened, Happened | None]]:
        """Yields requests for a human in the period with their day and what ended them."""
        ends = {f"conversation.{kind}" for kind in ("claimed", "withdrawn", "merged", "resolved")}
        for request in self.history.happened:
            day = self.day(request.at)
            if request.kind == "conversation.escalated" and day:
                later = [e for e in self.of[request.conversation][1] if e.id > request.id]
                yield day, request, next((e for e in later if e.kind in ends), None)

    def requests(self) -> Counter[Any]:
        names = {
            None: "waiting", "conversation.claimed": "claimed",
            "conversation.withdrawn": "withdrawn",
        }  # fmt: skip
        return Counter(
            (
                day, self.topic(request.conversation), request.after["reason"],
                names.get(end.kind if end else None, "closed"),
            )
            for day, request, end in self.asked_for()
        )  # fmt: skip

    def waits(self) -> dict[Any, Any]:
        took = []
        for day, request, end in self.asked_for():
            if end and end.kind == "conversation.claimed":
                parts = self._parts(day, request, reason=request.after["reason"])
                took.append((parts, seconds(request.at, end.at)))
        return broken_down(took)

    def first_replies(self) -> dict[Any, Any]:
        took = []
        for day, request, end in self.asked_for():
            if end and end.kind == "conversation.claimed":
                written = [
                    m.at for m in self.of[request.conversation][0]
                    if m.author == "agent" and m.at >= end.at
                ]  # fmt: skip
                if written:
                    took.append((self._parts(day, request), seconds(request.at, written[0])))
        return broken_down(took)

    def _parts(self, day: str, request: Happened, **more: str) -> dict[str, str]:
        hours = {True: "open", False: "closed"}.get(request.after.get("open"), "unknown")  # type: ignore[arg-type]
        return {"day": day, "topic": self.topic(request.conversation), "hours": hours, **more}

    def responses(self) -> dict[Any, Any]:
        took = []
        for id, (messages, _) in self.of.items():
            waiting: datetime | None = None
            for message in messages:
                if message.author == "seller":
                    waiting = waiting or message.at
                elif message.author in ("bot", "agent"):
                    day = self.day(message.at)
                    if message.author == "agent" and waiting and day:
                        parts = {"day": day, "topic": self.topic(id)}
                        took.append((parts, seconds(waiting, message.at)))
                    waiting = None
        return broken_down(took)

    def resolutions(self) -> Counter[Any]:
        counted = []
        for event in self.history.happened:
            day = self.day(event.at)
            if event.kind != "conversation.resolved" or not day:
                continue
            events = self.of[event.conversation][1]
            undone = [e.after["undone"] for e in events if e.kind == "conversation.undone"]
            if event.id in undone:
                continue
            reopened = [
                e for e in events
                if e.id > event.id and e.kind == "conversation.reopened"
                and whole(e.at) - whole(event.at) < THREE_DAYS
            ]  # fmt: skip
            standing = "reopened" if reopened else "held"
            if event.at > self.asked.settled_before:
                standing = "unsettled"
            topic = self.topic(event.conversation)
            counted.append((day, topic, event.after["outcome"], standing))
        return Counter(counted)

    def thumbs(self) -> Counter[Any]:
        counted = [(self.day(t.at), t.response, t.value) for t in self.history.thumbed]
        return Counter(each for each in counted if each[0])

    def answers(self) -> Counter[Any]:
        return Counter(
            m.response for m in self.history.said
            if m.author == "bot" and self.day(m.at) and self.is_answer(m.response)
        )  # fmt: skip


def whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def seconds(start: datetime, end: datetime) -> int:
    return int((whole(end) - whole(start)).total_seconds())


def broken_down(took: Sequence[tuple[dict[str, str], int]]) -> dict[Any, Any]:
    """Returns n, median and 90th percentile of all, and of each part."""
    groups: dict[Any, list[int]] = {}
    for parts, lasted in took:
        groups.setdefault(("all", "all"), []).append(lasted)
        for part in parts.items():
            groups.setdefault(part, []).append(lasted)
    return {
        key: (len(found), nearest_rank(found, 0.5), nearest_rank(found, 0.9))
        for key, found in groups.items()
    }


def nearest_rank(found: Sequence[int], part: float) -> int:
    return sorted(found)[max(1, math.ceil(round(part * len(found), 6))) - 1]
