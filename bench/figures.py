"""How long the page of figures takes with many conversations: ``python -m bench.figures``.

Makes a database of made-up conversations (once; a minute or two for 100,000) and reads every
figure as the page does, each period beside the one before. Nothing is asserted: it prints.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import datetime, timezone
from pathlib import Path

from bot.adapters.content_yaml import load_content
from bot.adapters.demo_history.seed import seed_history
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.figure_store import SqlFigureStore
from bot.adapters.sql.migrate import upgrade
from bot.services.figure_tables import FigureTables
from bot.services.figures import AT_ONCE, COUNTED, TIMED, Figures
from bot.services.live_content import LiveContent
from bot.support.figures import SETTLING, last_days, until

PROJECT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=timezone.utc)
PERIODS = (7, 30, 90)


class StandingClock:
    """Tells the moment the made-up history ends at."""

    def now(self) -> datetime:
        """Returns it."""
        return NOW


def main() -> None:
    """Fills the database if it is not there, and prints the times."""
    options = _parser().parse_args()
    content = load_content(PROJECT / "data", "https://example.com/{article}")
    options.database.parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{options.database}"
    upgrade(url)
    engine = create_engine(url)
    begun = time.perf_counter()
    written = seed_history(engine, content, NOW, (), options.conversations, options.days)
    if written:
        print(f"{written} conversations written in {time.perf_counter() - begun:.0f} s")
    size = options.database.stat().st_size / 1e6
    print(f"{options.database}: {size:.0f} MB, conversations of {options.days} days\n")
    store = SqlFigureStore(engine)
    figures, tables = Figures(store, StandingClock()), FigureTables(LiveContent(content))
    for days in PERIODS:
        _print_page(figures, tables, days, options.runs)
        if options.each:
            _print_each(store, days)
    figures.stop()


def _print_page(figures: Figures, tables: FigureTables, days: int, runs: int) -> None:
    took, worked = [], []
    for _ in range(runs):
        begun, idle = time.perf_counter(), time.process_time()
        comparison = figures.compare(last_days(days, NOW))
        tables.tables(comparison)
        took.append(time.perf_counter() - begun)
        worked.append(time.process_time() - idle)
    counted = comparison.present.conversations.total
    earlier = comparison.before.conversations.total if comparison.before else 0
    print(
        f"{days:3} days: {statistics.median(took):6.2f} s (best {min(took):.2f} of {runs}), "
        f"{statistics.median(worked):.2f} s of processor on {AT_ONCE} threads; "
        f"{counted} conversations beside {earlier} before"
    )


def _print_each(store: SqlFigureStore, days: int) -> None:
    period = last_days(days, NOW)
    end = until(period, period, NOW)
    for name in (*COUNTED, *TIMED):
        begun = time.perf_counter()
        store.figure_rows(name, period.first_day, period.last_day, end, NOW - SETTLING)
        print(f"          {name:14} {time.perf_counter() - begun:6.3f} s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=180, help="over how many days they lie")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--each", action="store_true", help="also each query by itself")
    parser.add_argument("--database", type=Path, default=PROJECT / "var" / "bench-figures.db")
    return parser


if __name__ == "__main__":
    main()
