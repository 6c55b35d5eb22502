"""Figures as tables: what the page shows, the JSON says and a spreadsheet gets, all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.services.figures import Comparison, PeriodFigures
from bot.services.live_content import LiveContent
from bot.services.topics import Topics
from bot.support.conversations import EscalationReason
from bot.support.figures import Durations, Share

HANDLINGS = ("bot_alone", "human", "unclaimed", "withdrawn", "unanswered")
"""How settled conversations were handled; together they are all of them."""
UNSETTLED = "unsettled"
NO_TOPIC = "none"
_WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")


@dataclass(frozen=True)
class Name:
    """What a row is about: an id for machines, a title for people."""

    id: str
    title: str


Cell = Name | int | Share | Durations | None
"""None: there was no period before to count."""


@dataclass(frozen=True)
class Table:
    """One table: its columns, and rows with a cell for each."""

    id: str
    title: str
    columns: Sequence[Name]
    rows: Sequence[Sequence[Cell]]

    def cells(self, row: str) -> dict[str, Cell]:
        """Returns the cells of the row of that id by column; raises KeyError without it."""
        for cells in self.rows:
            if isinstance(cells[0], Name) and cells[0].id == row:
                return {column.id: cell for column, cell in zip(self.columns, cells)}
        raise KeyError(row)


class FigureTables:
    """Makes tables of a comparison, with titles as they are served now."""

    def __init__(self, live: LiveContent) -> None:
        self._live = live
        self._topics = Topics(live)

    def tables(self, comparison: Comparison) -> list[Table]:
        """Returns all tables, in the order they are shown."""
        present, before = comparison.present, comparison.before
        return [
            self._beside("volumes", _volumes, present, before),
            self._beside("shares", _shares, present, before),
            self._beside("times", _times, present, before),
            self._table("days", "day", DAY_COLUMNS, _days(present)),
            self._table("topics", "topic", TOPIC_COLUMNS, self._by_topic(present, before)),
            self._table("reasons", "reason", REASON_COLUMNS, self._by_reason(present, before)),
            self._table("outcomes", "outcome", OUTCOME_COLUMNS, self._outcomes(present, before)),
            self._table("answers", "answer", ANSWER_COLUMNS, self._answers(present)),
        ]

    def words(self, text_id: str, **values: str) -> str:
        """Returns one of the page's texts."""
        return self._live.current.render(f"figures_{text_id}", values).text

    def _table(
        self, id: str, first: str, columns: Sequence[str], rows: Iterator[Sequence[Cell]]
    ) -> Table:
        named = [Name(column, self.words(f"column_{column}")) for column in (first, *columns)]
        return Table(id, self.words(f"table_{id}"), named, list(rows))

    def _beside(
        self,
        id: str,
        read: Callable[[PeriodFigures], dict[str, Cell]],
        present: PeriodFigures,
        before: PeriodFigures | None,
    ) -> Table:
        now, then = read(present), read(before) if before else {}
        rows = ([Name(k, self.words(f"row_{k}")), cell, then.get(k)] for k, cell in now.items())
        return self._table(id, "figure", ("now", "before"), iter(rows))

    def _by_topic(
        self, present: PeriodFigures, before: PeriodFigures | None
    ) -> Iterator[Sequence[Cell]]:
        handled = present.handling.by("topic", "handling")
        begun = present.handling.by("topic")
        begun_before = before.handling.by("topic") if before else None
        requests, resolved = present.requests.by("topic"), present.resolutions.by("topic")
        standing = present.resolutions.by("topic", "standing")
        topics = {*begun, *requests, *resolved}
        for topic in sorted(topics, key=lambda topic: (-begun[topic], topic)):
            settled = begun[topic] - handled[topic, UNSETTLED]
            held = standing[topic, "held"]
            yield (
                Name(topic, self._topic(topic)),
                begun[topic],
                begun_before[topic] if begun_before is not None else None,
                Share(handled[topic, "bot_alone"], settled),
                Share(handled[topic, "human"], settled),
                requests[topic],
                resolved[topic],
                Share(held, held + standing[topic, "reopened"]),
                present.waits.of("topic", topic),
                present.responses.of("topic", topic),
            )

    def _by_reason(
        self, present: PeriodFigures, before: PeriodFigures | None
    ) -> Iterator[Sequence[Cell]]:
        counts, became = present.requests.by("reason"), present.requests.by("reason", "became")
        earlier = before.requests.by("reason") if before else None
        for reason in sorted(
            (each.value for each in EscalationReason), key=lambda reason: -counts[reason]
        ):
            yield (
                Name(reason, self._event_value("reason", reason)),
                counts[reason],
                earlier[reason] if earlier is not None else None,
                *(became[reason, end] for end in ("claimed", "withdrawn", "closed", "waiting")),
                present.waits.of("reason", reason),
            )

    def _outcomes(
        self, present: PeriodFigures, before: PeriodFigures | None
    ) -> Iterator[Sequence[Cell]]:
        counts = present.resolutions.by("outcome")
        standing = present.resolutions.by("outcome", "standing")
        earlier = before.resolutions.by("outcome") if before else None
        for outcome, n in counts.most_common():
            held = standing[outcome, "held"]
            yield (
                Name(outcome or "", self._event_value("outcome", outcome or "")),
                n,
                earlier[outcome] if earlier is not None else None,
                Share(held, held + standing[outcome, "reopened"]),
            )

    def _answers(self, present: PeriodFigures) -> Iterator[Sequence[Cell]]:
        given, thumbs = present.answers.by("response"), present.thumbs.by("response", "value")
        responses = {*given, *present.thumbs.by("response")}
        for response in sorted(responses, key=lambda response: (-given[response], response)):
            up, down = thumbs[response, "up"], thumbs[response, "down"]
            yield (
                Name(response, self._answer(response)), given[response], up, down,
                Share(up, up + down),
            )  # fmt: skip

    def _topic(self, topic: str) -> str:
        return self.words("topic_none") if topic == NO_TOPIC else self._topics.title(topic)

    def _answer(self, response: str) -> str:
        known = f"figures_answer_{response}" in self._live.current.responses
        return self.words(f"answer_{response}") if known else self._topics.title(response)

    def _event_value(self, what: str, value: str) -> str:
        found = self._live.current.responses.get(f"event_value_{what}_{value}")
        return found.text[:1].upper() + found.text[1:] if found else value


DAY_COLUMNS = (
    "conversations", *HANDLINGS, UNSETTLED, "requests", "resolutions", "up", "down", "waits",
    "responses",
)  # fmt: skip
TOPIC_COLUMNS = (
    "conversations", "before", "bot_alone", "human", "requests", "resolutions", "held", "waits",
    "responses",
)  # fmt: skip
REASON_COLUMNS = ("requests", "before", "claimed", "withdrawn", "closed", "waiting", "waits")
OUTCOME_COLUMNS = ("resolutions", "before", "held")
ANSWER_COLUMNS = ("given", "up", "down", "liked")


def _volumes(figures: PeriodFigures) -> dict[str, Cell]:
    authors = figures.messages.by("author")
    return {
        "conversations": figures.conversations.total,
        UNSETTLED: figures.handling.by("handling")[UNSETTLED],
        **{author: authors[author] for author in ("seller", "bot", "agent")},
        "requests": figures.requests.total,
        "waiting": figures.requests.by("became")["waiting"],
        "resolutions": figures.resolutions.total,
        "thumbs": figures.thumbs.total,
    }


def _shares(figures: PeriodFigures) -> dict[str, Cell]:
    handled = figures.handling.by("handling")
    settled = figures.handling.total - handled[UNSETTLED]
    standing = figures.resolutions.by("standing")
    held = standing["held"]
    return {
        **{handling: Share(handled[handling], settled) for handling in HANDLINGS},
        "held": Share(held, held + standing["reopened"]),
        "liked": Share(figures.thumbs.by("value")["up"], figures.thumbs.total),
    }


def _times(figures: PeriodFigures) -> dict[str, Cell]:
    return {
        "waits": figures.waits.all,
        "waits_open": figures.waits.of("hours", "open"),
        "waits_closed": figures.waits.of("hours", "closed"),
        "first_replies": figures.first_replies.all,
        "responses": figures.responses.all,
    }


def _days(figures: PeriodFigures) -> Iterator[Sequence[Cell]]:
    begun, handled = figures.conversations.by("day"), figures.handling.by("day", "handling")
    requests, resolved = figures.requests.by("day"), figures.resolutions.by("day")
    thumbs = figures.thumbs.by("day", "value")
    for each in figures.period.each_day():
        day = each.isoformat()
        yield (
            Name(day, day_title(each)),
            begun[day],
            *(handled[day, handling] for handling in (*HANDLINGS, UNSETTLED)),
            requests[day],
            resolved[day],
            thumbs[day, "up"],
            thumbs[day, "down"],
            figures.waits.of("day", day),
            figures.responses.of("day", day),
        )


def day_title(day: date) -> str:
    """Returns "mar. 24/11/2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"
