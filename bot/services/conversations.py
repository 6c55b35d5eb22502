"""Conversations: messages in, turns one after another, replies out once they are stored.

This is where the promises of shared/DESIGN.md, "A turn", are kept. Everything that blocks runs
in threads; the event loop only waits.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.errors import (
    AccessDenied,
    AssistantError,
    ConversationMoved,
    StorageError,
)
from bot.language.fragments import is_fragment
from bot.services.awaited_answers import AwaitedAnswers
from bot.services.intake import kept_text, remarks
from bot.services.live_content import LiveContent
from bot.services.ports import (
    Accepted,
    Assistant,
    Clock,
    Committed,
    ConversationStore,
    IncomingMessage,
    Turn,
    TurnCommit,
    TurnResult,
    TurnStart,
)
from bot.services.turn_scope import TurnScope, TurnScopes, scope_of
from bot.services.typed_choices import TypedChoices
from bot.support.conversations import Button, Conversation, Message, MessageStatus, Reply
from bot.support.responses import Content

logger = logging.getLogger(__name__)

MAX_FAILURES = 3
"""Failed tries of one turn after which the seller is told and the message is done."""

GRACE_SECONDS = 5
"""How much longer than a turn may take somebody waits for its answer."""

T = TypeVar("T")
FaultPoint = Callable[[str], None]
HandedOver = Callable[[TurnScope, Sequence[Reply]], Sequence[Reply]]


@dataclass(frozen=True)
class Exchange:
    """What a seller's message led to: the bot's messages, notices first."""

    message: Message
    replies: tuple[Message, ...]


class Conversations:
    """Receives messages and runs turns.

    ``owner`` names this process in leases. ``told`` is called with a conversation's id when
    something changed there, ``answered`` with what was committed. ``handed_over`` returns what is
    said after replies that tell of a failure which brings a human in. ``reached`` is called at
    every named point of a turn, so that tests can kill the process there.
    """

    def __init__(
        self,
        store: ConversationStore,
        assistant: Assistant,
        live: LiveContent,
        scopes: TurnScopes,
        clock: Clock,
        *,
        owner: str,
        threads: Executor,
        turn_seconds: float = 20.0,
        burst_seconds: float = 0.7,
        told: Callable[[str], None] = lambda conversation_id: None,
        answered: Callable[[TurnCommit], None] = lambda commit: None,
        handed_over: HandedOver = lambda scope, replies: (),
        reached: FaultPoint = lambda point: None,
    ) -> None:
        self._store = store
        self._assistant = assistant
        self._live = live
        self._typed_choices = TypedChoices(store)
        self._scopes = scopes
        self._clock = clock
        self._owner = owner
        self._threads = threads
        self._turn_seconds = turn_seconds
        self._burst_seconds = burst_seconds
        self._told = told
        self._answered = answered
        self._handed_over = handed_over
        self._reached = reached
        self._awaited = AwaitedAnswers()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[tuple[str, int], int] = {}

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
        """Stores a message and sees to it that a turn answers it; does not wait for that."""
        stored = IncomingMessage(kept_text(incoming.text), incoming.client_id, incoming.button)
        now = self._clock.now()
        accepted: Accepted = await self._in_thread(
            self._store.accept, conversation.id, stored, self._owner, now
        )
        self._reached("accepted")
        if accepted.inactive_button:  # sent again too: who stored it may have died before this
            key = f"inactive:{conversation.id}:{accepted.message.number}"
            reply = self._live.current.render("button_inactive")
            add = functools.partial(self._store.add_notice, only_bot=True)
            await self._in_thread(add, conversation.id, key, reply, now)
        if accepted.turn is not None:
            self._start(accepted.turn)
        self._told(conversation.id)
        return accepted

    async def recover(self) -> int:
        """Runs the turns of messages that were received but never answered; returns how many."""
        waiting = await self._in_thread(self._store.waiting_conversations, self._clock.now())
        started = 0
        for conversation_id in waiting:
            if conversation_id in self._running:
                continue
            turn = await self._begin(conversation_id, renew=False)
            if turn is not None:
                self._start(turn)
                started += 1
        return started

    async def drain(self) -> None:
        """Waits until no turn runs."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _done(self, conversation_id: str, number: int) -> None:
        """Waits until a message is answered, by this process or another."""
        is_done = functools.partial(self._is_done, conversation_id, number)
        seconds = self._turn_seconds + GRACE_SECONDS
        await self._awaited.wait(conversation_id, number, is_done, seconds)

    async def _is_done(self, conversation_id: str, number: int) -> bool:
        found = await self._in_thread(self._store.messages_after, conversation_id, number - 1, 1)
        return bool(found) and found[0].status is MessageStatus.DONE

    def _start(self, turn: TurnStart) -> None:
        conversation_id = turn.conversation.id
        task = asyncio.get_running_loop().create_task(self._run(turn))
        self._running[conversation_id] = task

        def ended(task: asyncio.Task[None]) -> None:
            if self._running.get(conversation_id) is task:
                del self._running[conversation_id]

        task.add_done_callback(ended)

    async def _run(self, turn: TurnStart | None) -> None:
        """Answers turn after turn until nothing waits in this conversation."""
        while turn is not None:
            committed: Committed | None
            try:
                turn = await self._with_the_rest(turn)
                committed = await self._answer(turn)
            except ConversationMoved:
                await self._leave(turn)
                return
            except AssistantError as error:
                logger.warning("turn in %s failed: %r", turn.conversation.id, error)
                committed = await self._failed(turn, error)
            except Exception as error:
                logger.exception("turn in %s failed", turn.conversation.id)
                committed = await self._failed(turn, error)
            if committed is None:
                return
            self._tell(turn, None)
            turn = await self._begin(turn.conversation.id) if committed.more else None

    async def _leave(self, turn: TurnStart) -> None:
        """Gives back a lease that is still ours: the conversation is somebody else's."""
        now = self._clock.now()
        try:
            await self._in_thread(self._store.abandon_turn, turn, self._owner, now)
        except StorageError as error:
            logger.warning("lease of %s left to run out: %r", turn.conversation.id, error)
        self._tell(turn, None)

    async def _with_the_rest(self, turn: TurnStart) -> TurnStart:
        """Waits a moment when the last message is only the beginning of what is being typed."""
        last = turn.messages[-1]
        if last.intent is not None or self._burst_seconds <= 0 or not is_fragment(last.text):
            return turn
        await asyncio.sleep(self._burst_seconds)
        widened = await self._begin(turn.conversation.id, widen=True)
        if widened is None:  # an agent has taken it, or another owner: nothing may be done here
            raise ConversationMoved("the turn is no longer ours")
        return widened

    async def _answer(self, turn: TurnStart) -> Committed:
        last, scope = turn.messages[-1], scope_of(turn, self._clock.now(), self._live.current)
        text = "\n".join(message.text for message in turn.messages)
        pressed = await self._pressed(turn, scope.content, text)
        asked = Turn(
            conversation_id=turn.conversation.id,
            message_number=last.number,
            text=text,
            tracker=turn.tracker,
            intent=pressed.intent if pressed else None,
            entities=pressed.entities if pressed else {},
            seconds=self._turn_seconds,
            interrupted=turn.interrupted,
        )
        with self._scopes.running(scope):
            result = await self._assistant.respond(asked)
        if scope.failure is not None:
            raise scope.failure
        self._reached("answered")
        return await self._commit(turn, scope, result)

    async def _pressed(self, turn: TurnStart, content: Content, text: str) -> Button | None:
        """Returns the button that was pressed, or that the typed text means."""
        last = turn.messages[-1]
        if last.intent is not None:
            return Button(last.text, last.intent, last.entities)
        first = turn.messages[0].number
        read = self._typed_choices.read
        return await self._in_thread(read, content, turn.conversation.id, first, text)

    async def _commit(self, turn: TurnStart, scope: TurnScope, result: TurnResult) -> Committed:
        replies = (*map(scope.content.render, remarks(turn.messages)), *result.replies)
        more = await self._in_thread(self._handed_over, scope, replies)
        commit = TurnCommit(
            start=turn,
            replies=(*replies, *more),
            tracker=result.tracker,
            understanding=result.understanding,
            model=result.model,
            effects=tuple(scope.effects.values()),
            escalations=tuple(scope.escalations),
            jobs=tuple(scope.jobs),
            withdraw_escalation=scope.withdraw_escalation,
        )
        store, now = self._store, self._clock.now()
        committed: Committed = await self._in_thread(store.commit_turn, commit, self._owner, now)
        self._reached("committed")
        self._answered(commit)
        return committed

    async def _failed(self, turn: TurnStart, error: Exception) -> Committed | None:
        """Leaves the messages to be redone, or after some tries says that it cannot be done."""
        key = (turn.conversation.id, turn.messages[-1].number)
        self._failures[key] = self._failures.get(key, 0) + 1
        try:
            if self._failures[key] < MAX_FAILURES or isinstance(error, StorageError):
                await self._in_thread(
                    self._store.abandon_turn, turn, self._owner, self._clock.now()
                )
                self._tell(turn, error)
                return None
            del self._failures[key]
            return await self._apologise(turn)
        except AssistantError as also:
            logger.warning("turn in %s could not be put back: %r", turn.conversation.id, also)
            self._tell(turn, error)
            return None

    async def _apologise(self, turn: TurnStart) -> Committed:
        scope = scope_of(turn, self._clock.now(), self._live.current)
        said = (scope.content.render("tool_failure"),)
        result = TurnResult(said, turn.tracker, {}, self._assistant.model)
        return await self._commit(turn, scope, result)

    async def _begin(
        self, conversation_id: str, *, widen: bool = False, renew: bool = True
    ) -> TurnStart | None:
        begin = functools.partial(self._store.begin_turn, widen=widen, renew=renew)
        now = self._clock.now()
        return await self._in_thread(begin, conversation_id, self._owner, now)

    def _tell(self, turn: TurnStart, error: Exception | None) -> None:
        self._told(turn.conversation.id)
        for message in turn.messages:
            self._awaited.tell(turn.conversation.id, message.number, error)

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, call, *arguments)
