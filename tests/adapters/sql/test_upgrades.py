"""A database with data in it comes up to date, revision by revision, and goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from bot.adapters.clock import MovableClock
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql import migrate
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.engine import create_engine, writing
from bot.services.desk_ports import InboxQuery
from bot.services.ports import TurnCommit
from bot.support.conversations import ConversationState, EffectState, Reply

EARLY = "0002"
THEN = datetime(2026, 1, 12, 8, 30, tzinfo=timezone.utc)
NOW = THEN + timedelta(hours=5)
LONG_AGO = 2_300
"""Messages of one conversation: more than a migration changes in one go."""


def revisions() -> list[str]:
    """Returns all revisions after the early one, in order."""
    config = Config()
    config.set_main_option("script_location", str(migrate._MIGRATIONS))
    after = ScriptDirectory.from_config(config).iterate_revisions("head", EARLY)
    return [script.revision for script in reversed(list(after))]


def insert(connection: Connection, table: str, *rows: dict[str, Any]) -> None:
    """Inserts rows into a table as it is at this revision."""
    found = sa.Table(table, sa.MetaData(), autoload_with=connection)
    connection.execute(sa.insert(found), list(rows))


def message(conversation: str, number: int, author: str, **more: Any) -> dict[str, Any]:
    said = {"text": f"message {number}", "status": "done", "understanding": {}, "reply_to": None,
            "response": None, "response_version": None, **more}  # fmt: skip
    return {
        "conversation_id": conversation, "number": number, "author": author, "entities": {},
        "values": {}, "handed_over": False, "created_at": THEN + timedelta(seconds=number),
        "client_id": f"id-{number}" if author == "seller" else None, **said,
    }  # fmt: skip


def fill(connection: Connection) -> None:
    """Writes what an early version left: a talk under way, one that waits, and a very long one."""
    common = {"epoch": 0, "fence": 3, "created_at": THEN, "updated_at": THEN, "label": "site"}
    insert(
        connection,
        "conversations",
        {"id": "c_open", "seller_id": "lea", "state": "bot", "next_number": 4,
         "turn_until": 1, "tracker": '{"checkpoint": null, "events": []}', **common},
        {"id": "c_waits", "seller_id": "karim", "state": "waiting", "next_number": 2,
         "turn_until": 1, "tracker": None, **common},
        {"id": "c_long", "seller_id": "awa", "state": "bot", "next_number": LONG_AGO + 1,
         "turn_until": None, "tracker": None, **common},
    )  # fmt: skip
    understood = {"intent": {"name": "request_extension", "confidence": 0.9}}
    insert(
        connection,
        "messages",
        message("c_open", 1, "seller", text="prolonge FO1", understanding=understood),
        message("c_open", 2, "bot", text="Vous confirmez ?", reply_to=1, response="confirm",
                response_version=1),
        message("c_open", 3, "seller", text="Ça alors, œuvre perdue", status="received"),
        message("c_waits", 1, "seller", text="Un humain, s'il vous plaît"),
        *(message("c_long", number, "seller") for number in range(1, LONG_AGO + 1)),
    )  # fmt: skip
    insert(connection, "buttons", {
        "token": "btn_1", "conversation_id": "c_open", "message_number": 2, "position": 0,
        "title": "Oui", "intent": "affirm", "entities": {"days": 2}, "used_at": None,
        "expires_at": NOW + timedelta(days=1),
    })  # fmt: skip
    insert(connection, "effects", {
        "key": "c_open:1:extension", "conversation_id": "c_open", "message_number": 1,
        "action": "extension", "seller_id": "lea", "request": {"days": 2}, "state": "sent",
        "outcome": None, "created_at": THEN, "updated_at": THEN,
    })  # fmt: skip
    insert(connection, "escalations", {
        "id": 1, "conversation_id": "c_waits", "reason": "customer_request",
        "order_number": None, "asked_at": THEN, "closed_at": None,
    })  # fmt: skip
    insert(connection, "jobs", {
        "key": "follow:1", "kind": "follow_extension", "payload": {"n": 1}, "run_at": THEN,
        "state": "waiting", "attempts": 0, "created_at": THEN, "updated_at": THEN,
    })  # fmt: skip
    insert(connection, "marketplace_orders", {
        "number": "FO1", "seller_id": "lea", "version": 1, "placed_at": THEN,
        "facts": {"number": "FO1"},
    })  # fmt: skip


@pytest.fixture
def upgraded(empty_database_url: str) -> Iterator[Engine]:
    """A database that was filled by an early version, and then came up to date step by step."""
    made = create_engine(empty_database_url)
    migrate.upgrade(made, EARLY)
    with writing(made) as connection:
        fill(connection)
    for revision in revisions():
        migrate.upgrade(made, revision)
    yield made
    made.dispose()


def test_a_conversation_goes_on_where_it_was(upgraded: Engine) -> None:
    store = SqlConversationStore(upgraded)
    assert [m.text for m in store.messages_after("c_open", 0)] == [
        "prolonge FO1", "Vous confirmez ?", "Ça alors, œuvre perdue"
    ]  # fmt: skip
    [button] = store.messages_after("c_open", 1)[0].buttons
    assert (button.token, button.entities) == ("btn_1", {"days": 2})
    assert store.waiting_conversations(NOW) == ["c_open"]
    turn = store.begin_turn("c_open", "new", NOW)
    assert turn is not None and turn.tracker == '{"checkpoint": null, "events": []}'
    assert not turn.interrupted and [m.number for m in turn.messages] == [3]
    commit = TurnCommit(turn, (Reply("Je regarde.", "look", 1),), "{}", {}, "m1")
    [said] = store.commit_turn(commit, "new", NOW).messages
    assert (said.number, said.reply_to) == (4, 3)


def test_who_waited_still_waits_and_what_was_said_is_found(upgraded: Engine) -> None:
    desk = SqlDeskStore(upgraded)
    [case] = desk.cases(InboxQuery(), NOW).cases
    assert (case.id, case.waiting_since) == ("c_waits", THEN)
    [found] = desk.cases(
        InboxQuery(text="OEUVRE PERDUE", states=tuple(ConversationState)), NOW
    ).cases
    assert found.id == "c_open"
    [last] = desk.cases(
        InboxQuery(text=f"message {LONG_AGO}", states=tuple(ConversationState)), NOW
    ).cases
    assert last.id == "c_long"


def test_what_was_under_way_is_still_to_be_done(upgraded: Engine) -> None:
    store = SqlConversationStore(upgraded)
    [job] = store.claim_jobs("new", NOW)
    assert (job.key, job.kind, job.payload) == ("follow:1", "follow_extension", {"n": 1})
    [effect] = store.effects_in(EffectState.SENT, NOW)
    assert (effect.key, effect.request, effect.outcome) == (
        "c_open:1:extension", {"days": 2}, None
    )  # fmt: skip
    clock = MovableClock()
    assert SqlMarketplace(upgraded, clock).find_extension("lea", "c_open:1:extension") is None


def test_every_revision_is_tried(upgraded: Engine) -> None:
    assert len(revisions()) >= 8
    with upgraded.connect() as connection:
        topics = sa.text(
            "SELECT topic FROM messages WHERE conversation_id = 'c_open' AND number = 1"
        )
        assert connection.execute(topics).scalar_one() == "request_extension"
