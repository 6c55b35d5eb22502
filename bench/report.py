"""The table: medians side by side, the ratio, and the goal where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median

from bench.bots import OurBot, StockBot

Figures = dict[str, dict[str, list[float]]]
"""For each bot, the values of each figure, one a run."""

# A goal is a ratio ours / stock: at least (True) or at most (False).
_GOALS: Mapping[str, tuple[bool, float]] = {
    "messages a second, 16 at once": (True, 4.0),
    "16 at once p50, ms": (False, 0.25),
    "FAQ p50, ms": (False, 0.25),
    "order status p50, ms": (False, 0.25),
    "start to first answer, s": (False, 0.2),
    "memory, MB": (False, 0.75),
    "training, s": (False, 0.25),
}
_TURN_GOAL = 1.3


def lines(figures: Figures) -> Iterator[str]:
    """Yields the lines of the report."""
    ours, stock = figures[OurBot.name], figures[StockBot.name]
    yield f"\n{'medians':34} {OurBot.name:>12} {StockBot.name:>12} {'ratio':>7}  goal"
    for name, values in ours.items():
        if not stock.get(name):
            continue
        one, other = median(values), median(stock[name])
        ratio = one / other
        runs = min(len(values), len(stock[name]))
        goal = f"{_goal(name, ratio)} ({runs} runs)"
        yield f"{name:34} {one:12.1f} {other:12.1f} {ratio:7.2f}  {goal}"
    for bot, mine in figures.items():
        if "turn 1000, ms" in mine:
            cost = median(mine["turn 1000, ms"]) / median(mine["turn 5, ms"])
            verdict = _verdict(cost <= _TURN_GOAL) if bot == OurBot.name else ""
            yield f"{bot}: a turn at 1,000 costs {cost:.2f} × a turn at 5  {verdict}"


def _goal(name: str, ratio: float) -> str:
    if name not in _GOALS:
        return ""
    at_least, wanted = _GOALS[name]
    sign = "≥" if at_least else "≤"
    return f"{sign} {wanted:g}: {_verdict(ratio >= wanted if at_least else ratio <= wanted)}"


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"
