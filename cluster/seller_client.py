"""One seller's client as the widget is one: an outbox, a cursor, a stream, polling meanwhile.

What the widget's own modules do (bot/web/static/widget/logic: sender.js, feed.js, backoff.js) is
done here with the same calls, so that hundreds fit into one process. Times are in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp

from bot.adapters.jwt_tokens import JwtTokens
from cluster.evidence import Sent, Transcript

API = "/api/site/v1"
PATIENCE = 20.0
LONGEST_SILENCE = 40.0
FIRST_DELAY = 0.5
LONGEST_DELAY = 4.0
"""Half and an eighth of the widget's: a run is short, and more tries find more."""
POLL = 0.8
TOKEN_LIFE = timedelta(minutes=20)
Message = Mapping[str, Any]
FAILURES = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


class SellerClient:
    """Talks for one seller in one conversation; ``sockets=False`` is a network that blocks them.

    ``transcript`` is what it was promised and has shown, ``errors`` counts what it had to repeat.
    """

    def __init__(
        self, base: str, seller: str, tokens: JwtTokens, chance: random.Random, *, sockets: bool
    ) -> None:
        self._base = base + API
        self._tokens = tokens
        self._chance = chance
        self._sockets = sockets
        self._begin_id = uuid.UUID(int=chance.getrandbits(128)).hex
        self._feed: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._session = _new_session()
        self.transcript = Transcript(seller, "")
        self.errors: dict[str, int] = {}
        self.state = "bot"
        self.streams = 0

    @property
    def cursor(self) -> int:
        """Returns the number of the last message it has shown."""
        return len(self.transcript.shown)

    @property
    def last(self) -> Message:
        """Returns the message shown last, an empty one before the first."""
        return self.transcript.shown.get(self.cursor, {})

    async def open(self) -> None:
        """Begins the conversation, however often that takes, and follows it from then on."""
        body = {"client_id": self._begin_id}
        begun = await self._until_done("POST", "/conversations", body)
        self.transcript.conversation = begun["id"]
        self._feed = asyncio.create_task(self._follow())

    async def write(self, text: str) -> Sent:
        """Sends what was typed, until it is accepted or refused for good."""
        return await self._send(Sent(self._new_id(), text=text))

    async def press(self, button: str) -> Sent:
        """Presses a button, until that is accepted or refused for good."""
        return await self._send(Sent(self._new_id(), button=button))

    async def send_again(self, sent: Sent) -> None:
        """Sends the same once more under the same id, as a client that missed the answer."""
        await self._deliver(sent)

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Waits for news until ``done`` says so; tells whether it did in time."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._until(done), seconds)
        return done()

    async def answer_to(self, sent: Sent, seconds: float) -> Message | None:
        """Returns the first message of anybody else after one of ours; None when none came."""
        shown, number = self.transcript.shown, sent.number or 0

        def found() -> Message | None:
            after = (shown[n] for n in range(number + 1, self.cursor + 1))
            return next((m for m in after if m["author"] != "seller"), None)

        await self.until(lambda: found() is not None, seconds)
        return found()

    async def cut(self) -> None:
        """Cuts all of its connections, in the middle of whatever they carry."""
        before, self._session = self._session, _new_session()
        connector = before.connector
        if connector is not None:
            connector.close()
        await before.close()

    async def catch_up(self) -> None:
        """Reads what it lacks, also once it is closed; raises what a call may raise."""
        if self._session.closed:
            self._session = _new_session()
        before = -1
        while before != self.cursor:  # a page may not be all
            before = self.cursor
            await self._read()

    async def close(self) -> None:
        """Ends its stream and its connections; the transcript stays."""
        if self._feed is not None:
            self._feed.cancel()
            await asyncio.gather(self._feed, return_exceptions=True)
        await self._session.close()

    # The outbox.

    async def _send(self, sent: Sent) -> Sent:
        self.transcript.sent.append(sent)
        await self._deliver(sent)
        return sent

    async def _deliver(self, sent: Sent) -> None:
        body = {"client_id": sent.client_id}
        body |= {"button": sent.button} if sent.button else {"text": sent.text}

        def tried() -> None:
            sent.tries += 1

        try:
            stored = await self._until_done("POST", self._messages(), body, tried)
        except RefusedForGood as error:
            sent.refused = error.status
            return
        number = stored["message"]["number"]
        if sent.number is not None and sent.number != number:
            self.transcript.problems.append(f"sent again, {sent.number} became {number}")
        sent.number = number

    async def _until_done(
        self,
        method: str,
        path: str,
        body: object = None,
        tried: Callable[[], None] = lambda: None,
    ) -> Any:
        """Returns an answer's JSON, after as many tries as it takes; raises RefusedForGood."""
        failures = 0
        while True:
            tried()
            after = 0.0
            try:
                return await self._call(method, path, body)
            except Refused as error:
                self._count(f"status {error.status}")
                if not error.passes:
                    raise RefusedForGood(error.status) from error
                after = error.retry_after
            except FAILURES as error:
                self._count(type(error).__name__)
            await asyncio.sleep(max(after, self._delay(failures)))
            failures += 1

    async def _call(self, method: str, path: str, body: object) -> Any:
        limit = aiohttp.ClientTimeout(total=PATIENCE)
        async with self._session.request(
            method, self._base + path, json=body, headers=self._headers(), timeout=limit
        ) as answer:
            if answer.status >= 400:
                raise Refused(answer.status, float(answer.headers.get("Retry-After", 0)))
            return await answer.json()

    # The feed.

    async def _follow(self) -> None:
        failures = 0
        while True:
            try:
                if self._sockets:
                    await self._listen()
                failures = 0
            except FAILURES as error:
                self._count(f"stream {type(error).__name__}")
            try:  # while no socket is live it polls
                await self._read()
                failures = 0 if not self._sockets else failures
            except (Refused, *FAILURES) as error:
                self._count(f"poll {type(error).__name__}")
                failures += 1
            await asyncio.sleep(self._delay(failures) if self._sockets or failures else POLL)
            failures += self._sockets

    async def _listen(self) -> None:
        """Follows one stream until it ends."""
        path = f"{self._base}/conversations/{self.transcript.conversation}/stream"
        async with self._session.ws_connect(path, timeout=10) as socket:
            place = self.cursor
            await socket.send_json({"type": "hello", "token": self._token(), "after": place})
            self.streams += 1
            while True:
                received = await socket.receive(timeout=LONGEST_SILENCE)
                if received.type is not aiohttp.WSMsgType.TEXT:
                    self._count(f"stream closed {socket.close_code}")
                    return
                frame = json.loads(received.data)
                if frame["type"] == "message":
                    place = self._take([frame["message"]], place)
                elif frame["type"] == "state":
                    self._become(frame["state"])
                elif frame["type"] == "renew":
                    await socket.send_json({"type": "token", "token": self._token()})

    async def _read(self) -> None:
        """Reads one page after the cursor."""
        place = self.cursor
        page = await self._call("GET", self._messages(f"?after={place}"), None)
        self._take(page["messages"], place)
        self._become(page["conversation"]["state"])

    def _take(self, messages: Sequence[Message], place: int) -> int:
        """Shows what is new of messages that one call or stream brings after a place."""
        for message in messages:
            if message["number"] != place + 1:
                says = f"message {message['number']} came after {place}"
                self.transcript.problems.append(says)
            place = message["number"]
            if place > self.cursor:  # a stream and a call may bring the same
                self.transcript.shown[place] = message
        self._news.set()
        return place

    def _become(self, state: str) -> None:
        self.state = state
        self._news.set()

    # Both.

    async def _until(self, done: Callable[[], bool]) -> None:
        while not done():
            self._news.clear()
            await self._news.wait()

    def _delay(self, failures: int) -> float:
        ceiling: float = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(failures, 10))
        return ceiling / 2 + self._chance.random() * ceiling / 2

    def _messages(self, query: str = "") -> str:
        return f"/conversations/{self.transcript.conversation}/messages{query}"

    def _token(self) -> str:
        return self._tokens.issue(self.transcript.seller, TOKEN_LIFE)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}"}

    def _new_id(self) -> str:
        return uuid.UUID(int=self._chance.getrandbits(128)).hex

    def _count(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1


class Refused(Exception):
    """The server said no."""

    def __init__(self, status: int, retry_after: float) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.retry_after = retry_after

    @property
    def passes(self) -> bool:
        """Tells whether the same call may succeed later, as the widget judges."""
        return self.status == 429 or self.status >= 500


class RefusedForGood(Exception):
    """The server will never take this."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def _new_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
