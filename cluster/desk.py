"""What agents do in a run: take who waits, write, give back or end."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from cluster.agent_client import AgentClient

Timed = Callable[[str, float], None]
LOOK_EVERY = 1.0


async def work_the_queue(
    agent: AgentClient, chance: random.Random, timed: Timed, *, think: float
) -> None:
    """Serves one waiting conversation after another, until cancelled."""
    await agent.sign_in()
    while True:
        begun = time.monotonic()
        waiting = await agent.waiting()
        timed("queue read", time.monotonic() - begun)
        if waiting:
            await _serve(agent, chance.choice(waiting), chance, timed, think)
        else:
            await asyncio.sleep(LOOK_EVERY * chance.uniform(0.5, 1))


async def _serve(
    agent: AgentClient, conversation: str, chance: random.Random, timed: Timed, think: float
) -> None:
    begun = time.monotonic()
    epoch = await agent.claim(conversation)
    timed("claim", time.monotonic() - begun)
    if epoch is None:
        return  # somebody else was faster
    for _ in range(chance.randint(1, 2)):
        await asyncio.sleep(chance.uniform(0.2, 1) * think)
        text = f"Bonjour, je regarde cela pour vous. Dossier {chance.getrandbits(60):x}."
        begun = time.monotonic()
        if not await agent.reply(conversation, text, epoch):
            return  # the claim is over
        timed("agent reply", time.monotonic() - begun)
    await asyncio.sleep(chance.uniform(0.2, 1) * think)
    if chance.random() < 0.6:
        await agent.hand_back(conversation, epoch)
    elif chance.random() < 0.9:
        await agent.resolve(conversation, epoch)
    # else it is left: the claim expires by itself
