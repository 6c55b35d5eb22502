"""The charts of the page of figures, each made from the table that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.services.figure_tables import HANDLINGS, UNSETTLED, Cell, FigureTables, Name, Table
from bot.services.figures import Comparison
from bot.support.figures import Durations, Share
from bot.web.console.charts import Chart, Series, ranges, rows, stacked_days
from bot.web.console.figure_words import length, number, percent

MOST_ROWS = 12
"""So many topics or answers are drawn; the table has them all."""


class FigureCharts:
    """Draws the tables of one comparison."""

    def __init__(
        self, comparison: Comparison, tables: Mapping[str, Table], words: FigureTables
    ) -> None:
        self._handled = comparison.present.handling.by("topic", "handling")
        self._tables = tables
        self._words = words.words
        self._days = [_short(_name(row)) for row in tables["days"].rows]

    def charts(self) -> dict[str, Chart]:
        """Returns every chart by its id."""
        return {
            "handling": self._handling(),
            "waits": self._ranges("waits"),
            "responses": self._ranges("responses"),
            "topics": self._topics(),
            "reasons": self._reasons(),
            "answers": self._answers(),
        }

    def _handling(self) -> Chart:
        days = self._tables["days"]
        series = [
            Series(f"chart-{each.replace('_', '-')}", _title(days, each), _counts(days, each))
            for each in (*HANDLINGS, UNSETTLED)
        ]
        says = self._words("chart_handling_says", rest=self._rest())
        return stacked_days("handling", self._words("chart_handling"), says, self._days, series)

    def _ranges(self, column: str) -> Chart:
        days = self._tables["days"]
        place = _place(days, column)
        found = [self._range(_name(row), row[place]) for row in days.rows]
        says = self._words("chart_range_says", rest=self._rest())
        legend = [(f"chart-{kind}", self._words(f"chart_{kind}")) for kind in ("median", "p90")]
        title = self._words(f"chart_{column}")
        return ranges(column, title, says, self._days, found, legend)

    def _range(self, day: Name, cell: Cell) -> tuple[int, int, str] | None:
        if not isinstance(cell, Durations) or cell.median is None or cell.p90 is None:
            return None
        said = self._words(
            "chart_range",
            day=day.title,
            median=length(cell.median),
            p90=length(cell.p90),
            n=number(cell.n),
        )
        return cell.median, cell.p90, said

    def _rest(self) -> str:
        days = self._tables["days"].rows
        return self._words(
            "chart_days_rest", first=_name(days[0]).title, last=_name(days[-1]).title
        )

    def _topics(self) -> Chart:
        topics = self._tables["topics"]
        shown = topics.rows[:MOST_ROWS]
        ids = [_name(row).id for row in shown]
        alone = [self._handled[topic, "bot_alone"] for topic in ids]
        human = [self._handled[topic, "human"] for topic in ids]
        begun = [_int(row[_place(topics, "conversations")]) for row in shown]
        other = [n - a - h for n, a, h in zip(begun, alone, human)]
        share = _place(topics, "bot_alone")
        series = [
            Series("chart-bot-alone", _title(topics, "bot_alone"), alone),
            Series("chart-human", _title(topics, "human"), human),
            Series("chart-unsettled", self._words("chart_other"), other),
        ]
        return self._rows("topics", shown, series, [_percent(row[share]) for row in shown])

    def _reasons(self) -> Chart:
        reasons = self._tables["reasons"]
        counts = _counts(reasons, "requests")
        series = [Series("chart-human", _title(reasons, "requests"), counts)]
        return self._rows("reasons", reasons.rows, series, [number(n) for n in counts])

    def _answers(self) -> Chart:
        answers = self._tables["answers"]
        up, down, share = (_place(answers, column) for column in ("up", "down", "liked"))
        thumbed = [row for row in answers.rows if _int(row[up]) + _int(row[down])]
        shown = sorted(thumbed, key=lambda row: -_int(row[up]) - _int(row[down]))[:MOST_ROWS]
        series = [
            Series(f"chart-{side}", _title(answers, side), [_int(row[place]) for row in shown])
            for side, place in (("up", up), ("down", down))
        ]
        return self._rows("answers", shown, series, [_percent(row[share]) for row in shown])

    def _rows(
        self,
        id: str,
        shown: Sequence[Sequence[Cell]],
        series: Sequence[Series],
        totals: Sequence[str],
    ) -> Chart:
        title, says = self._words(f"chart_{id}"), self._words(f"chart_{id}_says")
        names = [_name(row).title for row in shown]
        return rows(f"{id}-chart", title, says, names, series, totals)


def _place(table: Table, column: str) -> int:
    return [each.id for each in table.columns].index(column)


def _title(table: Table, column: str) -> str:
    return table.columns[_place(table, column)].title


def _counts(table: Table, column: str) -> list[int]:
    place = _place(table, column)
    return [_int(row[place]) for row in table.rows]


def _int(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _percent(cell: Cell) -> str:
    assert isinstance(cell, Share)
    return percent(cell)


def _name(row: Sequence[Cell]) -> Name:
    name = row[0]
    assert isinstance(name, Name)
    return name


def _short(day: Name) -> str:
    return f"{date.fromisoformat(day.id):%d/%m}"
