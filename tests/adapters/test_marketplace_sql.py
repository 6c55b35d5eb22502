"""The embedded marketplace: races of clients, sellers and time, and a database that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters import marketplace_tables
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine, writing
from bot.adapters.sql.metadata import metadata
from bot.errors import MarketplaceUnavailable, OrderNotFound, OutcomeUnknown
from bot.marketplace import life_cycle
from bot.marketplace.orders import (
    Cancellation,
    CancellationRequest,
    ExtensionState,
    Order,
    OrderStatus,
    Party,
)

NUMBER = "FO21B8A4C9"
Place = Callable[..., Order]


@pytest.fixture
def other(orders_url: str, orders_engine: Engine, clock: Any) -> Iterator[SqlMarketplace]:
    """The same marketplace from another process."""
    made = create_engine(orders_url)
    yield SqlMarketplace(made, clock)
    made.dispose()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(run, work) for work in works]]


# Races


def test_acceptance_and_refusal_race_and_one_wins(
    embedded: SqlMarketplace, other: SqlMarketplace, place: Place
) -> None:
    for turn in range(10):
        number = f"FORACE{turn:04d}"
        due = place(number).due_at
        embedded.request_extension("lea", number, 3, "R.", f"k{turn}")
        answers = at_once(
            lambda: embedded.answer_extension(number, True),  # noqa: B023
            lambda: other.answer_extension(number, False),  # noqa: B023
            lambda: other.answer_extension(number, True),  # noqa: B023
            lambda: embedded.answer_extension(number, False),  # noqa: B023
        )
        assert answers == [answers[0]] * 4
        accepted = answers[0].state is ExtensionState.ACCEPTED
        order = embedded.order("lea", number)
        assert order.due_at == due + timedelta(days=3 if accepted else 0)
        assert embedded.requests_of(number) == [order.extension] == [answers[0]]
        assert order.version == 3  # placed, asked, answered once


def test_answer_delivery_and_cancellation_race_and_one_ends_the_request(
    embedded: SqlMarketplace, other: SqlMarketplace, place: Place, clock: Any
) -> None:
    cancellation = Cancellation(clock.now(), Party.BUYER, False, OrderStatus.IN_PROGRESS)
    ends = set()
    for turn in range(12):
        number = f"FORACE{turn:04d}"
        due = place(number).due_at
        embedded.request_extension("lea", number, 3, "R.", f"k{turn}")
        at_once(
            lambda: embedded.deliver(number),  # noqa: B023
            lambda: other.change(number, lambda order: life_cycle.cancel(order, cancellation)),  # noqa: B023
            lambda: other.answer_extension(number, True),  # noqa: B023
        )
        order = embedded.order("lea", number)
        (request,) = embedded.requests_of(number)
        assert request == order.extension
        assert request.state in (ExtensionState.ACCEPTED, ExtensionState.WITHDRAWN)
        moved = request.state is ExtensionState.ACCEPTED
        assert order.due_at == due + timedelta(days=3 if moved else 0)
        assert order.status is OrderStatus.CANCELLED  # before the delivery, or after it
        ends.add(request.state)
    assert ends


def test_requests_and_deliveries_race_and_nothing_waits_on_a_delivered_order(
    embedded: SqlMarketplace, other: SqlMarketplace, place: Place
) -> None:
    for turn in range(10):
        number = f"FORACE{turn:04d}"
        place(number)

        def ask(number: str = number, turn: int = turn) -> None:
            try:
                other.request_extension("lea", number, 3, "R.", f"k{turn}")
            except Exception as error:
                assert "DELIVERED" in str(error)

        at_once(lambda: embedded.deliver(number), ask)  # noqa: B023
        order = embedded.order("lea", number)
        assert order.status is OrderStatus.DELIVERED
        assert all(r.state is ExtensionState.WITHDRAWN for r in embedded.requests_of(number))


def test_a_change_made_meanwhile_is_seen_and_not_overwritten(
    embedded: SqlMarketplace, other: SqlMarketplace, place: Place
) -> None:
    """On SQLite the second writer waits; on PostgreSQL its compare-and-set fails and it retries."""
    place()
    seen = []
    started, together = threading.Event(), threading.Event()

    def slowly(order: Order) -> Order:
        seen.append(order.title)
        started.set()
        together.wait(0.3)
        return replace(order, title=order.title + "!", version=order.version + 1)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(embedded.change, NUMBER, slowly)
        assert started.wait(10)
        second = pool.submit(other.change, NUMBER, slowly)
        first.result(30), second.result(30)
    title = "Logo pour une boulangerie"
    assert seen[0] == title and seen[-1] == title + "!"
    assert embedded.order("lea", NUMBER).title == title + "!!"


def test_a_key_taken_between_looking_and_writing_is_looked_up_again(
    embedded: SqlMarketplace, place: Place, orders_engine: Engine
) -> None:
    """Only PostgreSQL can get there: on SQLite one writer at a time looks and writes."""
    place()
    taken = [sa.exc.IntegrityError("INSERT", {}, Exception("duplicate key"))]

    @sa.event.listens_for(orders_engine, "before_cursor_execute")
    def take(_conn: Any, _cursor: Any, executed: str, *_: Any) -> None:
        if executed.startswith("INSERT INTO marketplace_extensions") and taken:
            raise taken.pop()

    made = embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    assert not taken
    assert embedded.requests_of(NUMBER) == [made]


# Time alone


def test_settling_returns_what_it_closed_once(
    embedded: SqlMarketplace, place: Place, clock: Any
) -> None:
    for number in ("FOSILENT01", "FOANSWER01", "FOCANCEL01", "FOYOUNG001"):
        place(number)
    for number in ("FOSILENT01", "FOANSWER01", "FOCANCEL01"):
        embedded.request_extension("lea", number, 2, "R.", number)
    embedded.answer_extension("FOANSWER01", False)
    until = clock.now() + timedelta(hours=10)
    asks = CancellationRequest(Party.BUYER, clock.now(), until)
    embedded.change(
        "FOCANCEL01", lambda o: replace(o, cancellation_request=asks, version=o.version + 1)
    )
    clock.move(hours=20)
    embedded.request_extension("lea", "FOYOUNG001", 2, "R.", "young")

    closed = embedded.settle_due(clock.now() + timedelta(hours=28))
    assert {(r.order_number, r.state) for r in closed} == {
        ("FOSILENT01", ExtensionState.AUTO_ACCEPTED),
        ("FOCANCEL01", ExtensionState.WITHDRAWN),
    }
    assert embedded.settle_due(clock.now() + timedelta(hours=28)) == []
    assert embedded.order("lea", "FOCANCEL01").status is OrderStatus.CANCELLED
    young = embedded.find_extension("lea", "young")
    assert young is not None and young.is_open


# What a marketplace itself does


def test_answering_what_was_never_asked_finds_nothing(
    embedded: SqlMarketplace, place: Place
) -> None:
    place()
    for number in (NUMBER, "FO00000000"):
        with pytest.raises(OrderNotFound):
            embedded.answer_extension(number, True)
    with pytest.raises(OrderNotFound):
        embedded.deliver("FO00000000")


def test_an_answer_after_48_hours_comes_too_late(
    embedded: SqlMarketplace, place: Place, clock: Any
) -> None:
    place()
    embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    clock.move(hours=48)
    assert embedded.answer_extension(NUMBER, False).state is ExtensionState.AUTO_ACCEPTED


def test_saving_replaces_an_order_and_its_pending_request(
    embedded: SqlMarketplace, place: Place
) -> None:
    order = place()
    first = embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    second = replace(first, id="ext_other", days=9)
    embedded.save(replace(order, title="Autre chose", extension=second))
    found = embedded.order("lea", NUMBER)
    assert (found.title, found.extension) == ("Autre chose", second)
    assert found.version > 2  # who still holds the order of before cannot overwrite it
    assert embedded.requests_of(NUMBER) == [second]


def test_the_database_itself_allows_one_pending_request(
    embedded: SqlMarketplace, place: Place, orders_engine: Engine
) -> None:
    place()
    embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    with pytest.raises(sa.exc.IntegrityError), writing(orders_engine) as connection:
        columns = sa.text(
            "INSERT INTO marketplace_extensions SELECT 'second', order_number, seller_id, 'k2',"
            " asked_at, state, facts FROM marketplace_extensions"
        )
        connection.execute(columns)


# A database that fails


@contextmanager
def failing(engine: Engine, moment: str, statement: str = "") -> Iterator[None]:
    """Lets the database fail at a commit, or before a kind of statement."""
    error = sa.exc.OperationalError(statement, {}, Exception("the disk is gone"))

    def at_commit(connection: Any) -> None:
        raise error

    def at_statement(_conn: Any, _cursor: Any, executed: str, *_: Any) -> None:
        if executed.startswith(statement):
            raise error

    listener = at_commit if moment == "commit" else at_statement
    sa.event.listen(engine, moment, listener)
    try:
        yield
    finally:
        sa.event.remove(engine, moment, listener)


@pytest.mark.parametrize("statement", ["SELECT", "UPDATE marketplace_orders", "INSERT INTO"])
def test_a_failure_before_the_commit_did_nothing(
    embedded: SqlMarketplace, place: Place, orders_engine: Engine, statement: str
) -> None:
    order = place()
    failure = failing(orders_engine, "before_cursor_execute", statement)
    with failure, pytest.raises(MarketplaceUnavailable) as caught:
        embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    assert isinstance(caught.value.__cause__, sa.exc.OperationalError)
    assert embedded.order("lea", NUMBER) == order
    assert embedded.requests_of(NUMBER) == []


def test_a_failed_commit_is_an_unknown_outcome(
    embedded: SqlMarketplace, place: Place, orders_engine: Engine
) -> None:
    place()
    with failing(orders_engine, "commit"), pytest.raises(OutcomeUnknown) as caught:
        embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    assert isinstance(caught.value.__cause__, sa.exc.OperationalError)
    assert embedded.request_extension("lea", NUMBER, 2, "R.", "k1").is_open


def test_reading_a_failing_database_is_unavailable(
    embedded: SqlMarketplace, place: Place, orders_engine: Engine
) -> None:
    place()
    embedded.request_extension("lea", NUMBER, 2, "R.", "k1")
    with failing(orders_engine, "before_cursor_execute", "SELECT"):
        for ask in (
            lambda: embedded.orders_of("lea"),
            lambda: embedded.order("lea", NUMBER),
            lambda: embedded.find_extension("lea", "k1"),
            embedded.is_empty,
        ):
            with pytest.raises(MarketplaceUnavailable):
                ask()


def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path, clock: Any) -> None:
    marketplace = SqlMarketplace(create_engine(f"sqlite:///{tmp_path}/no/such/folder.db"), clock)
    with pytest.raises(MarketplaceUnavailable):
        marketplace.orders_of("lea")
    with pytest.raises(MarketplaceUnavailable):
        marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")


def test_a_writer_that_waits_too_long_for_sqlite_did_nothing(tmp_path: Path, clock: Any) -> None:
    url = f"sqlite:///{tmp_path / 'locked.db'}"
    engine = create_engine(url)
    sa.event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=50"))
    tables = [marketplace_tables.orders, marketplace_tables.extensions]
    with writing(engine) as connection:
        metadata.create_all(connection, tables=tables)
    marketplace = SqlMarketplace(engine, clock)
    with writing(create_engine(url)):
        assert marketplace.orders_of("lea") == []  # readers do not wait
        with pytest.raises(MarketplaceUnavailable):
            marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")
