"""What goes between Slack and us, as plain values: what is delivered, what is called."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

RESPOND = "response_url"
"""The method of an answer to a response URL; its arguments hold ``url`` besides."""


SLACK_CLIENT = "slack:"
"""What client ids of notes and messages begin with that staff wrote in Slack."""


class Place(str, enum.Enum):
    """Says where in Slack a call belongs; what it needs of that is filled in when it is sent."""

    GIVEN = "given"  # its arguments say all
    CARD = "card"  # posts a conversation's card: from then on its thread is known
    THREAD = "thread"  # in the thread of a conversation's card
    CARD_UPDATE = "card_update"  # over the card itself


@dataclass(frozen=True)
class SlackCall:
    """One call of Slack's Web API, to be made once.

    ``key`` makes it unique; empty in what a handler of a delivery returns, which gets one by
    itself. Calls of one ``lane`` are made one after another, in the order they were put; empty
    means the lane of the delivery. ``lasts`` is how long it is worth making at all: a trigger id
    lives three seconds. ``place`` other than GIVEN needs ``conversation_id``.
    """

    method: str
    arguments: Mapping[str, Any]
    key: str = ""
    lane: str = ""
    lasts: timedelta | None = None
    place: Place = Place.GIVEN
    conversation_id: str | None = None


@dataclass(frozen=True)
class PostedMessage:
    """A message that stands in Slack; ``ours`` are those an app posted."""

    ts: str
    ours: bool


@dataclass(frozen=True)
class SlackDelivery:
    """Something Slack told us, kept until it was dealt with; ``key`` is Slack's own id of it.

    ``family`` is "event", "interaction" or "command". ``lane`` keeps what belongs together in
    order.
    """

    key: str
    family: str
    payload: Mapping[str, Any]
    lane: str
    attempts: int = 0


@dataclass(frozen=True)
class OutboxCall:
    """A call that is due, as one worker has it.

    ``tried_at`` is when an earlier try may have reached Slack, None when none did: before it is
    made again, somebody has to look whether it is there already.
    """

    id: int
    call: SlackCall
    attempts: int = 0
    tried_at: datetime | None = None
    put_at: datetime | None = None


@dataclass(frozen=True)
class SlackThread:
    """Where a conversation's card is, and what of the conversation was put into its thread.

    ``ts`` is None until the card is posted. ``mirrored`` is the number of a message, ``noted`` the
    id of a note, ``event`` that of an event: the last ones put there.
    """

    conversation_id: str
    channel: str
    ts: str | None = None
    mirrored: int = 0
    noted: int = 0
    event: int = 0
    card: str = ""


@dataclass(frozen=True)
class SlackWarning:
    """Something in Slack that staff should put right; ``subject`` is "token" or a channel."""

    subject: str
    code: str
    since: datetime


@dataclass(frozen=True)
class Channels:
    """Which channel a case goes to: by topic, else by urgency, else the default."""

    default: str = ""
    others: Mapping[str, str] = field(default_factory=dict)

    def of(self, topic: str | None, level: str) -> str:
        """Returns the channel for a topic and a level of urgency."""
        return self.others.get(topic or "") or self.others.get(level) or self.default


def parse_channels(text: str) -> Channels:
    """Reads ``default=C0123,urgent=C0456,faq_report_buyer=C0789``; raises ValueError."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, separator, channel = (part.strip() for part in pair.partition("="))
        if not (name and separator and channel[:1] in ("C", "G") and channel.isalnum()):
            raise ValueError(f"{pair!r} is no name=CHANNEL_ID")
        found[name] = channel
    if found and "default" not in found:
        raise ValueError("there is no default=CHANNEL_ID")
    return Channels(found.pop("default", ""), found)
