"""Callers are counted each for themselves, and told when to come back."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.rate_limits import WindowRateLimits
from bot.errors import SettingsError, TooManyRequests
from bot.services.site_ports import RateLimits


def test_a_caller_over_the_limit_is_told_when_to_come_back() -> None:
    async def scenario() -> None:
        limits: RateLimits = WindowRateLimits({"messages": "3/hour", "calls": "2/minute"})
        for _ in range(3):
            await limits.hit("messages", "lea")
        with pytest.raises(TooManyRequests) as refused:
            await limits.hit("messages", "lea")
        assert 3_500 < refused.value.retry_after <= 3_600
        await limits.hit("messages", "karim")  # each for themselves
        await limits.hit("calls", "lea")  # each limit for itself

    asyncio.run(scenario())


def test_the_stricter_of_two_rates_decides() -> None:
    async def scenario() -> None:
        limits = WindowRateLimits({"messages": "100/minute;2/hour"})
        await limits.hit("messages", "lea")
        await limits.hit("messages", "lea")
        with pytest.raises(TooManyRequests):
            await limits.hit("messages", "lea")

    asyncio.run(scenario())


def test_the_limit_ends_with_its_window() -> None:
    async def scenario() -> None:
        limits = WindowRateLimits({"calls": "1/second"})
        await limits.hit("calls", "lea")
        while True:  # a window of the library's own clock
            try:
                await limits.hit("calls", "lea")
                return
            except TooManyRequests as refused:
                assert refused.retry_after == 1
                await asyncio.sleep(0.2)

    asyncio.run(asyncio.wait_for(scenario(), 30))


@pytest.mark.parametrize("rate", ["often", "3", "3/moment", "-1/minute"])
def test_a_rate_that_cannot_be_read_is_a_setting_to_correct(rate: str) -> None:
    with pytest.raises(SettingsError):
        WindowRateLimits({"calls": rate})
