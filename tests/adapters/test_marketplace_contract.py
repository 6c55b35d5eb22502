"""What every marketplace adapter promises: one suite for the embedded one and for HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.marketplace_http import HttpMarketplace
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.errors import BadInput, ExtensionRefused, OrderNotFound
from bot.marketplace.extensions import MAX_REASON, ExtensionRefusal, RefusalReason
from bot.marketplace.orders import (
    Cancellation,
    CancellationCause,
    CancellationRequest,
    ExtensionState,
    Order,
    OrderStatus,
    Party,
)
from bot.services.ports import Marketplace, OrderBook

NUMBER = "FO21B8A4C9"
Place = Callable[..., Order]


@pytest.fixture(params=["sql", "http"])
def marketplace(request: pytest.FixtureRequest, embedded: SqlMarketplace) -> Iterator[OrderBook]:
    if request.param == "sql":
        yield embedded
        return
    port = request.getfixturevalue("api_port")
    client = HttpMarketplace(f"http://127.0.0.1:{port}/", request.getfixturevalue("api_key"))
    yield client
    client.close()


def refusal_of(call: Callable[[], Any]) -> ExtensionRefusal:
    with pytest.raises(ExtensionRefused) as caught:
        call()
    assert isinstance(caught.value.refusal, ExtensionRefusal)
    return caught.value.refusal


def together(work: Callable[[int], Any], workers: int) -> list[Any]:
    """Runs ``work(0)``, ``work(1)``… at once; an error is returned like a result."""
    start = threading.Barrier(workers)

    def run(number: int) -> Any:
        start.wait(timeout=30)
        try:
            return work(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


# Reading


def test_a_seller_without_orders_has_none(marketplace: Marketplace, place: Place) -> None:
    place()
    assert list(marketplace.orders_of("awa")) == []


def test_orders_come_newest_placed_first_and_only_the_sellers(
    marketplace: Marketplace, place: Place, clock: Any
) -> None:
    for number, days in (("FOAAAA0001", 9), ("FOAAAA0002", 1), ("FOAAAA0003", 4)):
        place(number, placed_at=clock.now() - timedelta(days=days))
    place("FOAAAA0004", seller_id="karim")
    found = marketplace.orders_of("lea")
    assert [order.number for order in found] == ["FOAAAA0002", "FOAAAA0003", "FOAAAA0001"]


def test_an_order_arrives_with_all_its_facts(
    marketplace: Marketplace, place: Place, clock: Any
) -> None:
    cancelled = place(
        buyer_name="Zoé «l'Œil» d'Été 🎨",
        status=OrderStatus.CANCELLED,
        delivered_at=clock.now() - timedelta(microseconds=1),
        cancellation=Cancellation(
            cancelled_at=clock.now(),
            cancelled_by=Party.MARKETPLACE,
            mutual=True,
            status_before=OrderStatus.DELIVERED,
            cause=CancellationCause.FRAUD,
            buyer_reordered_at=clock.now() + timedelta(days=1),
        ),
        version=7,
    )
    asked = CancellationRequest(Party.BUYER, clock.now(), clock.now() + timedelta(hours=48))
    asked_for = place("48213", cancellation_request=asked)
    assert marketplace.order("lea", NUMBER) == cancelled
    assert marketplace.order("lea", "48213") == asked_for
    assert set(marketplace.orders_of("lea")) == {cancelled, asked_for}


def test_staff_find_any_sellers_order(marketplace: OrderBook, place: Place, clock: Any) -> None:
    of_lea, of_karim = place(), place("48213", seller_id="karim")
    assert marketplace.find_order(NUMBER) == of_lea
    assert marketplace.find_order("48213") == of_karim
    place("FOAAAA0001", due_at=clock.now() - timedelta(minutes=1))
    assert marketplace.find_order("FOAAAA0001").status is OrderStatus.LATE


@pytest.mark.parametrize(
    "number",
    ["FO00000000", "", ".", "..", "a/b", "../FO21B8A4C9", "FO21B8A4C9/extensions", "%2e%2e",
     "FO21B8A4C9?x=1", "FO21B8A4C9#", "é", "\x00", "\ud800", " FO21B8A4C9", "9" * 3000],
)  # fmt: skip
def test_an_unknown_number_is_not_found(marketplace: OrderBook, place: Place, number: str) -> None:
    place()
    with pytest.raises(OrderNotFound):
        marketplace.find_order(number)
    with pytest.raises(OrderNotFound):
        marketplace.order("lea", number)
    with pytest.raises(OrderNotFound):
        marketplace.request_extension("lea", number, 2, "Une raison.", "k1")


def test_somebody_elses_number_answers_exactly_as_an_unknown_one(
    marketplace: Marketplace, place: Place
) -> None:
    place()
    told = []
    for number in (NUMBER, "FO00000000"):
        for ask in (
            lambda: marketplace.order("karim", number),  # noqa: B023
            lambda: marketplace.request_extension("karim", number, 99, "", "k1"),  # noqa: B023
        ):
            with pytest.raises(OrderNotFound) as caught:
                ask()
            told.append(str(caught.value).replace(number, "…"))
    assert told[:2] == told[2:]


# What time alone does


def test_work_past_its_date_is_late(marketplace: Marketplace, place: Place, clock: Any) -> None:
    place()
    clock.move(days=5)
    assert marketplace.order("lea", NUMBER).status is OrderStatus.LATE
    assert [order.status for order in marketplace.orders_of("lea")] == [OrderStatus.LATE]


def test_a_delivery_nobody_answers_is_completed(
    marketplace: Marketplace, place: Place, clock: Any
) -> None:
    place(status=OrderStatus.DELIVERED, delivered_at=clock.now())
    clock.move(hours=71, minutes=59)
    assert marketplace.order("lea", NUMBER).status is OrderStatus.DELIVERED
    clock.move(minutes=1)
    (completed,) = marketplace.orders_of("lea")
    assert completed.status is OrderStatus.COMPLETED
    assert completed.completed_at == clock.now()


def test_silence_accepts_an_extension_after_48_hours(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace, clock: Any
) -> None:
    due = place().due_at
    asked = marketplace.request_extension("lea", NUMBER, 3, "Fichiers reçus tard.", "k1")
    clock.move(hours=47, minutes=59, seconds=59)
    waiting = marketplace.find_extension("lea", "k1")
    assert waiting == asked and waiting.is_open
    assert marketplace.order("lea", NUMBER).due_at == due

    clock.move(seconds=1)
    accepted = marketplace.find_extension("lea", "k1")
    assert accepted is not None and accepted.state is ExtensionState.AUTO_ACCEPTED
    assert accepted.answered_at == asked.answer_by == clock.now()
    order = marketplace.order("lea", NUMBER)
    assert order.due_at == due + timedelta(days=3)
    assert order.extension == accepted
    assert embedded.requests_of(NUMBER) == [accepted]


# Asking


def test_a_request_waits_two_days_for_the_client(
    marketplace: Marketplace, place: Place, clock: Any
) -> None:
    order = place()
    made = marketplace.request_extension("lea", NUMBER, 3, "  Fichiers reçus tard. ", "k1")
    assert (made.order_number, made.days, made.reason) == (NUMBER, 3, "Fichiers reçus tard.")
    assert (made.state, made.answered_at) == (ExtensionState.PENDING, None)
    assert made.previous_due_at == order.due_at
    assert (made.asked_at, made.answer_by) == (clock.now(), clock.now() + timedelta(hours=48))
    now = marketplace.order("lea", NUMBER)
    assert now.pending_extension == made == marketplace.find_extension("lea", "k1")
    assert now.version > order.version


def test_a_reason_of_any_length_and_any_characters(marketplace: Marketplace, place: Place) -> None:
    place()
    reason = "« Ça n'allait pas » 😅\n\x00\udcff" + "très " * 20_000
    made = marketplace.request_extension("lea", NUMBER, 1, reason, "k1")
    assert made.reason.startswith("« Ça n'allait pas » 😅")
    assert len(made.reason) <= MAX_REASON
    again = marketplace.find_extension("lea", "k1")
    assert again is not None and again.id == made.id


@pytest.mark.parametrize("accept", [True, False])
def test_the_client_answers(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace, clock: Any, accept: bool
) -> None:
    due = place().due_at
    asked = marketplace.request_extension("lea", NUMBER, 2, "Une raison.", "k1")
    clock.move(hours=5)
    embedded.answer_extension(NUMBER, accept)
    found = marketplace.find_extension("lea", "k1")
    assert found is not None and found.id == asked.id
    assert found.state is (ExtensionState.ACCEPTED if accept else ExtensionState.REFUSED)
    assert found.answered_at == clock.now()
    moved = timedelta(days=2) if accept else timedelta()
    assert marketplace.order("lea", NUMBER).due_at == due + moved


def test_a_delivery_withdraws_the_request(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    place()
    marketplace.request_extension("lea", NUMBER, 2, "Une raison.", "k1")
    embedded.deliver(NUMBER)
    found = marketplace.find_extension("lea", "k1")
    assert found is not None and found.state is ExtensionState.WITHDRAWN
    assert marketplace.order("lea", NUMBER).status is OrderStatus.DELIVERED


STATUS_REFUSALS = {
    OrderStatus.REQUIREMENTS_PENDING: RefusalReason.NOT_STARTED,
    OrderStatus.DELIVERED: RefusalReason.DELIVERED,
    OrderStatus.COMPLETED: RefusalReason.COMPLETED,
    OrderStatus.CANCELLED: RefusalReason.CANCELLED,
}


@pytest.mark.parametrize("status", STATUS_REFUSALS)
def test_the_status_refuses(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace, status: OrderStatus
) -> None:
    place(status=status)
    refused = refusal_of(lambda: marketplace.request_extension("lea", NUMBER, 2, "R.", "k1"))
    assert refused == ExtensionRefusal(STATUS_REFUSALS[status], NUMBER, days=2)
    assert marketplace.find_extension("lea", "k1") is None
    assert embedded.requests_of(NUMBER) == []


@pytest.mark.parametrize("days", [0, -1, 31, 10**30])
def test_the_days_refuse(marketplace: Marketplace, place: Place, days: int) -> None:
    place()
    refused = refusal_of(lambda: marketplace.request_extension("lea", NUMBER, days, "R.", "k1"))
    assert refused == ExtensionRefusal(RefusalReason.DAYS_OUT_OF_RANGE, NUMBER, days=days)


def test_a_date_still_past_refuses_and_tells_the_fewest_days(
    marketplace: Marketplace, place: Place, clock: Any
) -> None:
    place(status=OrderStatus.LATE, due_at=clock.now() - timedelta(hours=30))
    refused = refusal_of(lambda: marketplace.request_extension("lea", NUMBER, 1, "R.", "k1"))
    assert refused == ExtensionRefusal(
        RefusalReason.DATE_STILL_PAST, NUMBER, days=1, minimum_days=2
    )
    assert marketplace.request_extension("lea", NUMBER, 2, "R.", "k2").is_open


def test_a_missing_reason_refuses(marketplace: Marketplace, place: Place) -> None:
    place()
    refused = refusal_of(lambda: marketplace.request_extension("lea", NUMBER, 2, " \n", "k1"))
    assert refused == ExtensionRefusal(RefusalReason.REASON_MISSING, NUMBER, days=2)


def test_a_pending_request_refuses_another(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    place()
    first = marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")
    refused = refusal_of(lambda: marketplace.request_extension("lea", NUMBER, 3, "R.", "k2"))
    assert refused == ExtensionRefusal(
        RefusalReason.ALREADY_PENDING, NUMBER, days=3, answer_by=first.answer_by
    )
    assert embedded.requests_of(NUMBER) == [first]


def test_after_silence_accepted_one_another_may_be_asked_for(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace, clock: Any
) -> None:
    due = place().due_at
    marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")
    clock.move(hours=60)  # nobody looked in between
    second = marketplace.request_extension("lea", NUMBER, 1, "R.", "k2")
    assert second.previous_due_at == due + timedelta(days=2)
    states = [request.state for request in embedded.requests_of(NUMBER)]
    assert states == [ExtensionState.AUTO_ACCEPTED, ExtensionState.PENDING]
    first = marketplace.find_extension("lea", "k1")
    assert first is not None and first.state is ExtensionState.AUTO_ACCEPTED


# Exactly once


def test_the_same_key_returns_the_first_request_whatever_else_is_asked(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    place()
    place("48213")
    first = marketplace.request_extension("lea", NUMBER, 2, "Une raison.", "k1")
    for number, days, reason in (
        (NUMBER, 2, "Une raison."),
        (NUMBER, 9, "Une autre."),
        (NUMBER, 99, ""),
        ("48213", 2, "Une raison."),
        ("FO00000000", 2, "Une raison."),
    ):
        assert marketplace.request_extension("lea", number, days, reason, "k1") == first
    assert embedded.requests_of(NUMBER) == [first]
    assert embedded.requests_of("48213") == []


def test_the_same_key_returns_the_request_in_its_present_state(
    marketplace: Marketplace, place: Place, clock: Any
) -> None:
    place()
    first = marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")
    clock.move(hours=48)
    again = marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")
    assert (again.id, again.state) == (first.id, ExtensionState.AUTO_ACCEPTED)


def test_a_key_is_its_sellers_alone(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    place()
    place("FOKARIM001", seller_id="karim")
    marketplace.request_extension("lea", NUMBER, 2, "R.", "k1")
    with pytest.raises(OrderNotFound):
        marketplace.request_extension("karim", "FOKARIM001", 2, "R.", "k1")
    assert marketplace.find_extension("karim", "k1") is None
    assert embedded.requests_of("FOKARIM001") == []


def test_a_refused_key_may_be_used_again(marketplace: Marketplace, place: Place) -> None:
    place()
    refusal_of(lambda: marketplace.request_extension("lea", NUMBER, 99, "R.", "k1"))
    assert marketplace.request_extension("lea", NUMBER, 9, "R.", "k1").days == 9


@pytest.mark.parametrize("key", ["c-1:12:request_extension", "a/../b", "k?x=%41&y#z", "k" * 200])
def test_keys_of_all_kinds_find_their_request(
    marketplace: Marketplace, place: Place, key: str
) -> None:
    place()
    made = marketplace.request_extension("lea", NUMBER, 2, "R.", key)
    assert marketplace.find_extension("lea", key) == made
    assert marketplace.find_extension("lea", key[:-1]) is None


@pytest.mark.parametrize("key", ["", "..", "é", "a b", "a\r\nX-Evil: 1", "\x00", "k" * 201])
def test_what_is_no_key_is_bad_input(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace, key: str
) -> None:
    place()
    with pytest.raises(BadInput):
        marketplace.request_extension("lea", NUMBER, 2, "R.", key)
    assert marketplace.find_extension("lea", key) is None
    assert embedded.requests_of(NUMBER) == []


# Races


def test_one_key_asked_for_at_once_makes_one_request(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    for turn in range(4):
        number, key = f"FORACE{turn:04d}", f"key-{turn}"
        place(number)
        made = together(
            lambda _: marketplace.request_extension("lea", number, 2, "R.", key),  # noqa: B023
            6,
        )
        assert embedded.requests_of(number) == [made[0]]
        assert made == [made[0]] * 6


def test_one_key_for_several_orders_at_once_makes_one_request(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    numbers = [f"FORACE{index:04d}" for index in range(6)]
    for number in numbers:
        place(number)
    made = together(
        lambda index: marketplace.request_extension("lea", numbers[index], 2, "R.", "k1"), 6
    )
    assert made == [made[0]] * 6
    stored = [request for number in numbers for request in embedded.requests_of(number)]
    assert stored == [made[0]]


def test_several_keys_at_once_make_one_request_and_the_others_are_refused(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace
) -> None:
    place()
    made = together(
        lambda index: marketplace.request_extension("lea", NUMBER, 2, "R.", f"k{index}"), 6
    )
    refused = [each for each in made if isinstance(each, ExtensionRefused)]
    assert {error.refusal.reason for error in refused} == {RefusalReason.ALREADY_PENDING}
    (winner,) = [each for each in made if each not in refused]
    assert embedded.requests_of(NUMBER) == [winner]


def test_reading_at_once_settles_once(
    marketplace: Marketplace, place: Place, embedded: SqlMarketplace, clock: Any
) -> None:
    due = place().due_at
    marketplace.request_extension("lea", NUMBER, 3, "R.", "k1")
    clock.move(hours=48)
    found = together(lambda _: marketplace.order("lea", NUMBER), 6)
    assert found == [found[0]] * 6
    assert found[0].due_at == due + timedelta(days=3)
    assert [r.state for r in embedded.requests_of(NUMBER)] == [ExtensionState.AUTO_ACCEPTED]
