"""Conversations: messages in, turns one after another, replies out once they are stored.

This is where the promises of shared/DESIGN.md, "A turn", are kept. Everything that blocks runs
in threads; the event loop only waits.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.errors import AccessDenied, Overloaded
from bot.services.intake import kept_text
from bot.services.live_content import LiveContent
from bot.services.ports import Accepted, Clock, ConversationStore, IncomingMessage
from bot.services.threads import run_in
from bot.services.turns import FaultPoint, Turns
from bot.services.watch_ports import Meters, NoMeters
from bot.support.conversations import Conversation, Message, MessageStatus
from bot.support.request_ids import current_request_id

GRACE_SECONDS = 5
"""How much longer than a turn may take somebody waits for its answer."""

MOST_AT_THE_DOOR = 16
"""How many messages may wait for room at once: those who only read must find room beside them."""

LOOK_FOR_ROOM = 0.05
"""Seconds between two looks whether there is room."""

T = TypeVar("T")


@dataclass(frozen=True)
class Exchange:
    """What a seller's message led to: the bot's messages, notices first."""

    message: Message
    replies: tuple[Message, ...]


class Conversations:
    """Receives messages and lets turns answer them.

    ``owner`` names this process in leases. ``told`` is called with a conversation's id when
    something changed there. While ``most_waiting`` turns wait, a message waits ``patience``
    seconds for room before it is refused. ``reached`` is called when a message was stored, so
    that tests can kill the process there.
    """

    def __init__(
        self,
        store: ConversationStore,
        turns: Turns,
        live: LiveContent,
        clock: Clock,
        *,
        owner: str,
        threads: Executor,
        turn_seconds: float,
        most_waiting: int,
        patience: float,
        told: Callable[[str], None],
        reached: FaultPoint = lambda point: None,
        meters: Meters | None = None,
    ) -> None:
        self._store = store
        self._turns = turns
        self._live = live
        self._clock = clock
        self._owner = owner
        self._threads = threads
        self._turn_seconds = turn_seconds
        self._most_waiting = most_waiting
        self._patience = patience
        self._told = told
        self._reached = reached
        self._meters = meters or NoMeters()
        self._arriving = 0
        self._at_the_door = 0

    @property
    def turns(self) -> Turns:
        """Returns the turns: how many wait, how many run."""
        return self._turns

    async def open(self, seller_id: str, label: str, name: str | None = None) -> Conversation:
        """Returns the seller's own conversation: by its id, or by the label a client chose.

        ``name`` is what a verified token calls the seller. Raises AccessDenied for the id of a
        conversation that is not the seller's.
        """
        if label.startswith("c_"):
            return await self.own(seller_id, label)
        call = self._store.open_conversation
        return await self._in_thread(call, seller_id, label, self._clock.now(), name)

    async def own(self, seller_id: str, conversation_id: str) -> Conversation:
        """Returns a conversation of the seller; raises AccessDenied for any other."""
        found = await self._in_thread(self._store.conversation, conversation_id)
        if found is None or found.seller_id != seller_id:
            raise AccessDenied("no such conversation")
        return found

    async def exchange(self, conversation: Conversation, incoming: IncomingMessage) -> Exchange:
        """Stores a message, waits for its turn, and returns what answers it.

        A resend returns the same replies again. Raises AssistantUnavailable or StorageError
        when the answer is not there in time: the message is kept and will be answered.
        """
        accepted = await self.receive(conversation, incoming)
        number = accepted.message.number
        if not accepted.inactive_button and accepted.message.status is MessageStatus.RECEIVED:
            await self._done(conversation.id, number)
        notices = await self._in_thread(self._store.take_notices, conversation.id)
        replies = await self._in_thread(self._store.replies_to, conversation.id, number)
        return Exchange(accepted.message, (*notices, *replies))

    async def receive(self, conversation: Conversation, incoming: IncomingMessage) -> Accepted:
        """Stores a message and sees to it that a turn answers it; does not wait for that.

        Raises Overloaded, with nothing stored, while more wait for an answer than may.
        """
        text, now = kept_text(incoming.text), self._clock.now()
        stored = replace(incoming, text=text, request_id=current_request_id() or None)
        await self._room(conversation)
        self._arriving += 1
        try:
            accepted: Accepted = await self._in_thread(
                self._store.accept, conversation.id, stored, self._owner, now
            )
            self._reached("accepted")
            if accepted.turn is not None:
                self._turns.start(accepted.turn)
        finally:
            self._arriving -= 1
        kind = "button" if incoming.button is not None else "typed"
        self._meters.message_received(kind if accepted.created else "resent")
        if accepted.inactive_button:  # sent again too: who stored it may have died before this
            key = f"inactive:{conversation.id}:{accepted.message.number}"
            reply = self._live.current.render("button_inactive")
            add = functools.partial(self._store.add_notice, only_bot=True)
            await self._in_thread(add, conversation.id, key, reply, now)
        self._told(conversation.id)
        return accepted

    async def recover(self) -> int:
        """Runs the turns of messages that were received but never answered; returns how many."""
        return await self._turns.recover(self._most_waiting)

    async def drain(self) -> None:
        """Waits until no turn runs."""
        await self._turns.drain()

    async def _room(self, conversation: Conversation) -> None:
        """Waits a moment for room where a message will have to wait for a turn.

        Raises Overloaded when there is none: too many wait, for a turn or at this very point.
        """
        if not conversation.state.bot_may_speak or self._has_room():
            return
        if self._at_the_door >= MOST_AT_THE_DOOR:
            raise Overloaded(self._turns.retry_after)
        self._at_the_door += 1
        deadline = time.monotonic() + self._patience
        try:
            while not self._has_room():
                if time.monotonic() >= deadline:
                    raise Overloaded(self._turns.retry_after)
                await asyncio.sleep(LOOK_FOR_ROOM)
        finally:
            self._at_the_door -= 1

    def _has_room(self) -> bool:
        return self._turns.waiting + self._arriving < self._most_waiting

    async def _done(self, conversation_id: str, number: int) -> None:
        """Waits until a message is answered, by this process or another."""
        is_done = functools.partial(self._is_done, conversation_id, number)
        seconds = self._turn_seconds + GRACE_SECONDS
        await self._turns.awaited.wait(conversation_id, number, is_done, seconds)

    async def _is_done(self, conversation_id: str, number: int) -> bool:
        found = await self._in_thread(self._store.messages_after, conversation_id, number - 1, 1)
        return bool(found) and found[0].status is MessageStatus.DONE

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        return await run_in(self._threads, call, *arguments)
