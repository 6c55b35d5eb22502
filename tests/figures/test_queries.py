"""Every figure is what the definitions say, counted independently on random histories."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot.adapters.sql.engine import create_engine, writing
from bot.adapters.sql.figure_queries import ANSWERS, QUERIES
from bot.adapters.sql.figure_store import SqlFigureStore
from bot.adapters.sql.migrate import upgrade
from bot.services.figures import COUNTED, TIMED
from bot.support.responses import Content
from tests.figures import histories
from tests.figures.histories import BEGINNINGS, GAPS, PLANS, history_of
from tests.figures.recount import Asked, History, Recount

MOMENTS = st.builds(
    lambda start, gap: start + timedelta(milliseconds=gap), st.sampled_from(BEGINNINGS), GAPS
)
ASKED = st.builds(
    lambda first, days, until, settled: Asked(
        first, first + timedelta(days=days), until + timedelta(days=4), settled
    ),
    st.sampled_from([date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 28)]),
    st.integers(0, 9),
    MOMENTS,
    MOMENTS,
)  # fmt: skip
COLUMNS = {
    "conversations": ("day",),
    "messages": ("day", "author"),
    "handling": ("day", "topic", "handling"),
    "requests": ("day", "topic", "reason", "became"),
    "resolutions": ("day", "topic", "outcome", "standing"),
    "thumbs": ("day", "response", "value"),
    "answers": ("response",),
}


def is_answer(response: str | None) -> bool:
    return response is not None and (response.startswith("faq_") or response in ANSWERS)


def found(store: SqlFigureStore, name: str, asked: Asked) -> dict[Any, Any]:
    """Returns a figure's rows as the recount has them."""
    rows = store.figure_rows(
        name, asked.first_day, asked.last_day, asked.until, asked.settled_before
    )
    if name in TIMED:
        return {(r["breakdown"], r["name"]): (r["n"], r["median"], r["p90"]) for r in rows}
    keys = [tuple(row[column] for column in COLUMNS[name]) for row in rows]
    assert len(set(keys)) == len(keys)
    return {(k[0] if len(k) == 1 else k): row["n"] for k, row in zip(keys, rows)}


def check(store: SqlFigureStore, history: History, asked: Asked) -> None:
    recount = Recount(history, asked, is_answer)
    for name in QUERIES:
        assert found(store, name, asked) == dict(getattr(recount, name)()), name


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("figures") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


# The same histories each time: a commit is not blamed for what chance finds.
@settings(max_examples=150, deadline=None, derandomize=True)
@given(plans=PLANS, asked=ASKED)
def test_any_history_gives_what_the_definitions_say(
    plans: list[Any], asked: Asked, empty_database: Path
) -> None:
    path = empty_database.with_name("filled.db")
    shutil.copy(empty_database, path)
    engine = create_engine(f"sqlite:///{path}")
    history = history_of(plans)
    with writing(engine) as connection:
        histories.write(connection, history)
    check(SqlFigureStore(engine), history, asked)
    engine.dispose()


def random_history(conversations: int) -> History:
    """Returns a history of many conversations over some weeks, by the same steps."""
    chance = Random(7)
    gaps = [0, 1, 999, 60_000, 3_600_000, 23 * 3_600_000, 72 * 3_600_000 - 1, 90 * 3_600_000]
    plans = [
        (
            BEGINNINGS[0],
            chance.randrange(21 * 24 * 3_600_000),
            chance.randrange(24),
            [
                (chance.choice(histories.KINDS), chance.choice(gaps), chance.randrange(24))
                for _ in range(chance.randrange(12))
            ],
        )
        for _ in range(conversations)
    ]
    return history_of(plans)


def test_many_conversations_on_either_database(engine: Engine) -> None:
    history = random_history(400)
    with writing(engine) as connection:
        histories.write(connection, history)
    store = SqlFigureStore(engine)
    now = datetime(2026, 11, 16, 12, 30, tzinfo=timezone.utc)
    for first, last in [
        (date(2026, 10, 20), date(2026, 11, 16)),
        (date(2026, 10, 25), date(2026, 10, 25)),
        (date(2026, 11, 1), date(2026, 11, 7)),
    ]:
        check(store, history, Asked(first, last, now, now - timedelta(hours=72)))


def test_the_comparison_can_fail(engine: Engine) -> None:
    history = random_history(20)
    with writing(engine) as connection:
        histories.write(connection, history)
    now = datetime(2026, 12, 24, tzinfo=timezone.utc)
    asked = Asked(date(2026, 10, 20), date(2026, 12, 20), now, now)
    check(SqlFigureStore(engine), history, asked)
    history.said.pop(0)
    with pytest.raises(AssertionError):
        check(SqlFigureStore(engine), history, asked)


def test_every_figure_is_read() -> None:
    assert set(QUERIES) == {*COUNTED, *TIMED}


def test_answers_are_those_a_thumb_is_asked_for_and_what_was_done(content: Content) -> None:
    """Content decides what is an answer; of the extension dialog, what was done or cannot be."""
    answers = {id for id, response in content.responses.items() if response.answer}
    assert answers <= set(ANSWERS)
    done = {f"extension_{name}" for name in ("receipt", *_refusals(content))}
    assert set(ANSWERS) - answers == done
    assert all(entry.startswith("faq_") for entry in content.entries)
    assert not any(response.startswith("faq_") for response in content.responses)


def _refusals(content: Content) -> set[str]:
    start = "extension_"
    refused = {id for id in content.responses if id.startswith(f"{start}refused_")}
    return {id.removeprefix(start) for id in refused}
