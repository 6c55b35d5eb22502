"""The ports: what the use cases need from the outside, as Protocols.

Adapters in ``bot.adapters`` implement them; ``bot.bootstrap`` is where they meet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.marketplace.orders import ExtensionRequest, Order
from bot.support.conversations import (
    Conversation,
    Effect,
    EffectState,
    Escalation,
    Job,
    Message,
    Reply,
)


class Clock(Protocol):
    """Tells the time; injectable, so that tests can move it."""

    def now(self) -> datetime:
        """Returns the present moment as an aware UTC datetime."""
        ...


class Marketplace(Protocol):
    """The marketplace's side of orders, always on behalf of one seller.

    Every method raises MarketplaceUnavailable when the marketplace did not answer and
    certainly did nothing.
    """

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        """Returns all of the seller's orders, newest placed first."""
        ...

    def order(self, seller_id: str, number: str) -> Order:
        """Returns one order of the seller.

        Raises OrderNotFound for an unknown number and for somebody else's alike.
        """
        ...

    def request_extension(
        self, seller_id: str, number: str, days: int, reason: str, key: str
    ) -> ExtensionRequest:
        """Asks the client for ``days`` more days, exactly once per idempotency ``key``.

        The same key always returns the request first made with it, in its present state.
        Raises OrderNotFound, ExtensionRefused (a rule forbids it; nothing was done),
        MarketplaceUnavailable (nothing was done), OutcomeUnknown (it may have been done).
        """
        ...

    def find_extension(self, seller_id: str, key: str) -> ExtensionRequest | None:
        """Returns the request made with ``key``, or None when there is none."""
        ...


class OrderDirectory(Protocol):
    """Knows every seller's orders: for staff who were let in, never for what a seller asks."""

    def find_order(self, number: str) -> Order:
        """Returns an order by its number, whoever's it is.

        Raises OrderNotFound and MarketplaceUnavailable.
        """
        ...


class OrderBook(Marketplace, OrderDirectory, Protocol):
    """What an adapter of the marketplace is: both sides of its orders."""


@dataclass(frozen=True)
class IncomingMessage:
    """A seller's message as an edge hands it over.

    ``client_id`` makes a resend harmless. ``button`` is an opaque token: its title is then stored.
    """

    text: str
    client_id: str
    button: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class TurnStart:
    """All that a turn needs: the lease is held under ``conversation.fence``.

    ``messages`` are the seller's messages still ``received``, in order, at least one.
    ``tracker`` is the tracker's state as the assistant last left it, None at first.
    ``interrupted`` says that an agent has held the conversation since.
    """

    conversation: Conversation
    messages: tuple[Message, ...]
    tracker: str | None
    interrupted: bool = False


@dataclass(frozen=True)
class Accepted:
    """What became of an incoming message.

    ``created`` is False for a resend. ``turn`` is set when this call also took the lease.
    ``inactive_button`` is True when the token was unknown here, used, expired or overtaken:
    the message is then stored as done and no turn sees it.
    """

    message: Message
    created: bool
    turn: TurnStart | None = None
    inactive_button: bool = False


@dataclass(frozen=True)
class TurnCommit:
    """All that a turn leaves behind, written in one transaction."""

    start: TurnStart
    replies: tuple[Reply, ...]
    tracker: str | None
    understanding: Mapping[str, Any]
    model: str
    effects: tuple[Effect, ...] = ()  # with their final state and outcome
    escalations: tuple[Escalation, ...] = ()
    jobs: tuple[Job, ...] = ()
    withdraw_escalation: bool = False


@dataclass(frozen=True)
class Committed:
    """What a commit stored: the bot's messages with numbers and button tokens.

    ``more`` is True when further messages wait; the lease is then still held.
    """

    messages: tuple[Message, ...]
    more: bool


class ConversationStore(Protocol):
    """Keeps conversations, messages, effects, escalations and jobs; every method blocks.

    Every method raises StorageError when the database does not answer or refuses.
    """

    def open_conversation(
        self, seller_id: str, label: str, now: datetime, name: str | None = None
    ) -> Conversation:
        """Returns the seller's conversation of that label, made if there is none.

        ``name`` is what the seller is called, for staff; it is kept when it is given.
        """
        ...

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Returns a conversation by its id."""
        ...

    def accept(
        self, conversation_id: str, message: IncomingMessage, owner: str, now: datetime
    ) -> Accepted:
        """Stores a message as received and, if nobody runs a turn there, takes the lease."""
        ...

    def begin_turn(
        self,
        conversation_id: str,
        owner: str,
        now: datetime,
        *,
        widen: bool = False,
        renew: bool = True,
    ) -> TurnStart | None:
        """Takes (or renews) the lease when messages wait and nobody else holds it.

        A turn begun and not committed is begun again with the same messages, unless ``widen``
        says that it has not run yet. Without ``renew`` one's own lease counts as anybody's.
        """
        ...

    def commit_turn(self, commit: TurnCommit, owner: str, now: datetime) -> Committed:
        """Writes replies, tracker, effects, escalations, jobs and ``done`` in one transaction.

        Raises ConversationMoved when fence or epoch changed or the bot may no longer speak:
        nothing of the turn is then kept, except the outcomes of effects.
        """
        ...

    def abandon_turn(self, start: TurnStart, owner: str, now: datetime) -> None:
        """Gives the lease back; the messages stay received, to be redone."""
        ...

    def release_leases(self, now: datetime) -> None:
        """Gives all leases back: right only where no other process can hold one."""
        ...

    def waiting_conversations(self, now: datetime) -> Sequence[str]:
        """Returns ids of conversations with received messages and no live lease."""
        ...

    def messages_after(self, conversation_id: str, number: int, limit: int = 200) -> list[Message]:
        """Returns messages with a higher number, in order."""
        ...

    def replies_to(self, conversation_id: str, number: int) -> list[Message]:
        """Returns the bot's messages that answer the seller's message ``number``."""
        ...

    def take_notices(self, conversation_id: str) -> list[Message]:
        """Returns notices not yet handed to a pulling client, and marks them handed over."""
        ...

    def open_effect(self, effect: Effect, now: datetime) -> Effect:
        """Inserts a proposed effect, or returns the one already stored under its key.

        Raises ConversationMoved for a new one while an agent holds the conversation.
        """
        ...

    def update_effect(
        self, key: str, state: EffectState, outcome: Mapping[str, Any] | None, now: datetime
    ) -> None:
        """Writes an effect's state in a transaction of its own; confirmed never goes back."""
        ...

    def effect(self, key: str) -> Effect | None:
        """Returns an effect by its key."""
        ...

    def effects_in(self, state: EffectState, before: datetime) -> list[Effect]:
        """Returns effects in a state and last changed before a moment, oldest first."""
        ...

    def add_notice(
        self,
        conversation_id: str,
        key: str,
        reply: Reply,
        now: datetime,
        *,
        only_bot: bool = False,
    ) -> Message | None:
        """Adds a bot message nobody asked for, once per ``key``.

        Returns None when it was already added. While an agent holds the conversation it is
        stored with the author ``system``, or with ``only_bot`` not at all.
        """
        ...

    def escalations(self, conversation_id: str | None = None) -> list[Escalation]:
        """Returns open requests for a human, oldest first."""
        ...

    def put_job(self, job: Job, now: datetime) -> None:
        """Stores a job unless its key is there already."""
        ...

    def claim_jobs(
        self, owner: str, now: datetime, limit: int = 20, kinds: Collection[str] | None = None
    ) -> list[Job]:
        """Claims due jobs, of these kinds, for 60 s: another worker redoes them after a crash."""
        ...

    def finish_job(self, key: str, now: datetime, owner: str = "") -> None:
        """Marks a job done; with ``owner`` only if nobody else claimed or rescheduled it since."""
        ...

    def reschedule_job(self, key: str, run_at: datetime, now: datetime, owner: str = "") -> None:
        """Puts a job back, with one more attempt counted; ``owner`` as in ``finish_job``."""
        ...


@dataclass(frozen=True)
class Turn:
    """What the assistant is asked to answer.

    ``text`` is typed text, already cleaned; or ``intent`` and ``entities`` come from a button
    and nothing is parsed. ``seconds`` is the time it may take in all. ``interrupted`` says that
    an agent has spoken with the seller since: what was begun before is over.
    """

    conversation_id: str
    message_number: int
    text: str
    tracker: str | None
    intent: str | None = None
    entities: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 20.0
    interrupted: bool = False


@dataclass(frozen=True)
class TurnResult:
    """What the assistant answered, and its tracker's new state."""

    replies: tuple[Reply, ...]
    tracker: str | None
    understanding: Mapping[str, Any]
    model: str


class Assistant(Protocol):
    """Understands messages and chooses what to say; knows nothing of storage."""

    @property
    def model(self) -> str:
        """Returns the id of the model that answers now."""
        ...

    async def respond(self, turn: Turn) -> TurnResult:
        """Answers one turn.

        Raises AssistantUnavailable when no model is loaded or the time is over.
        """
        ...

    async def parse(self, text: str) -> Mapping[str, Any]:
        """Returns intent, ranking, entities and segments of a text."""
        ...
