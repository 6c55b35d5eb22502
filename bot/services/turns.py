"""Turns: the turns of one conversation run one after another, those of all of them within bounds.

A turn that fails is put back and redone; one that fails again and again ends with an apology.
Nothing here ends because the database is away: what could not be put back is tried again.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any, TypeVar

from bot.errors import AssistantError, ConversationMoved, StorageError
from bot.language.fragments import is_fragment
from bot.services.awaited_answers import AwaitedAnswers
from bot.services.gate import Gate
from bot.services.intake import remarks
from bot.services.live_content import LiveContent
from bot.services.ports import (
    Assistant,
    Clock,
    Committed,
    ConversationStore,
    Turn,
    TurnCommit,
    TurnResult,
    TurnStart,
)
from bot.services.threads import run_in
from bot.services.turn_scope import TurnScope, TurnScopes, scope_of
from bot.services.typed_choices import TypedChoices
from bot.services.watch_ports import Meters, NoMeters
from bot.support.conversations import Button, Job, Message, Reply
from bot.support.intent_families import UNREAD, family_of
from bot.support.request_ids import current_request_id, under_request_id
from bot.support.responses import Content

logger = logging.getLogger(__name__)

MAX_FAILURES = 3
"""Failed tries of one turn after which the seller is told and the message is done."""

RENEW_AFTER = 5.0
"""A turn that waited longer than these seconds makes sure that it is still ours."""

T = TypeVar("T")
FaultPoint = Callable[[str], None]
HandedOver = Callable[[TurnScope, Sequence[Reply]], Sequence[Reply]]


class Turns:
    """Runs turns, as many at once as the gate lets in; the others wait for their turn.

    ``told`` is called with a conversation's id when something changed there, ``answered`` with
    what was committed. ``handed_over`` returns what is said after replies that tell of a failure
    which brings a human in. ``reached`` is called at every named point of a turn.
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
        gate: Gate,
        turn_seconds: float,
        burst_seconds: float,
        told: Callable[[str], None],
        answered: Callable[[TurnCommit], None] = lambda commit: None,
        handed_over: HandedOver = lambda scope, replies: (),
        reached: FaultPoint = lambda point: None,
        meters: Meters | None = None,
    ) -> None:
        self._store = store
        self._assistant = assistant
        self._live = live
        self._typed_choices = TypedChoices(store)
        self._scopes = scopes
        self._clock = clock
        self._owner = owner
        self._threads = threads
        self._gate = gate
        self._turn_seconds = turn_seconds
        self._burst_seconds = burst_seconds
        self._told = told
        self._answered = answered
        self._handed_over = handed_over
        self._reached = reached
        self._meters = meters or NoMeters()
        self.awaited = AwaitedAnswers()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[tuple[str, int], int] = {}
        self._left_behind: set[str] = set()  # leases of ours that could not be given back

    @property
    def waiting(self) -> int:
        """Returns how many conversations wait until their turn may run."""
        return max(0, len(self._running) - self._gate.inside)

    @property
    def running(self) -> int:
        """Returns how many turns run."""
        return self._gate.inside

    @property
    def retry_after(self) -> int:
        """Returns in how many seconds those that wait now will have run, as things go."""
        return self._gate.retry_after

    def start(self, turn: TurnStart) -> None:
        """Begins a turn, and those that follow it in its conversation."""
        conversation_id = turn.conversation.id
        task = self._running[conversation_id] = asyncio.create_task(self._run(turn))

        def ended(task: asyncio.Task[None]) -> None:
            if self._running.get(conversation_id) is task:
                del self._running[conversation_id]
            if not task.cancelled() and task.exception() is not None:
                logger.error("turns of %s ended", conversation_id, exc_info=task.exception())

        task.add_done_callback(ended)

    async def recover(self, most_waiting: float) -> int:
        """Begins turns of messages never answered while fewer wait than may; returns how many."""
        now = self._clock.now()
        found = await self._in_thread(self._store.waiting_conversations, now)
        started = 0
        for conversation_id in [*self._left_behind, *found]:
            if self.waiting >= most_waiting:
                break
            if conversation_id in self._running:
                continue
            # Only what is known to be left behind is taken over from ourselves.
            ours = conversation_id in self._left_behind
            turn = await self._begin(conversation_id, renew=ours)
            self._left_behind.discard(conversation_id)
            if turn is not None:
                self.start(turn)
                started += 1
        return started

    async def drain(self) -> None:
        """Waits until no turn runs."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, turn: TurnStart | None) -> None:
        """Answers turn after turn until nothing waits in this conversation."""
        while turn is not None:
            with under_request_id(turn.messages[-1].request_id):
                began = time.monotonic()
                fragment = self._is_fragment(turn.messages[-1])
                if fragment:  # perhaps only the beginning of what is being typed
                    await asyncio.sleep(self._burst_seconds)
                async with self._gate.entered():
                    waited = time.monotonic() - began
                    committed = await self._one(turn, fragment, fragment or waited > RENEW_AFTER)
                if committed is None:
                    return
                self._tell(turn, None)
                turn = await self._next(turn.conversation.id) if committed.more else None

    def _is_fragment(self, last: Message) -> bool:
        return last.intent is None and self._burst_seconds > 0 and is_fragment(last.text)

    async def _one(self, turn: TurnStart, widen: bool, renew: bool) -> Committed | None:
        """Answers one turn; None when it was put back to be redone, or is no longer ours."""
        began = time.monotonic()
        try:
            if renew:
                turn = await self._renewed(turn, widen)
            return await self._answer(turn, began)
        except ConversationMoved:
            self._meters.turn_ended("moved", UNREAD, time.monotonic() - began)
            await self._leave(turn)
            return None
        except AssistantError as error:
            logger.warning("turn in %s failed: %r", turn.conversation.id, error)
            failure: Exception = error
        except Exception as error:
            logger.exception("turn in %s failed", turn.conversation.id)
            failure = error
        self._meters.turn_ended("failed", UNREAD, time.monotonic() - began)
        return await self._failed(turn, failure)

    async def _renewed(self, turn: TurnStart, widen: bool) -> TurnStart:
        """Returns the turn under a new lease; ``widen`` reads what came since with it."""
        renewed = await self._begin(turn.conversation.id, widen=widen)
        if renewed is None:  # an agent has taken it, or another owner
            raise ConversationMoved("the turn is no longer ours")
        return renewed

    async def _next(self, conversation_id: str) -> TurnStart | None:
        """Returns the conversation's next turn; one that cannot be begun now is not forgotten."""
        try:
            return await self._begin(conversation_id)
        except StorageError as error:
            logger.warning("next turn in %s not begun: %r", conversation_id, error)
            self._left_behind.add(conversation_id)
            return None

    async def _leave(self, turn: TurnStart) -> None:
        """Gives back a lease that is still ours: the conversation is somebody else's."""
        now = self._clock.now()
        try:
            await self._in_thread(self._store.abandon_turn, turn, self._owner, now)
        except StorageError as error:
            logger.warning("lease of %s left behind: %r", turn.conversation.id, error)
            self._left_behind.add(turn.conversation.id)
        self._tell(turn, None)

    async def _answer(self, turn: TurnStart, began: float) -> Committed:
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
        committed = await self._commit(turn, scope, result)
        self._count("answered", turn, scope, result, began)
        return committed

    async def _pressed(self, turn: TurnStart, content: Content, text: str) -> Button | None:
        """Returns the button that was pressed, or that the typed text means."""
        first, last = turn.messages[0], turn.messages[-1]
        if last.intent is not None:
            return Button(last.text, last.intent, last.entities)
        read = self._typed_choices.read
        return await self._in_thread(read, content, turn.conversation.id, first.number, text)

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
            jobs=tuple(map(_with_request_id, scope.jobs)),
            withdraw_escalation=scope.withdraw_escalation,
        )
        write, now = self._store.commit_turn, self._clock.now()
        committed: Committed = await self._in_thread(write, commit, self._owner, now)
        self._reached("committed")
        self._failures.pop((turn.conversation.id, turn.messages[-1].number), None)
        self._answered(commit)
        return committed

    def _count(
        self, outcome: str, turn: TurnStart, scope: TurnScope, result: TurnResult, began: float
    ) -> None:
        now = self._clock.now()
        intent = (result.understanding.get("intent") or {}).get("name")
        self._meters.turn_ended(outcome, family_of(intent), time.monotonic() - began)
        self._meters.messages_answered(
            [(now - m.created_at).total_seconds() for m in turn.messages]
        )
        for escalation in scope.escalations:
            self._meters.handed_over(escalation.reason.value)

    async def _failed(self, turn: TurnStart, error: Exception) -> Committed | None:
        """Leaves the messages to be redone, or after some tries says that it cannot be done."""
        key = (turn.conversation.id, turn.messages[-1].number)
        self._failures[key] = self._failures.get(key, 0) + 1
        try:
            if self._failures[key] >= MAX_FAILURES and not isinstance(error, StorageError):
                return await self._apologise(turn)
            now = self._clock.now()
            await self._in_thread(self._store.abandon_turn, turn, self._owner, now)
            self._tell(turn, error)
            return None
        except AssistantError as also:
            logger.warning("turn in %s could not be put back: %r", turn.conversation.id, also)
            self._left_behind.add(turn.conversation.id)
            self._tell(turn, error)
            return None

    async def _apologise(self, turn: TurnStart) -> Committed:
        began = time.monotonic()
        scope = scope_of(turn, self._clock.now(), self._live.current)
        said = (scope.content.render("tool_failure"),)
        result = TurnResult(said, turn.tracker, {}, self._assistant.model)
        committed = await self._commit(turn, scope, result)
        self._count("apologised", turn, scope, result, began)
        return committed

    async def _begin(
        self, conversation_id: str, *, widen: bool = False, renew: bool = True
    ) -> TurnStart | None:
        begin = functools.partial(self._store.begin_turn, widen=widen, renew=renew)
        now = self._clock.now()
        return await self._in_thread(begin, conversation_id, self._owner, now)

    def _tell(self, turn: TurnStart, error: Exception | None) -> None:
        self._told(turn.conversation.id)
        for message in turn.messages:
            self.awaited.tell(turn.conversation.id, message.number, error)

    async def _in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        return await run_in(self._threads, call, *arguments)


def _with_request_id(job: Job) -> Job:
    return replace(job, payload={**job.payload, "request_id": current_request_id()})
