"""The people of a run: sellers who tell one story after another, and agents at the console."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.adapters.clock import SystemClock
from bot.adapters.jwt_tokens import JwtTokens, parse_keys
from bot.settings import read_settings
from bot.support.accounts import DEMO_STAFF
from cluster.agent_client import AgentClient
from cluster.desk import work_the_queue
from cluster.evidence import Evidence, read_marketplace, read_store
from cluster.seller_client import FAILURES, Refused, RefusedForGood, SellerClient
from cluster.sellers import Sellers
from cluster.stories import Stories, Timed
from cluster.whole import Cluster

LAST_WORDS = 180.0
"""How long stories may take to end once nothing is broken any more, in seconds."""
AT_ONCE = 16
"""How many transcripts are completed at a time."""


def tokens_of_demo() -> JwtTokens:
    """Returns what signs tokens that replicas in demo mode believe."""
    settings = read_settings({"ASSISTANT_DEMO": "1"})
    return JwtTokens(parse_keys(settings.jwt_keys), settings.jwt_audience, SystemClock())


@dataclass(frozen=True)
class Manners:
    """How people behave: how many at once, and how long they think at most, in seconds.

    ``polling`` is the share of sellers whose network blocks sockets.
    """

    sellers: int = 12
    agents: int = 2
    think: float = 1.0
    patience: float = 60.0
    restless: float = 0.15
    polling: float = 0.15


@dataclass
class Population:
    """Sellers and agents of one run over one cluster."""

    cluster: Cluster
    chance: random.Random
    timed: Timed
    manners: Manners = field(default_factory=Manners)

    def __post_init__(self) -> None:
        assert self.cluster.marketplace is not None
        self._sellers = Sellers(self.cluster.marketplace.orders, self.chance)
        manners = self.manners
        self._stories = Stories(
            self.chance, self.timed,
            think=manners.think, patience=manners.patience, restless=manners.restless,
        )  # fmt: skip
        self._tokens = tokens_of_demo()
        self._ending = asyncio.Event()
        self._talking: list[asyncio.Task[None]] = []
        self._serving: list[asyncio.Task[None]] = []
        self.clients: list[SellerClient] = []
        self.active: set[SellerClient] = set()
        self.agents: list[AgentClient] = []
        self.broken: list[str] = []
        """Stories that ended with an error nobody foresaw."""

    def start(self) -> None:
        """Lets sellers and agents begin."""
        for _ in range(self.manners.sellers):
            self._talking.append(asyncio.create_task(self._talk()))
        for person in DEMO_STAFF[: self.manners.agents]:
            agent = AgentClient(self.cluster.url, person.id, self.chance)
            self.agents.append(agent)
            serving = work_the_queue(agent, self.chance, self.timed, think=self.manners.think)
            self._serving.append(asyncio.create_task(serving))

    async def finish(self) -> None:
        """Lets stories under way end, then everybody leaves; the service must be up."""
        self._ending.set()
        _, unfinished = await asyncio.wait(self._talking, timeout=LAST_WORDS)
        for task in [*unfinished, *self._serving]:
            task.cancel()
        ended = await asyncio.gather(*self._talking, *self._serving, return_exceptions=True)
        self.broken += [repr(error) for error in ended if isinstance(error, Exception)]
        for agent in self.agents:
            await agent.close()

    async def complete_transcripts(self) -> None:
        """Reads for every client what came after it left, as it would when it comes back."""
        waiting = list(self.clients)

        async def complete() -> None:
            while waiting:
                client = waiting.pop()
                try:
                    if client.transcript.conversation:
                        await client.catch_up()
                except (Refused, *FAILURES) as error:
                    client.transcript.problems.append(f"could not be read at the end: {error!r}")
                finally:
                    await client.close()

        await asyncio.gather(*(complete() for _ in range(AT_ONCE)))

    def evidence(self) -> Evidence:
        """Returns what store, marketplace and clients say, once it is quiet."""
        assert self.cluster.marketplace is not None
        return Evidence(
            stored=read_store(self.cluster.database_url),
            requests=read_marketplace(self.cluster.marketplace.database_url),
            transcripts=[client.transcript for client in self.clients],
            claims=[claim for agent in self.agents for claim in agent.claims],
            replies=[reply for agent in self.agents for reply in agent.replies],
        )

    def accepted(self) -> int:
        """Returns how many messages of sellers were accepted so far."""
        sent = (sent for client in self.clients for sent in client.transcript.sent)
        return sum(one.number is not None for one in sent)

    def errors(self) -> dict[str, int]:
        """Returns what clients had to repeat, by kind."""
        people: Iterable[SellerClient | AgentClient] = (*self.clients, *self.agents)
        return dict(sum((Counter(person.errors) for person in people), Counter[str]()))

    async def _talk(self) -> None:
        while not self._ending.is_set():
            await self.one_story()

    async def one_story(self) -> SellerClient:
        """Lets a new seller tell one story; returns their client, which has left."""
        seller = await self._sellers.new()
        sockets = self.chance.random() >= self.manners.polling
        client = SellerClient(
            self.cluster.url, seller.id, self._tokens, self.chance, sockets=sockets
        )
        self.clients.append(client)
        self.active.add(client)
        try:
            await client.open()
            await self._stories.any(client, seller)
        except RefusedForGood as error:
            self.broken.append(f"{client.transcript.conversation}: {error!r}")
        finally:
            self.active.discard(client)
            await client.close()
        return client
