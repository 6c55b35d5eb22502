"""Which table holds what of a seller, and what their erasure makes of it.

A test walks the metadata: a table that is not here fails it, and so does one that refers to a
seller or a conversation and claims to hold nothing of anybody.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

import bot.adapters.marketplace_tables as marketplace
from bot.adapters.sql.account_tables import staff_accounts, staff_sessions
from bot.adapters.sql.answer_tables import (
    answer_drafts,
    answer_servings,
    draft_texts,
    kept_texts,
    served_answers,
)
from bot.adapters.sql.learning_tables import (
    models,
    phrase_reviews,
    shadow_differences,
    shadow_figures,
)
from bot.adapters.sql.privacy_tables import erasures, event_permits
from bot.adapters.sql.slack_tables import (
    slack_deliveries,
    slack_outbox,
    slack_threads,
    slack_users,
    slack_warnings,
)
from bot.adapters.sql.tables import (
    buttons,
    calendar,
    conversations,
    effects,
    escalations,
    events,
    jobs,
    messages,
    notes,
    ratings,
    thumbs,
)
from bot.adapters.sql.watch_tables import heartbeats


class Fate(enum.Enum):
    """Says what becomes of a seller's rows when they are erased."""

    DELETED = "deleted"
    EMPTIED = "emptied"  # what figures are counted from stays, under an id that is nobody's
    SEARCHED = "searched"  # rows name people within what they hold: deleted where they do
    OTHERS = "others"  # the marketplace's own, or the record of erasures itself
    NOBODYS = "nobodys"  # holds nothing of sellers


@dataclass(frozen=True)
class Holding:
    """What is held in a table; ``key`` is the column that names the conversation."""

    table: sa.Table
    fate: Fate
    key: str | None
    what: str


def _of(fate: Fate, what: str, *tables: sa.Table, key: str | None = None) -> list[Holding]:
    return [Holding(table, fate, key, what) for table in tables]


_SAID = "conversation_id"
_HOLDINGS = [
    *_of(Fate.EMPTIED, "conversations, with the tracker of each", conversations, key="id"),
    *_of(Fate.EMPTIED, "what was said, and how it was understood", messages, key=_SAID),
    *_of(Fate.EMPTIED, "what happened to a conversation", events, key=_SAID),
    *_of(Fate.EMPTIED, "thumbs under answers", thumbs, key=_SAID),
    *_of(Fate.DELETED, "choices offered", buttons, key=_SAID),
    *_of(Fate.DELETED, "requests to the marketplace", effects, key=_SAID),
    *_of(Fate.DELETED, "requests for a human", escalations, key=_SAID),
    *_of(Fate.DELETED, "internal notes of the staff", notes, key=_SAID),
    *_of(Fate.DELETED, "stars and comments", ratings, key=_SAID),
    *_of(Fate.DELETED, "phrases under review, masked", phrase_reviews, key=_SAID),
    *_of(Fate.DELETED, "what a shadow read otherwise, masked", shadow_differences, key=_SAID),
    *_of(Fate.DELETED, "where in Slack the card is", slack_threads, key=_SAID),
    *_of(Fate.SEARCHED, "calls to Slack", slack_outbox, key=_SAID),
    *_of(Fate.SEARCHED, "what Slack delivered", slack_deliveries),
    *_of(Fate.SEARCHED, "work to be done later", jobs),
    *_of(Fate.OTHERS, "orders, which are the marketplace's", marketplace.orders),
    *_of(Fate.OTHERS, "requests as the marketplace has them", marketplace.extensions),
    *_of(Fate.OTHERS, "erasures: whose, until it is done", erasures),
    *_of(Fate.NOBODYS, "permits within a transaction", event_permits),
    *_of(Fate.NOBODYS, "the staff", staff_accounts, staff_sessions, slack_users),
    *_of(Fate.NOBODYS, "approved texts", kept_texts, served_answers, answer_servings),
    *_of(Fate.NOBODYS, "drafts of approved texts", answer_drafts, draft_texts),
    *_of(Fate.NOBODYS, "models and how often they differ", models, shadow_figures),
    *_of(Fate.NOBODYS, "what is wrong in Slack", slack_warnings),
    *_of(Fate.NOBODYS, "the days of Paris", calendar),
    *_of(Fate.NOBODYS, "which processes are alive", heartbeats),
]

HOLDINGS: Mapping[str, Holding] = {holding.table.name: holding for holding in _HOLDINGS}
"""Every table by name."""
