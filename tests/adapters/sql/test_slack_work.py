"""Work for Slack shared by two replicas: each row once, those of a lane in their order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.slack_store import SqlSlackStore
from bot.support.slack import SlackCall, SlackDelivery, SlackThread
from tests.adapters.sql.conftest import START

LANES, CALLS = 5, 12


@pytest.fixture
def replicas(engine: Engine, other_engine: Engine) -> Iterator[tuple[SqlSlackStore, SqlSlackStore]]:
    yield SqlSlackStore(engine), SqlSlackStore(other_engine)


def call(lane: int, number: int) -> SlackCall:
    return SlackCall("chat.postMessage", {"text": str(number)}, f"{lane}:{number}", f"lane-{lane}")


def test_two_replicas_make_each_call_once_and_each_lane_in_order(
    replicas: tuple[SqlSlackStore, SqlSlackStore], together: Any
) -> None:
    for number in range(CALLS):  # all lanes mixed
        replicas[0].put_calls([call(lane, number) for lane in range(LANES)], START)
    made: list[str] = []
    at_work: set[str] = set()
    watch = threading.Lock()

    def work(place: int) -> None:
        store, idle = replicas[place % 2], 0
        while idle < 50:
            due = store.claim_call(START, {})
            if due is None:
                idle += 1
                continue
            idle = 0
            with watch:
                assert due.call.lane not in at_work
                at_work.add(due.call.lane)
                made.append(due.call.key)
            with watch:
                at_work.remove(due.call.lane)
            store.finish_call(due, None, START)

    together(work, 4)
    assert sorted(made) == sorted(call(lane, n).key for lane in range(LANES) for n in range(CALLS))
    for lane in range(LANES):
        mine = [key for key in made if key.startswith(f"{lane}:")]
        assert mine == [call(lane, number).key for number in range(CALLS)]


def test_deliveries_of_one_person_stay_in_order_over_two_replicas(
    replicas: tuple[SqlSlackStore, SqlSlackStore],
) -> None:
    one, other = replicas
    for number in range(3):
        assert one.receive(SlackDelivery(f"d{number}", "event", {}, "nora"), START)
    assert not other.receive(SlackDelivery("d1", "event", {}, "nora"), START)  # sent again
    first = one.claim_delivery(START)
    assert first is not None and first.key == "d0"
    assert other.claim_delivery(START) is None  # what comes after waits for it
    later = START + timedelta(seconds=61)
    again = other.claim_delivery(later)  # the first replica died
    assert again is not None and again.key == "d0"
    other.finish_delivery("d0", [], later)
    following = one.claim_delivery(later)
    assert following is not None and following.key == "d1"


def test_a_thread_moved_on_by_two_replicas_at_once_moves_once(
    replicas: tuple[SqlSlackStore, SqlSlackStore], chat: Any, together: Any
) -> None:
    chat.say("bonjour")
    thread = SlackThread(chat.id, "C1", None, 0, 0, 0, "")
    for old, mirrored in ((None, 1), (SlackThread(chat.id, "C1", None, 1, 0, 0, ""), 2)):
        new = SlackThread(thread.conversation_id, "C1", None, mirrored, 0, 0, "")

        def move(place: int, old: Any = old, new: Any = new) -> bool:
            lines = [SlackCall("chat.postMessage", {}, f"{place}:{new.mirrored}", "lane")]
            return replicas[place % 2].advance(old, new, lines, START)

        assert sorted(together(move, 6)) == [False] * 5 + [True]
    claimed = replicas[0].claim_call(START, {})
    assert claimed is not None
    replicas[0].finish_call(claimed, None, START)
    claimed = replicas[0].claim_call(START, {})
    assert claimed is not None
    replicas[0].finish_call(claimed, None, START)
    assert replicas[1].claim_call(START, {}) is None
