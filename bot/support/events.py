"""What happened, for good: every change by staff or bot that figures and audits are made from.

Events are appended in the transaction of the change itself and never changed: a database trigger
refuses it. They name ids and states, never what people wrote, so that erasing a seller's data
leaves them as they are.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class ActorKind(str, enum.Enum):
    """Says who did it."""

    SELLER = "seller"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"  # a job, a deadline, the command line


class EventKind(str, enum.Enum):
    """Says what happened; the part before the point is what it happened to."""

    CONVERSATION_OPENED = "conversation.opened"
    CONVERSATION_ESCALATED = "conversation.escalated"
    CONVERSATION_WITHDRAWN = "conversation.withdrawn"
    CONVERSATION_CLAIMED = "conversation.claimed"
    CONVERSATION_RELEASED = "conversation.released"
    CONVERSATION_CLAIM_EXPIRED = "conversation.claim_expired"
    CONVERSATION_REASSIGNED = "conversation.reassigned"
    CONVERSATION_REPLIED = "conversation.replied"
    CONVERSATION_NOTED = "conversation.noted"
    CONVERSATION_HANDED_BACK = "conversation.handed_back"
    CONVERSATION_RESOLVED = "conversation.resolved"
    CONVERSATION_REOPENED = "conversation.reopened"
    CONVERSATION_SNOOZED = "conversation.snoozed"
    CONVERSATION_WOKEN = "conversation.woken"
    CONVERSATION_MERGED = "conversation.merged"
    CONVERSATION_SEPARATED = "conversation.separated"
    CONVERSATION_PRIORITISED = "conversation.prioritised"
    CONVERSATION_UNDONE = "conversation.undone"  # target: the id of the event taken back
    TOPIC_CORRECTED = "topic.corrected"
    SUGGESTION_USED = "suggestion.used"  # after: sent, edited or dismissed
    PHRASE_REVIEWED = "phrase.reviewed"
    PHRASE_REVIEW_UNDONE = "phrase.review_undone"
    PHRASE_EXPORTED = "phrase.exported"  # after: exported or refused
    ANSWER_DRAFTED = "answer.drafted"
    ANSWER_APPROVED = "answer.approved"
    ANSWER_PUBLISHED = "answer.published"
    ANSWER_ROLLED_BACK = "answer.rolled_back"
    ANSWER_KEPT = "answer.kept"  # although the software delivers a newer one
    ANSWER_DISCARDED = "answer.discarded"
    MODEL_SHADOWED = "model.shadowed"
    MODEL_PROMOTED = "model.promoted"
    MODEL_ROLLED_BACK = "model.rolled_back"
    MODEL_FAILED = "model.failed"  # it could not be loaded; another one serves or none shadows
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    PRIVACY_EXPORTED = "privacy.exported"
    PRIVACY_ERASED = "privacy.erased"  # target: the erasure; after: rows by table
    PRIVACY_SWEPT = "privacy.swept"  # after: what was late, and what is left in Slack
    PRIVACY_EXPIRED = "privacy.expired"  # by the periods of the settings; after: rows by table
    SIGNED_IN = "session.signed_in"
    SIGN_IN_REFUSED = "session.refused"
    SIGNED_OUT = "session.signed_out"


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``before`` and ``after`` hold what changed, as plain JSON values.

    ``conversation_id`` is None for what concerns no conversation; ``target`` then names what
    changed (an account, an answer, a model).
    """

    kind: EventKind
    at: datetime
    actor_kind: ActorKind
    actor_id: str | None = None
    conversation_id: str | None = None
    target: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    id: int | None = None
