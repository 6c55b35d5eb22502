"""The ports of the desk: what staff do with conversations, and the queue as they see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.support.conversations import (
    Conversation,
    ConversationState,
    EscalationReason,
    Message,
    Reply,
)
from bot.support.desk import (
    CaseTopic,
    Change,
    Claim,
    Holder,
    Note,
    Outcome,
    Source,
    SuggestionUse,
)
from bot.support.events import Event
from bot.support.staff import Staff
from bot.support.triage import Urgency


class StaffDirectory(Protocol):
    """Knows who is on the staff; blocks."""

    def colleagues(self) -> Sequence[Staff]:
        """Returns who may hold a conversation now."""
        ...


class DeskStore(Protocol):
    """Keeps what staff do with conversations; each method is one transaction and blocks.

    Every method raises StorageError, and UnknownConversation for an id that is none. What says
    that only the holder may do it raises NotHolder for anybody else, and takes an ``epoch``:
    given, the claim must still be that one. Every change is an event in the same transaction.
    """

    def claim(
        self, staff: Staff, conversation_id: str, now: datetime, told: Reply, until: datetime
    ) -> Claim:
        """Gives the conversation to somebody by compare-and-set: state human, epoch + 1.

        Whoever holds it already gets the same claim again. ``told`` is said to the seller;
        ``until`` is when an unanswered claim ends. Raises AlreadyClaimed.
        """
        ...

    def release(
        self, staff: Staff, conversation_id: str, now: datetime, *, epoch: int | None = None
    ) -> Change:
        """Gives the holder's claim back to the queue."""
        ...

    def hand_back(
        self,
        staff: Staff,
        conversation_id: str,
        now: datetime,
        told: Reply,
        *,
        epoch: int | None = None,
    ) -> Change:
        """Gives the conversation from its holder back to the bot, which says so."""
        ...

    def reassign(
        self,
        staff: Staff,
        conversation_id: str,
        to: Staff,
        now: datetime,
        until: datetime,
    ) -> Change:
        """Gives the claim to somebody else: the holder may, and a supervisor over any claim."""
        ...

    def expire_claim(
        self, conversation_id: str, epoch: int, now: datetime, limit: timedelta, told: Reply
    ) -> datetime | None:
        """Ends a claim under which the seller has waited for ``limit``.

        Returns when to look again, None when that claim is over.
        """
        ...

    def reply(
        self,
        staff: Staff,
        conversation_id: str,
        text: str,
        client_id: str,
        now: datetime,
        suggestion: SuggestionUse | None = None,
        *,
        epoch: int | None = None,
    ) -> Message:
        """Stores the holder's message to the seller, once per ``client_id``."""
        ...

    def note(
        self, staff: Staff, conversation_id: str, text: str, client_id: str, now: datetime
    ) -> Note:
        """Stores an internal note, once per ``client_id``."""
        ...

    def use_suggestion(
        self,
        staff: Staff,
        conversation_id: str,
        message_number: int | None,
        use: SuggestionUse,
        now: datetime,
    ) -> None:
        """Records what somebody made of a suggestion."""
        ...

    def resolve(
        self,
        staff: Staff,
        conversation_id: str,
        outcome: Outcome,
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> Change:
        """Ends the conversation, held by this person, with an outcome."""
        ...

    def reopen(self, staff: Staff, conversation_id: str, now: datetime) -> Change:
        """Puts a resolved conversation back into the queue; raises NotPossible for others."""
        ...

    def snooze(
        self,
        staff: Staff,
        conversation_id: str,
        until: datetime,
        now: datetime,
        *,
        epoch: int | None = None,
    ) -> Change:
        """Puts a conversation away until a moment; its holder keeps it."""
        ...

    def wake(self, staff: Staff | None, conversation_id: str, now: datetime) -> Change | None:
        """Takes a conversation out of its snooze; None when it was not put away.

        Without ``staff`` the time has come by itself: before that it stays as it is.
        """
        ...

    def merge(self, staff: Staff, conversation_id: str, into: str, now: datetime) -> Change:
        """Ends a conversation as a duplicate of another of the same seller.

        Raises NotPossible (same conversation, another seller's, merged itself), NotHolder.
        """
        ...

    def separate(self, staff: Staff, conversation_id: str, now: datetime) -> Change:
        """Takes a duplicate out again, as it was before; raises NotPossible."""
        ...

    def prioritise(
        self, staff: Staff, conversation_id: str, level: str | None, now: datetime
    ) -> Change:
        """Sets the urgency staff give, over the rules; None leaves it to the rules again."""
        ...

    def correct_topic(
        self, staff: Staff, conversation_id: str, intent: str, now: datetime
    ) -> Change:
        """Sets what the conversation is about."""
        ...

    def undo(self, staff: Staff, event_id: int, now: datetime, until: datetime) -> Change:
        """Takes a change of this person back; a claim given back then lasts until ``until``.

        Raises CannotUndo: not of that kind, too late, somebody else's, or something happened.
        """
        ...

    def tell_later(
        self,
        conversation_id: str,
        epoch: int,
        state: ConversationState,
        told: Reply,
        now: datetime,
    ) -> bool:
        """Says something to the seller once, if the conversation is still as it was."""
        ...


@dataclass(frozen=True)
class Case:
    """A conversation as the queue shows it.

    ``waiting_since`` is None while nobody waits for a human. ``holder`` has the claim.
    ``order`` is ``bot.services.order_snapshots.order_snapshot`` of when a human was asked for;
    None with an ``order_number`` where the marketplace could not be asked. ``last_message`` is
    what a person said last, the seller or staff: never the bot.
    """

    conversation: Conversation
    seller_name: str | None
    source: Source
    topic: CaseTopic | None
    urgency: Urgency
    prioritised: str | None
    order_number: str | None
    order: Mapping[str, Any] | None
    reason: EscalationReason | None
    waiting_since: datetime | None
    holder: Holder | None
    last_message: Message | None
    snoozed_until: datetime | None
    merged_into: str | None
    outcome: Outcome | None
    resolved_at: datetime | None = None
    viewers: tuple[Holder, ...] = ()

    @property
    def id(self) -> str:
        """Returns the conversation's id."""
        return self.conversation.id


SORTS = ("urgency", "waiting", "recent")


@dataclass(frozen=True)
class InboxQuery:
    """What part of the queue is asked for.

    ``states`` empty means waiting and human. ``holder`` is an id, or "none" for what nobody
    holds. ``urgency`` is a level. ``text`` is searched folded: order number, seller, messages.
    ``snoozed`` shows only what is put away; otherwise that is left out. ``cursor`` is opaque.
    ``asked_by`` is whose "mine" is counted.
    """

    states: tuple[ConversationState, ...] = ()
    topic: str | None = None
    reason: EscalationReason | None = None
    holder: str | None = None
    urgency: str | None = None
    text: str = ""
    snoozed: bool = False
    cursor: str | None = None
    limit: int = 50
    sort: str = "urgency"
    asked_by: str = ""


@dataclass(frozen=True)
class InboxCounts:
    """How much there is, whatever is filtered."""

    waiting: int = 0
    mine: int = 0
    human: int = 0
    snoozed: int = 0
    resolved_today: int = 0


@dataclass(frozen=True)
class InboxPage:
    """One page of the queue; ``next_cursor`` is None on the last. ``total`` is of all pages."""

    cases: tuple[Case, ...]
    next_cursor: str | None
    total: int
    counts: InboxCounts


@dataclass(frozen=True)
class Timeline:
    """All that was said and done in a conversation, each in order.

    ``messages`` begin after the number asked for; notes and events are all there.
    """

    messages: Sequence[Message] = ()
    notes: Sequence[Note] = ()
    events: Sequence[Event] = ()
    thumbs: Mapping[int, str] = field(default_factory=dict)


class InboxStore(Protocol):
    """Reads the queue; every method blocks and raises StorageError."""

    def cases(self, query: InboxQuery, now: datetime) -> InboxPage:
        """Returns a page of cases; raises BadInput for a cursor that is none."""
        ...

    def case(self, conversation_id: str, now: datetime) -> Case | None:
        """Returns one case, whatever its state."""
        ...

    def timeline(self, conversation_id: str, after: int, limit: int) -> Timeline:
        """Returns what was said and done, messages from a number on."""
        ...

    def place_in_queue(self, conversation_id: str | None) -> int:
        """Returns how many wait at least as long: 1 is next. None: whoever would come now."""
        ...

    def duplicates_of(self, conversation_id: str, now: datetime) -> list[Case]:
        """Returns the conversations merged into this one."""
        ...
