"""What three witnesses say of the same conversations: the store, the marketplace, the clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.adapters.marketplace_tables import extensions
from bot.adapters.sql.engine import create_engine, reading
from bot.adapters.sql.tables import conversations, effects, events, jobs, messages
from bot.marketplace.wire import extension_from


@dataclass(frozen=True)
class StoredMessage:
    """A message as the store has it."""

    number: int
    author: str
    text: str
    created_at: datetime
    client_id: str | None = None
    status: str = "done"
    intent: str | None = None
    reply_to: int | None = None
    response: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    notice_key: str | None = None


@dataclass(frozen=True)
class StoredEffect:
    """An action on the outside world as our ledger has it."""

    key: str
    state: str
    request: Mapping[str, Any]
    outcome: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class StoredEvent:
    """An event of the audit log; ``after`` has the state, and the number of the last message."""

    id: int
    kind: str
    at: datetime
    actor: str
    actor_id: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class StoredConversation:
    """A conversation as the store has it, everything in order."""

    id: str
    seller: str
    state: str
    messages: list[StoredMessage] = field(default_factory=list)
    effects: list[StoredEffect] = field(default_factory=list)
    events: list[StoredEvent] = field(default_factory=list)


@dataclass(frozen=True)
class MarketplaceRequest:
    """A request for an extension in the marketplace's own ledger; without ``key`` not ours."""

    id: str
    key: str | None
    seller: str
    order: str
    days: int


@dataclass
class Sent:
    """A message that a client sent under one client id, as often as it took.

    ``number`` is known once it was accepted; ``refused`` is the status of a final refusal.
    """

    client_id: str
    text: str = ""
    button: str = ""
    number: int | None = None
    tries: int = 0
    refused: int = 0


@dataclass
class Transcript:
    """What one seller's client was promised and has shown; ``problems`` are its own findings."""

    seller: str
    conversation: str
    sent: list[Sent] = field(default_factory=list)
    shown: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ConfirmedClaim:
    """A claim that the console confirmed to somebody."""

    conversation: str
    staff: str
    epoch: int


@dataclass(frozen=True)
class ConfirmedReply:
    """A reply to a seller that the console confirmed to somebody."""

    conversation: str
    number: int
    text: str


@dataclass
class Evidence:
    """All that is known of a run once it is quiet."""

    stored: Mapping[str, StoredConversation]
    requests: Sequence[MarketplaceRequest]
    transcripts: Sequence[Transcript]
    claims: Sequence[ConfirmedClaim] = ()
    replies: Sequence[ConfirmedReply] = ()


def read_store(database_url: str) -> dict[str, StoredConversation]:
    """Returns every conversation of a database, by id."""
    engine = create_engine(database_url)
    found: dict[str, StoredConversation] = {}
    try:
        with reading(engine) as connection:

            def rows(table: sa.Table, *order: sa.Column) -> list[Mapping[str, Any]]:
                statement = sa.select(table).order_by(*order)
                return list(connection.execute(statement).mappings())

            for row in rows(conversations):
                found[row["id"]] = StoredConversation(row["id"], row["seller_id"], row["state"])
            for row in rows(messages, messages.c.number):
                found[row["conversation_id"]].messages.append(_message(row))
            for row in rows(effects, effects.c.created_at):
                found[row["conversation_id"]].effects.append(
                    StoredEffect(row["key"], row["state"], row["request"], row["outcome"])
                )
            for row in rows(events, events.c.id):
                if row["conversation_id"] in found:
                    found[row["conversation_id"]].events.append(_event(row))
    finally:
        engine.dispose()
    return found


def read_marketplace(database_url: str) -> list[MarketplaceRequest]:
    """Returns every request for an extension that a marketplace's database has."""
    engine = create_engine(database_url)
    statement = sa.select(extensions).order_by(extensions.c.asked_at)
    try:
        with reading(engine) as connection:
            rows = list(connection.execute(statement).mappings())
    finally:
        engine.dispose()
    return [
        MarketplaceRequest(
            row["id"],
            row["idempotency_key"],
            row["seller_id"],
            row["order_number"],
            extension_from(row["facts"]).days,
        )
        for row in rows
    ]


def unsettled(database_url: str, now: datetime) -> str:
    """Returns what is still to be done in a database, empty when it is quiet.

    Raises sqlalchemy.exc.SQLAlchemyError.
    """
    engine = create_engine(database_url)
    counted = {
        "messages unanswered": sa.select(sa.func.count())
        .select_from(messages)
        .where(messages.c.status == "received"),
        "effects unsettled": sa.select(sa.func.count())
        .select_from(effects)
        .where(effects.c.state.in_(["sent", "unknown"])),
        "jobs due": sa.select(sa.func.count())
        .select_from(jobs)
        .where(jobs.c.state == "waiting", jobs.c.run_at <= now),
    }
    try:
        with reading(engine) as connection:
            found = {what: connection.execute(query).scalar() for what, query in counted.items()}
    finally:
        engine.dispose()
    return ", ".join(f"{count} {what}" for what, count in found.items() if count)


def _message(row: Mapping[str, Any]) -> StoredMessage:
    names = (
        "number", "author", "text", "created_at", "client_id", "status", "intent", "reply_to",
        "response", "values", "notice_key",
    )  # fmt: skip
    return StoredMessage(**{name: row[name] for name in names})


def _event(row: Mapping[str, Any]) -> StoredEvent:
    return StoredEvent(
        row["id"], row["kind"], row["at"], row["actor_kind"], row["actor_id"],
        row["before"], row["after"],
    )  # fmt: skip
