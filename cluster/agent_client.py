"""One agent's browser at the console: signs in, claims, replies, hands back, and tries again."""

from __future__ import annotations

import asyncio
import random
import uuid
from typing import Any

import aiohttp

from bot.support.accounts import DEMO_PASSWORD
from cluster.evidence import ConfirmedClaim, ConfirmedReply
from cluster.seller_client import FAILURES, PATIENCE, Refused, RefusedForGood

API = "/api/console/v1"
DELAY = 1.0


class AgentClient:
    """Works the queue for one of the staff; what was confirmed is in ``claims`` and ``replies``."""

    def __init__(self, base: str, staff: str, chance: random.Random) -> None:
        self._base = base + API
        self.staff = staff
        self._chance = chance
        self._csrf = ""
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # cookies of a bare address
            connector=aiohttp.TCPConnector(limit=0),
        )
        self.claims: list[ConfirmedClaim] = []
        self.replies: list[ConfirmedReply] = []
        self.errors: dict[str, int] = {}

    async def sign_in(self) -> None:
        """Signs in, however often that takes."""
        body = {"id": self.staff, "password": DEMO_PASSWORD}
        self._csrf = (await self._until_done("POST", "/login", body))["csrf_token"]

    async def waiting(self) -> list[str]:
        """Returns conversations that wait for a human."""
        page = await self._until_done("GET", "/queue?state=waiting&limit=50")
        return [case["id"] for case in page["cases"]]

    async def claim(self, conversation: str) -> int | None:
        """Claims a conversation; returns the epoch, None when somebody else has it."""
        try:
            done = await self._until_done("POST", f"/conversations/{conversation}/claim", {})
        except RefusedForGood:
            return None
        case = done["case"]
        if (case["holder"] or {}).get("id") != self.staff:
            return None  # it ended again before the answer was written
        self.claims.append(ConfirmedClaim(conversation, self.staff, case["epoch"]))
        return int(case["epoch"])

    async def reply(self, conversation: str, text: str, epoch: int) -> bool:
        """Writes to the seller once; tells whether the console took it. Texts are unique."""
        client_id = uuid.UUID(int=self._chance.getrandbits(128)).hex
        body = {"client_id": client_id, "text": text, "epoch": epoch}
        try:
            done = await self._until_done("POST", f"/conversations/{conversation}/reply", body)
        except RefusedForGood:
            return False
        self.replies.append(ConfirmedReply(conversation, done["message"]["number"], text))
        return True

    async def hand_back(self, conversation: str, epoch: int) -> bool:
        """Gives the conversation back to the bot; tells whether it was still ours to give."""
        return await self._end(conversation, "hand-back", {"epoch": epoch})

    async def resolve(self, conversation: str, epoch: int) -> bool:
        """Ends the conversation; tells whether it was still ours to end."""
        return await self._end(conversation, "resolve", {"epoch": epoch, "outcome": "solved"})

    async def close(self) -> None:
        """Ends its connections."""
        await self._session.close()

    async def _end(self, conversation: str, name: str, body: dict[str, Any]) -> bool:
        try:
            await self._until_done("POST", f"/conversations/{conversation}/{name}", body)
        except RefusedForGood:
            return False
        return True

    async def _until_done(self, method: str, path: str, body: object = None) -> Any:
        while True:
            try:
                return await self._call(method, path, body)
            except Refused as error:
                self._count(f"status {error.status}")
                if error.status == 401 and path != "/login":
                    await self.sign_in()
                elif not error.passes:
                    raise RefusedForGood(error.status) from error
            except FAILURES as error:
                self._count(type(error).__name__)
            await asyncio.sleep(DELAY * (0.5 + self._chance.random() / 2))

    async def _call(self, method: str, path: str, body: object) -> Any:
        headers = {"X-CSRF-Token": self._csrf}
        limit = aiohttp.ClientTimeout(total=PATIENCE)
        async with self._session.request(
            method, self._base + path, json=body, headers=headers, timeout=limit
        ) as answer:
            if answer.status >= 400:
                raise Refused(answer.status, 0)
            return await answer.json()

    def _count(self, what: str) -> None:
        self.errors[what] = self.errors.get(what, 0) + 1
