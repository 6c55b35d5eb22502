"""The load: the same messages in the same order for both bots, and what they took."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles

import aiohttp

from bench.bots import START_SECONDS, Bot

AT_ONCE = 16
CONVERSATIONS = 120
MESSAGES = 600
ALONE = 40
TURNS = (5, 100, 300, 1000)
AROUND = 5
BURSTS = 8
BURST_GAP = 0.1
_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 12)
_SEED = 7
_LIMIT = aiohttp.ClientTimeout(total=120)


@dataclass(frozen=True)
class Script:
    """What is said: ``faq`` and ``status`` one at a time, ``mixed`` by many at once."""

    mixed: Sequence[str]
    faq: Sequence[str]
    status: Sequence[str]


@dataclass(frozen=True)
class Throughput:
    """Messages a second, and milliseconds a message, with many at once."""

    rate: float
    p50: float
    p95: float


def split_into_conversations(texts: Sequence[str]) -> list[list[str]]:
    """Returns the texts as conversations of mixed length, all texts used once."""
    dice = random.Random(_SEED)
    lengths = [_LENGTHS[i % len(_LENGTHS)] for i in range(CONVERSATIONS)]
    dice.shuffle(lengths)
    found, start = [], 0
    for length in lengths:
        if start < len(texts):
            found.append(list(texts[start : start + length]))
            start += length
    return found


def seller_name(number: int) -> str:
    """Returns the name of the n-th seller of the benchmark."""
    return f"bench-{number}"


async def first_answer(bot: Bot, started: float) -> float:
    """Returns the seconds from ``started`` (monotonic) until the bot answers something."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        while time.monotonic() < started + START_SECONDS:
            try:
                if await bot.ask(session, seller_name(0), "début", "où en sont mes commandes ?"):
                    return time.monotonic() - started
            except (aiohttp.ClientError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{bot.name} did not start: see {bot.folder}")


async def throughput(bot: Bot, script: Script, run: int) -> Throughput:
    """Holds all conversations, AT_ONCE at a time."""
    waiting = list(enumerate(split_into_conversations(script.mixed)))
    taken: list[float] = []
    async with aiohttp.ClientSession(timeout=_LIMIT) as session:

        async def hold() -> None:
            while waiting:
                number, texts = waiting.pop()
                for text in texts:
                    taken.append(
                        await _timed(bot, session, seller_name(number), f"débit-{run}", text)
                    )

        started = time.monotonic()
        await asyncio.gather(*(hold() for _ in range(AT_ONCE)))
        spent = time.monotonic() - started
    return Throughput(len(taken) / spent, median(taken), percentile(taken, 95))


async def one_at_a_time(bot: Bot, texts: Sequence[str], label: str) -> list[float]:
    """Returns the milliseconds of each message, asked alone, in a conversation of its own."""
    async with aiohttp.ClientSession(timeout=_LIMIT) as session:
        return [
            await _timed(bot, session, seller_name(number), label, text)
            for number, text in enumerate(texts)
        ]


async def long_conversation(bot: Bot, texts: Sequence[str], label: str) -> dict[int, float]:
    """Returns the milliseconds of a turn around each of TURNS in one conversation."""
    taken: list[float] = []
    async with aiohttp.ClientSession(timeout=_LIMIT) as session:
        for number in range(max(TURNS) + AROUND):
            text = texts[number % len(texts)]
            taken.append(await _timed(bot, session, seller_name(1), label, text))
    return {turn: median(taken[max(0, turn - AROUND) : turn + AROUND]) for turn in TURNS}


async def burst(bot: Bot, texts: Sequence[str], label: str) -> float:
    """Returns the mean milliseconds until three messages sent within 300 ms are answered."""
    spent = []
    async with aiohttp.ClientSession(timeout=_LIMIT) as session:

        async def later(number: int, place: int, text: str) -> None:
            await asyncio.sleep(BURST_GAP * place)
            await bot.ask(session, seller_name(2), f"{label}-{number}", text)

        for number in range(BURSTS):
            three = texts[number * 3 : number * 3 + 3]
            started = time.monotonic()
            await asyncio.gather(*(later(number, i, text) for i, text in enumerate(three)))
            spent.append((time.monotonic() - started) * 1000)
    return fmean(spent)


def percentile(values: Sequence[float], percent: int) -> float:
    """Returns a percentile of at least two values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


async def _timed(
    bot: Bot, session: aiohttp.ClientSession, seller: str, conversation: str, text: str
) -> float:
    started = time.monotonic()
    await bot.ask(session, seller, conversation, text)
    return (time.monotonic() - started) * 1000
