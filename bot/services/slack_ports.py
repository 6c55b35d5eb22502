"""The ports of Slack: its Web API, and where deliveries, calls and threads are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.support.conversations import Message
from bot.support.desk import Note
from bot.support.slack import (
    OutboxCall,
    PostedMessage,
    SlackCall,
    SlackDelivery,
    SlackThread,
    SlackWarning,
)


class SlackApi(Protocol):
    """Calls Slack's Web API; every method blocks.

    Raises SlackRefused (nothing was done), SlackRateLimited (nothing was done yet) and
    SlackOutcomeUnknown (it may have been done).
    """

    def call(self, method: str, arguments: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Makes one call and returns what Slack says; a posted message carries ``key``."""
        ...

    def find_posted(
        self, channel: str, thread_ts: str | None, key: str, since: datetime
    ) -> str | None:
        """Returns the ``ts`` of the message posted with ``key``, None when there is none."""
        ...

    def thread_messages(self, channel: str, ts: str) -> Sequence[PostedMessage]:
        """Returns the messages of a thread, its first one among them."""
        ...


class SlackSignatures(Protocol):
    """Knows whether a request comes from Slack."""

    def verify(self, raw: bytes, timestamp: str, signature: str) -> bool:
        """Tells whether a raw body was signed by Slack within the last five minutes."""
        ...


class SlackInboxStore(Protocol):
    """Keeps what Slack delivered; each method is one transaction and blocks."""

    def receive(self, delivery: SlackDelivery, now: datetime) -> bool:
        """Keeps a delivery; False when one of that key is there."""
        ...

    def claim_delivery(self, now: datetime) -> SlackDelivery | None:
        """Claims the oldest delivery that is due, the first of its lane."""
        ...

    def finish_delivery(self, key: str, calls: Sequence[SlackCall], now: datetime) -> None:
        """Marks a delivery done and puts the calls that follow from it, in one transaction."""
        ...

    def retry_delivery(self, key: str, at: datetime) -> None:
        """Puts a delivery off."""
        ...


class SlackOutboxStore(Protocol):
    """Keeps calls to be made; each method is one transaction and blocks."""

    def put_calls(self, calls: Sequence[SlackCall], now: datetime) -> None:
        """Keeps calls, each unless one of its key is there."""
        ...

    def claim_call(self, now: datetime, holds: Mapping[str, datetime]) -> OutboxCall | None:
        """Claims the first due call of a lane; from now on it may have been made.

        ``holds`` says until when calls of a method are not made.
        """
        ...

    def finish_call(self, call: OutboxCall, ts: str | None, now: datetime) -> None:
        """Marks a call made; that of a card opens its thread."""
        ...

    def fail_call(self, call: OutboxCall, code: str, now: datetime) -> None:
        """Marks a call given up."""
        ...

    def retry_call(self, call: OutboxCall, at: datetime, *, untried: bool) -> None:
        """Puts a call off; ``untried`` says that it was certainly not made this time."""
        ...

    def thread(self, conversation_id: str) -> SlackThread | None:
        """Returns where a conversation's card is."""
        ...


@dataclass(frozen=True)
class ThreadNews:
    """What a conversation's thread lacks, and what was read of it.

    ``from_slack`` are ids of the notes that staff wrote in the thread itself; ``event`` is the
    last event read before anything else was. ``more`` says that there are further messages.
    """

    thread: SlackThread | None
    messages: Sequence[Message]
    notes: Sequence[Note]
    from_slack: frozenset[int]
    event: int
    more: bool = False


class SlackThreadStore(Protocol):
    """Knows which conversations have a thread, and how far it is; blocks."""

    def behind(self, limit: int = 50) -> list[str]:
        """Returns ids of conversations whose card or thread lacks something."""
        ...

    def news(self, conversation_id: str) -> ThreadNews:
        """Returns what a thread lacks."""
        ...

    def advance(
        self, old: SlackThread | None, new: SlackThread, calls: Sequence[SlackCall], now: datetime
    ) -> bool:
        """Moves a thread on and puts its calls, unless it moved meanwhile: then False."""
        ...

    def cards(self) -> Mapping[str, str]:
        """Returns what each card shows now, as a digest, by conversation."""
        ...

    def thread_at(self, channel: str, ts: str) -> SlackThread | None:
        """Returns the thread of a place in Slack."""
        ...

    def release_claims(self) -> None:
        """Lets go of all rows: for a process that is the only one, and has just begun."""
        ...

    def forget(self, now: datetime, after: timedelta | None) -> None:
        """Removes what was done long ago (None: never), and leaves quiet threads alone."""
        ...


class SlackHealthStore(Protocol):
    """Keeps what is wrong in Slack; blocks."""

    def warn(self, subject: str, code: str, now: datetime) -> None:
        """Keeps a warning; one that is there already stays as old as it is."""
        ...

    def clear(self, *subjects: str) -> None:
        """Takes warnings back."""
        ...

    def warnings(self) -> list[SlackWarning]:
        """Returns what is wrong, oldest first."""
        ...


class SlackUsers(Protocol):
    """Knows who on the staff a Slack user is; blocks."""

    def staff_id(self, slack_user_id: str) -> str | None:
        """Returns the account a Slack user is mapped to."""
        ...

    def map_user(self, slack_user_id: str, staff_id: str | None) -> None:
        """Maps a Slack user to an account, None to none."""
        ...

    def slack_users(self) -> Mapping[str, str]:
        """Returns all accounts by Slack user."""
        ...
