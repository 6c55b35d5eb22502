"""Replicas hear each other through Redis, and each goes on by itself while there is none."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
import redis

from bot.adapters.live_hub import LiveHub
from bot.adapters.redis_hub import RedisHub
from bot.adapters.redis_link import MOST_WAITING, RedisLink
from bot.errors import SettingsError
from bot.services.site_ports import Hub, Word
from cluster.redis_server import RedisServer
from tests.waiting import until

LONG = 30.0


class Replica:
    """A link with what it heard."""

    def __init__(self, url: str, channel: str) -> None:
        self.link = RedisLink(url, channel=channel)
        self.heard: list[Word] = []
        self.link.hear("said", self.heard.append)

    def start(self) -> None:
        self.link.start()
        until(lambda: self.link.linked, LONG)


@pytest.fixture
def two(
    redis_server: RedisServer, request: pytest.FixtureRequest
) -> Iterator[tuple[Replica, Replica]]:
    made = (
        Replica(redis_server.url, request.node.name),
        Replica(redis_server.url, request.node.name),
    )
    for each in made:
        each.start()
    yield made
    for each in made:
        each.link.stop()


def test_the_other_replica_hears_and_the_speaker_does_not(two: tuple[Replica, Replica]) -> None:
    one, other = two
    one.link.tell(("said", "a", "é"))
    other.link.tell(("said", "b"))
    until(lambda: one.heard and other.heard, LONG)
    assert (one.heard, other.heard) == ([("said", "b")], [("said", "a", "é")])


def test_words_come_in_order_and_the_newest_of_one_thing_counts(redis_server: RedisServer) -> None:
    one, other = Replica(redis_server.url, "order"), Replica(redis_server.url, "order")
    other.start()
    for word in [("said", "a", "1"), ("said", "b", "1"), ("said", "a", "2")]:
        one.link.tell(word)  # it has not begun to send: all of them wait
    one.start()
    until(lambda: len(other.heard) == 2, LONG)
    assert other.heard == [("said", "b", "1"), ("said", "a", "2")]
    one.link.stop()
    other.link.stop()


def test_what_cannot_be_understood_is_passed_over(
    two: tuple[Replica, Replica], redis_server: RedisServer, request: pytest.FixtureRequest
) -> None:
    one, other = two
    other.link.hear("broken", lambda word: word[7])  # type: ignore[arg-type,return-value]
    with redis.Redis(port=redis_server.port) as stranger:
        for message in (b"\xff", b"[]", b"{}", b'{"from": "x", "words": 3}', b'{"from": "x"}'):
            stranger.publish(request.node.name, message)
        stranger.publish(request.node.name, b'{"from": "x", "words": [["new kind"], []]}')
    one.link.tell(("broken", "a"))
    one.link.tell(("said", "a"))
    until(lambda: other.heard, LONG)
    assert other.link.linked


def test_a_lost_redis_is_noticed_and_found_again(
    two: tuple[Replica, Replica], redis_server: RedisServer
) -> None:
    one, other = two
    redis_server.kill()
    until(lambda: not one.link.linked and not other.link.linked, LONG)
    for number in range(MOST_WAITING + 10):  # nobody waits for a Redis that is not there
        one.link.tell(("said", str(number)))
    redis_server.start()
    until(lambda: one.link.linked and other.link.linked, LONG)
    one.link.tell(("said", "at last"))
    until(lambda: ("said", "at last") in other.heard, LONG)
    assert len(other.heard) <= MOST_WAITING + 1


def test_a_redis_that_never_answers_is_as_good_as_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        link = RedisLink(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        link.start()
        link.tell(("said", "a"))
        assert not link.linked
        link.stop()
        assert not any(thread.is_alive() for thread in link._threads)


@pytest.mark.parametrize("url", ["nowhere", "http://127.0.0.1/", "redis://host:port/0"])
def test_what_is_no_url_of_a_redis_is_a_setting_to_correct(url: str) -> None:
    with pytest.raises(SettingsError):
        RedisLink(url)


def test_news_reaches_listeners_here_and_in_the_other_replica(redis_server: RedisServer) -> None:
    async def scenario() -> None:
        here, there = RedisLink(redis_server.url), RedisLink(redis_server.url)
        hub: Hub = RedisHub(here, LiveHub())
        other: Hub = RedisHub(there, LiveHub())
        for link in (here, there):
            link.start()
            await asyncio.to_thread(until, lambda link=link: link.linked, LONG)
        async with hub.listening("a") as mine, other.listening("a") as theirs:
            hub.publish("a")
            for listener in (mine, theirs):
                before = time.monotonic()
                await listener.wait(LONG)
                assert time.monotonic() - before < LONG / 2
        for link in (here, there):
            await asyncio.to_thread(link.stop)

    asyncio.run(scenario())


def test_listeners_here_hear_without_any_redis() -> None:
    async def scenario() -> None:
        hub = RedisHub(RedisLink("redis://127.0.0.1:1/0"), LiveHub())
        async with hub.listening("a") as listener:
            hub.publish("a")
            before = time.monotonic()
            await listener.wait(LONG)
            assert time.monotonic() - before < LONG / 2

    asyncio.run(scenario())
