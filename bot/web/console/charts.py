"""Charts as shapes: the template draws them as SVG, colours come from classes alone.

No chart says anything that the table beside it does not. Lengths are in the units of the SVG's
own view box.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HALF, ROWS = 1200, 590, 860
"""Widths of drawings: across the page, half of it, and of bars with names."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 8, 22
_PLOT = 190
_ROW = 26
_BAR = 16
_NAMES = 250
_TOTALS = 60
_LABEL_ROOM = 48
"""The least distance between labels on the axis of days."""
_TIMES = (
    (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3_600, "1 h"), (86_400, "1 j"),
    (864_000, "10 j"), (8_640_000, "100 j"),
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A rectangle; ``kind`` is its class, ``title`` what pointing at it says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True)
class Dot:
    """A point."""

    x: float
    y: float
    kind: str
    title: str


@dataclass(frozen=True)
class Label:
    """A word on an axis; ``anchor`` is where it is held: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str = "chart-grid"


@dataclass(frozen=True)
class Chart:
    """One drawing, with the legend that stands beside it."""

    id: str
    title: str
    description: str
    width: float
    height: float
    bars: Sequence[Bar] = ()
    dots: Sequence[Dot] = ()
    lines: Sequence[Line] = ()
    labels: Sequence[Label] = ()
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Series:
    """One kind of thing counted: its class, its name, and a value for each place."""

    kind: str
    name: str
    values: Sequence[int]


def stacked_days(
    id: str, title: str, description: str, days: Sequence[str], series: Sequence[Series]
) -> Chart:
    """Returns a bar for each day, made of the series in order from below."""
    highest = max((sum(values) for values in zip(*(one.values for one in series))), default=0)
    top, step = _scale(highest)
    slot = _slot(days, WIDE)
    bars = []
    for place, day in enumerate(days):
        y = float(_TOP + _PLOT)
        for one in series:
            value = one.values[place]
            height = _PLOT * value / top
            y -= height
            if value:
                x = _LEFT + slot * (place + 0.1)
                name = f"{day} : {value} {one.name.lower()}"
                bars.append(_bar(x, y, slot * 0.8, height, one.kind, name))
    ticks = [(value, str(value)) for value in range(0, top + 1, step)]
    lines, labels = _grid([(_TOP + _PLOT * (1 - value / top), text) for value, text in ticks], WIDE)
    return Chart(
        id, title, description, WIDE, _TOP + _PLOT + _BOTTOM, bars, (), lines,
        [*labels, *_days(days, slot)], [(one.kind, one.name) for one in series],
    )  # fmt: skip


def ranges(
    id: str,
    title: str,
    description: str,
    days: Sequence[str],
    found: Sequence[tuple[int, int, str] | None],
    legend: Sequence[tuple[str, str]],
) -> Chart:
    """Returns median and 90th percentile of each day, on a logarithmic scale.

    ``found`` are both in seconds and what pointing at them says, None where there are none.
    """
    ticks = _ticks([each for each in found if each])
    start, end = (math.log10(ticks[place][0]) for place in (0, -1))
    slot = _slot(days, HALF)

    def height_of(seconds: int) -> float:
        part = (math.log10(max(1, seconds)) - start) / (end - start)
        return round(_TOP + _PLOT * (1 - min(1.0, part)), 1)

    dots, lines = [], []
    for place, each in enumerate(found):
        if each is None:
            continue
        x = round(_LEFT + slot * (place + 0.5), 1)
        low, high, said = each
        lines.append(Line(x, height_of(high), x, height_of(low), "chart-range"))
        dots.append(Dot(x, height_of(high), legend[1][0], said))
        dots.append(Dot(x, height_of(low), legend[0][0], said))
    grid, labels = _grid([(height_of(seconds), text) for seconds, text in ticks], HALF)
    return Chart(
        id, title, description, HALF, _TOP + _PLOT + _BOTTOM, (), dots, [*grid, *lines],
        [*labels, *_days(days, slot)], legend,
    )  # fmt: skip


def rows(
    id: str,
    title: str,
    description: str,
    names: Sequence[str],
    series: Sequence[Series],
    totals: Sequence[str],
) -> Chart:
    """Returns a bar for each name, from left to right, with what ``totals`` say at its end."""
    sums = [sum(values) for values in zip(*(one.values for one in series))]
    longest = max([*sums, 1])
    room = ROWS - _NAMES - _TOTALS
    bars, labels = [], []
    for place, name in enumerate(names):
        y, x = place * _ROW + (_ROW - _BAR) / 2, float(_NAMES)
        for one in series:
            width = room * one.values[place] / longest
            if one.values[place]:
                said = f"{name} : {one.values[place]} {one.name.lower()}"
                bars.append(_bar(x, y, width, _BAR, one.kind, said))
            x += width
        middle = y + _BAR - 4
        labels.append(Label(_NAMES - 8, middle, _cut(name), "end"))
        labels.append(Label(round(x + 6, 1), middle, totals[place], "start"))
    legend = [(one.kind, one.name) for one in series] if len(series) > 1 else []
    height = max(1, len(names)) * _ROW
    return Chart(id, title, description, ROWS, height, bars, (), (), labels, legend)


def _ticks(found: Sequence[tuple[int, int, str]]) -> Sequence[tuple[int, str]]:
    """Returns the marks of a scale of time around what was found, two at least."""
    low = min((each[0] for each in found), default=60)
    high = max((each[1] for each in found), default=600)
    first = max((place for place, (seconds, _) in enumerate(_TIMES) if seconds <= low), default=0)
    last = next((p for p, (seconds, _) in enumerate(_TIMES) if seconds >= high), len(_TIMES) - 1)
    return _TIMES[first : max(last, first + 1) + 1]


def _bar(x: float, y: float, width: float, height: float, kind: str, title: str) -> Bar:
    return Bar(round(x, 1), round(y, 1), round(width, 1), round(height, 1), kind, title)


def _slot(days: Sequence[str], width: int) -> float:
    return (width - _LEFT - _RIGHT) / max(1, len(days))


def _scale(highest: int) -> tuple[int, int]:
    """Returns the top of an axis and its step, both round numbers; the top is never 0."""
    step = 1
    while step * 4 < highest:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return max(1, math.ceil(highest / step)) * step, step


def _grid(ticks: Sequence[tuple[float, str]], width: int) -> tuple[list[Line], list[Label]]:
    lines = [Line(_LEFT, round(y, 1), width - _RIGHT, round(y, 1)) for y, _ in ticks]
    labels = [Label(_LEFT - 6, round(y + 4, 1), text, "end") for y, text in ticks]
    return lines, labels


def _days(days: Sequence[str], slot: float) -> list[Label]:
    """Returns labels under some of the days, as many as there is room for."""
    every = math.ceil(_LABEL_ROOM / slot)
    y = _TOP + _PLOT + 16
    return [
        Label(round(_LEFT + slot * (place + 0.5), 1), y, day)
        for place, day in enumerate(days)
        if place % every == 0
    ]


def _cut(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"
