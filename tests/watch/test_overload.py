"""Above what can be done, calls wait a moment and are then refused; what was taken is answered."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.errors import Overloaded
from bot.services.gate import LONGEST_RETRY, Gate
from bot.services.ports import IncomingMessage
from bot.support.staff import Role, Staff
from bot.web.refusals import SENTENCES
from tests.waiting import until
from tests.watch.conftest import LightSeller, LightServer

FEW = {
    "ASSISTANT_MOST_TURNS": "2",
    "ASSISTANT_MOST_TURNS_WAITING": "6",
    "ASSISTANT_OVERLOAD_PATIENCE": "0.3",
}


def is_a_kind_refusal(answer: httpx.Response) -> bool:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "busy"), answer.text
    assert error["message"] == SENTENCES["busy"]
    assert 1 <= int(answer.headers["retry-after"]) <= LONGEST_RETRY
    return True


def test_what_is_taken_is_answered_and_what_is_not_is_refused_kindly(
    make_server: Callable[..., LightServer],
) -> None:
    server = make_server(**FEW)
    sellers = [LightSeller(server).begin() for _ in range(30)]
    server.assistant.held.set()
    answers = [seller.send("une question") for seller in sellers[:2]]
    server.comes_to({"assistant_turns_running": 2.0})  # so that no other waits for them to begin
    with ThreadPoolExecutor(28) as pool:
        answers += pool.map(lambda seller: seller.send("une question"), sellers[2:])
    taken = [seller for seller, a in zip(sellers, answers) if a.status_code == 202]
    refused = [a for a in answers if a.status_code != 202]
    assert len(taken) == 2 + 6, [a.status_code for a in answers]
    assert all(map(is_a_kind_refusal, refused))
    # Who only reads is served, and what came in stays as it was told.
    assert [len(seller.messages()) for seller in taken] == [1] * len(taken)
    server.comes_to(
        {
            "assistant_turns_running": 2.0,
            "assistant_turns_waiting": 6.0,
            'assistant_refused_total{code="busy",surface="site"}': len(refused),
        }
    )
    server.assistant.held.clear()
    for seller in taken:
        until(seller.answers)
    assert server.assistant.most_running == 2
    assert server.assistant.seen == ["une question"] * len(taken)
    # Refused means that nothing was kept: sent again it is new, and now there is room.
    again = next(s for s, a in zip(sellers, answers) if a.status_code != 202)
    assert again.messages() == []
    assert again.send("une question").status_code == 202
    assert until(again.answers) == ["faq_block_buyer"]


def test_whom_a_person_answers_is_never_refused(make_server: Callable[..., LightServer]) -> None:
    server = make_server(**FEW)
    led = LightSeller(server).begin()
    server.application.desk.claim(Staff("nora", "Nora", Role.AGENT), led.conversation)
    others = [LightSeller(server).begin() for _ in range(12)]
    server.assistant.held.set()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda seller: seller.send("bonjour"), others))
    assert any(answer.status_code == 503 for answer in answers)
    assert led.send("êtes-vous là ?").status_code == 202


def test_a_resend_of_what_was_taken_is_the_same_message(
    make_server: Callable[..., LightServer],
) -> None:
    server = make_server(**FEW)
    seller, client_id = LightSeller(server).begin(), uuid.uuid4().hex
    server.assistant.held.set()
    first = seller.send("une question", client_id)
    second = seller.send("une question", client_id)
    assert first.json() == second.json()
    server.assistant.held.clear()
    assert until(seller.answers) == ["faq_block_buyer"]
    server.comes_to(
        {
            'assistant_messages_received_total{kind="typed"}': 1.0,
            'assistant_messages_received_total{kind="resent"}': 1.0,
        }
    )


def test_what_a_dead_process_left_is_taken_up_within_the_same_bounds(
    make_server: Callable[..., LightServer],
) -> None:
    server = make_server(**FEW)
    store, now = server.application.store, server.application.clock.now()
    server.assistant.held.set()
    sellers = [LightSeller(server).begin() for _ in range(20)]
    for seller in sellers:  # as another process would have stored it, with no turn begun
        message = IncomingMessage("une question", uuid.uuid4().hex)
        store.accept(seller.conversation, message, "another", now)
    store.release_leases(now)
    until(lambda: server.figures()["assistant_turns_running"] == 2.0)
    assert server.figures()["assistant_turns_waiting"] <= 6.0
    server.assistant.held.clear()
    for seller in sellers:
        assert until(seller.answers) == ["faq_block_buyer"]
    assert len(server.assistant.seen) == len(sellers)


def test_too_many_streams_are_asked_to_come_back(make_server: Callable[..., LightServer]) -> None:
    import simple_websocket

    server = make_server(ASSISTANT_MOST_STREAMS="1")
    seller = LightSeller(server).begin()
    url = f"ws://127.0.0.1:{server.port}/api/site/v1/conversations/{seller.conversation}/stream"
    hello = f'{{"type": "hello", "token": "{seller.token}", "after": 0}}'
    first, second = simple_websocket.Client(url), simple_websocket.Client(url)
    first.send(hello)
    assert first.receive(timeout=20) == '{"type":"ready"}'
    second.send(hello)
    with pytest.raises(simple_websocket.ConnectionClosed) as closed:
        second.receive(timeout=20)
    assert int(closed.value.reason) == 1013
    first.close()


# The gate itself.


def test_a_gate_lets_in_the_first_who_came_first() -> None:
    async def run() -> list[int]:
        gate, order = Gate(1), []

        async def one(number: int) -> None:
            async with gate.entered():
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(one(number) for number in range(20)))
        assert (gate.inside, gate.waiting) == (0, 0)
        return order

    assert asyncio.run(run()) == list(range(20))


def test_a_gate_refuses_whom_it_has_no_room_for() -> None:
    async def run() -> None:
        gate = Gate(1, most_waiting=1, patience=0.05)
        async with gate.entered():
            waiting = asyncio.create_task(_enter(gate))
            await asyncio.sleep(0)
            with pytest.raises(Overloaded):
                await _enter(gate)  # the line is full: at once
            with pytest.raises(Overloaded):
                await waiting  # and who is in it does not wait for ever
            assert (gate.inside, gate.waiting) == (1, 0)
        await _enter(gate)
        assert (gate.inside, gate.waiting) == (0, 0)

    asyncio.run(run())


@pytest.mark.parametrize("seed", range(20))
def test_a_gate_loses_no_place_whoever_gives_up(seed: int) -> None:
    """People come, are cancelled and run out of patience; in the end all places are free."""
    import random

    chance = random.Random(seed)

    async def run() -> None:
        gate, most = Gate(3, patience=0.004), 0

        async def one() -> None:
            nonlocal most
            async with gate.entered():
                most = max(most, gate.inside)
                assert gate.inside <= 3
                await asyncio.sleep(chance.random() * 0.006)

        tasks = [asyncio.create_task(one()) for _ in range(60)]
        for task in chance.sample(tasks, 20):
            await asyncio.sleep(chance.random() * 0.002)
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        kinds = (Overloaded, asyncio.CancelledError, type(None))
        assert all(isinstance(result, kinds) for result in done)
        assert (gate.inside, gate.waiting, most) == (0, 0, 3)

    asyncio.run(run())


async def _enter(gate: Gate) -> None:
    async with gate.entered():
        pass
