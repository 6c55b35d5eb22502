"""The lane beside sellers' turns: bounded, one at a time, served in turn."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.errors import AssistantBusy, AssistantUnavailable
from bot.services.parse_lane import ParseLane


class Model:
    """Notes what it reads, and how many texts it was given at once."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.now = self.most = 0
        self.hangs = False

    async def parse(self, text: str) -> dict[str, Any]:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(3600 if self.hangs else 0)
        self.now -= 1
        self.read.append(text)
        return {"text": text}


def lane_over(model: Model, **options: Any) -> ParseLane:
    return ParseLane(model, **options)  # type: ignore[arg-type]


def test_one_text_at_a_time() -> None:
    model = Model()

    async def many() -> None:
        lane = lane_over(model)
        found = await asyncio.gather(*(lane.parse(str(n)) for n in range(20)))
        assert [each["text"] for each in found] == [str(n) for n in range(20)]

    asyncio.run(many())
    assert model.most == 1


def test_a_single_ticket_waits_for_one_text_of_a_batch_and_not_for_all() -> None:
    model = Model()

    async def batch(lane: ParseLane, name: str, count: int) -> None:
        for number in range(count):
            await lane.parse(f"{name}{number}")

    async def together() -> None:
        lane = lane_over(model)
        await asyncio.gather(batch(lane, "a", 50), batch(lane, "b", 50), batch(lane, "c", 1))

    asyncio.run(together())
    assert model.read.index("c0") == 2
    assert sorted(model.read[:2]) == ["a0", "b0"]
    halves = [name[0] for name in model.read if name != "c0"]
    assert halves == ["a", "b"] * 50


def test_no_more_is_taken_on_than_there_is_room_for() -> None:
    lane = lane_over(Model(), most_waiting=100)
    with lane.admitted(60), lane.admitted(40):
        with pytest.raises(AssistantBusy) as refused, lane.admitted(1):
            raise AssertionError("there was no room")
        assert refused.value.retry_after >= 1
    with lane.admitted(100):
        pass


def test_room_is_given_back_when_a_batch_fails() -> None:
    lane = lane_over(Model(), most_waiting=100)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lane.admitted(100):
            raise ZeroDivisionError


def test_a_model_that_hangs_holds_the_lane_for_its_time_only() -> None:
    model = Model()
    model.hangs = True

    async def twice() -> None:
        lane = lane_over(model, seconds=0.01)
        with pytest.raises(AssistantUnavailable):
            await lane.parse("a")
        model.hangs = False
        assert await lane.parse("b") == {"text": "b"}

    asyncio.run(twice())
