"""What replicas tell each other, over one channel of Redis: nothing that must not get lost.

Telling never waits: a thread of its own sends. Another listens, connects again for as long as
Redis is away, and knows when it is. What is told meanwhile may be lost; who needs it reads the
database (bot.services.missed_news).
"""

from __future__ import annotations

import json
import logging
import random
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import redis

from bot.errors import SettingsError
from bot.services.site_ports import Word

logger = logging.getLogger(__name__)

CHANNEL = "assistant:words"
MOST_WAITING = 5_000
"""Words that wait to be sent; of more, the oldest are dropped."""
MOST_AT_ONCE = 500
CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0
ASK_EVERY_SECONDS = 3.0
SILENT_SECONDS = 8.0
"""After so long without a sign of life the connection counts as dead, whatever TCP says."""
FIRST_REST, LONGEST_REST = 0.1, 2.0


class RedisLink:
    """Tells the other replicas words and hears theirs; ``start`` begins, ``stop`` ends it.

    Raises SettingsError for a URL that cannot be read.
    """

    def __init__(self, url: str, *, channel: str = CHANNEL) -> None:
        self._client = _client(url)
        self._channel = channel
        self._name = secrets.token_hex(8)
        self._hearers: dict[str, Callable[[Word], None]] = {}
        self._waiting: OrderedDict[Word, Word] = OrderedDict()
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._works = {"sending": False, "listening": False}
        self._threads: list[threading.Thread] = []

    @property
    def linked(self) -> bool:
        """Tells whether words arrive now, both ways, as far as is known."""
        return all(self._works.values())

    def hear(self, kind: str, hearer: Callable[[Word], None]) -> None:
        """Lets somebody hear the other replicas' words of a kind; to be called before ``start``."""
        self._hearers[kind] = hearer

    def tell(self, word: Word) -> None:
        """Tells all other replicas; never blocks, and any thread may call it.

        A word takes the place of one that begins with the same two parts and still waits.
        """
        with self._changed:
            self._waiting.pop(word[:2], None)
            self._waiting[word[:2]] = word
            if len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)
            self._changed.notify()

    def start(self) -> None:
        """Begins to send and to listen, or to try to."""
        for name, work in (("sending", self._send), ("listening", self._listen)):
            thread = threading.Thread(target=self._keep_on, args=(name, work), name=f"redis-{name}")
            thread.daemon = True
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Ends both threads; words that still wait are lost."""
        self._stopped.set()
        with self._changed:
            self._changed.notify()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS + CONNECT_SECONDS)
        self._client.close()

    def _keep_on(self, name: str, work: Callable[[Callable[[], None]], None]) -> None:
        """Works until it is stopped, after a rest whenever Redis failed."""
        rest = FIRST_REST

        def succeeded() -> None:
            nonlocal rest
            rest = FIRST_REST
            self._note(name, True, None)

        while not self._stopped.is_set():
            try:
                work(succeeded)
            except (redis.RedisError, OSError) as error:
                self._note(name, False, error)
            except Exception as error:  # a thread that ends would never come back
                logger.exception("%s through Redis failed", name)
                self._note(name, False, error)
            self._stopped.wait(rest * random.uniform(0.5, 1.0))
            rest = min(rest * 2, LONGEST_REST)

    def _note(self, name: str, works: bool, error: Exception | None) -> None:
        if self._works[name] == works:
            return
        self._works[name] = works
        if works:
            logger.info("%s through Redis", name)
        else:
            logger.warning("no more %s through Redis: %r", name, error)

    def _send(self, succeeded: Callable[[], None]) -> None:
        self._client.ping()
        succeeded()
        while not self._stopped.is_set():
            batch = self._taken()
            if not batch:
                self._client.ping()  # else a dead connection would be noticed by a lost word
                succeeded()
                continue
            try:
                said = {"from": self._name, "words": batch}
                self._client.publish(self._channel, json.dumps(said))
            except (redis.RedisError, OSError):
                self._put_back(batch)
                raise
            succeeded()

    def _taken(self) -> list[Word]:
        with self._changed:
            if not self._waiting and not self._stopped.is_set():
                self._changed.wait(ASK_EVERY_SECONDS)
            most = min(len(self._waiting), MOST_AT_ONCE)
            return [self._waiting.popitem(last=False)[1] for _ in range(most)]

    def _put_back(self, batch: list[Word]) -> None:
        with self._changed:
            for word in reversed(batch):
                if word[:2] not in self._waiting:
                    self._waiting[word[:2]] = word
                    self._waiting.move_to_end(word[:2], last=False)
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popitem(last=False)

    def _listen(self, succeeded: Callable[[], None]) -> None:
        with self._client.pubsub() as channel:
            channel.subscribe(self._channel)
            heard_at = asked_at = time.monotonic()
            while not self._stopped.is_set():
                message = channel.get_message(timeout=0.5)
                now = time.monotonic()
                if message is not None:
                    heard_at = now
                    self._take_in(message)
                    succeeded()
                if now - heard_at > SILENT_SECONDS:
                    raise redis.ConnectionError("nothing is heard")
                if now - asked_at > ASK_EVERY_SECONDS:
                    asked_at = now
                    channel.ping()

    def _take_in(self, message: dict[str, Any]) -> None:
        """Hands the words of a message to who hears them; what cannot be read is passed over."""
        if message["type"] != "message":
            return
        try:
            said = json.loads(message["data"])
            words = [] if said["from"] == self._name else [tuple(word) for word in said["words"]]
        except (ValueError, TypeError, KeyError) as error:
            logger.warning("a message of another replica cannot be read: %r", error)
            return
        for word in words:
            hearer = self._hearers.get(word[0]) if word else None
            if hearer is None:
                continue  # a newer version's word
            try:
                hearer(word)
            except Exception as error:
                logger.warning("a word of another replica was of no use: %r", error)


def _client(url: str) -> redis.Redis:
    try:
        return redis.Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            client_name="assistant",
        )
    except ValueError as error:
        raise SettingsError("ASSISTANT_REDIS_URL is no URL of a Redis") from error
