"""A seller is found in every table, handed out whole, and erased from all of them.

Every table gets rows that name the seller everywhere a value can: what erasing forgets is found by
looking through the whole database afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import reading, writing
from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.personal_tables import HOLDINGS, Fate
from bot.adapters.sql.privacy_store import SqlPrivacyStore
from bot.adapters.sql.privacy_tables import erasures, event_permits
from bot.adapters.sql.tables import NOBODY, conversations, events, jobs, messages
from bot.adapters.sql.types import UtcDateTime
from bot.errors import StorageError
from bot.services.privacy_ports import Periods
from bot.support.conversations import EffectState, Job

from .conftest import START, Chat

SELLER, OTHER = "seller-canari", "seller-other"
CANARY = "Canari Unmistakable-7351"
LATER = START + timedelta(days=1)


def refers(table: sa.Table) -> bool:
    """Whether a table names sellers or conversations, itself or through what it refers to."""
    if {"seller_id", "conversation_id"} & set(table.c.keys()):
        return True
    return any(
        refers(key.column.table) for key in table.foreign_keys if key.column.table is not table
    )


def unknown(tables: sa.MetaData) -> list[str]:
    """What is wrong with the list of holdings."""
    problems = [f"{name} is not listed" for name in tables.tables if name not in HOLDINGS]
    for name, holding in HOLDINGS.items():
        if refers(holding.table) and holding.fate is Fate.NOBODYS:
            problems.append(f"{name} refers to sellers and is said to hold nothing of them")
        if holding.key is not None and holding.fate is Fate.NOBODYS:
            problems.append(f"{name} has a key and holds nothing")
        emptied = holding.fate in (Fate.DELETED, Fate.EMPTIED)
        if emptied and holding.key is None:
            problems.append(f"{name} has no key to be found by")
    return problems


def test_every_table_is_known_to_erasure() -> None:
    assert unknown(metadata) == []


def test_a_new_table_is_noticed() -> None:
    others = sa.MetaData()
    for table in metadata.tables.values():
        table.to_metadata(others)
    sa.Table("moods", others, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("conversation_id", sa.String, sa.ForeignKey("conversations.id")))  # fmt: skip
    assert unknown(others) == ["moods is not listed"]


def value_of(column: sa.Column, number: int) -> Any:
    """A value that names the seller wherever the type lets it."""
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {"text": CANARY, "holder_name": CANARY, "number": number}
    if isinstance(kind, UtcDateTime):
        return START
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, (sa.Integer, sa.Float)):
        return number
    if isinstance(kind, sa.Date):
        return date(2026, 3, 2)
    return f"{CANARY} {column.name} {number}"


def plant(connection: Connection, conversation: str, seller: str, number: int) -> None:
    """Puts a row that names the seller into every table that can hold one."""
    # What is chosen from a list of ours can name nobody.
    listed = {"topic": "faq_report_buyer", "response": "faq_x", "value": "up", "source": "chat",
              "note": "data/nlu/faq/faq_x.yml:3"}  # fmt: skip
    special: dict[str, dict[str, Any]] = {
        "messages": {"status": "done", "author": "seller"},
        "conversations": {"id": conversation, "state": "bot", "next_number": 2, "fence": 0,
                          "lease_until": None, "snoozed_until": None,
                          "tracker": json.dumps({"slots": {"name": CANARY}})},
        "events": {"kind": "topic.corrected", "actor_kind": "seller"},
        "jobs": {"key": f"tell:{conversation}:{number}", "state": "waiting"},
        "effects": {"state": "sent", "request": {"number": f"FO{number}", "reason": CANARY}},
        "phrase_reviews": {"export": "exported"},
        "slack_threads": {"channel": "C1", "ts": f"1772440000.00000{number}"},
        "slack_deliveries": {"lane": f"thread:C1:1772440000.00000{number}"},
        "slack_outbox": {"done_at": None},
    }  # fmt: skip
    for table in metadata.sorted_tables:
        holding = HOLDINGS[table.name]
        if holding.fate not in (Fate.DELETED, Fate.EMPTIED, Fate.SEARCHED):
            continue
        row = {column.name: value_of(column, number) for column in table.c}
        for name in ("seller_id", "conversation_id", "message_number"):
            if name in row:
                row[name] = {"seller_id": seller, "conversation_id": conversation}.get(name, number)
        row |= {name: value for name, value in listed.items() if name in row}
        row |= special.get(table.name, {})
        if table.name == "events":
            del row["id"]  # given by the database: the log has rows of its own
        connection.execute(sa.insert(table).values(row))


def everything(engine: Engine) -> Iterator[tuple[str, str]]:
    """Every row of every table, as text."""
    with reading(engine) as connection:
        for name in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'SELECT * FROM "{name}"')):
                yield name, str(tuple(row))


def found(engine: Engine, *needles: str) -> set[str]:
    return {name for name, row in everything(engine) for needle in needles if needle in row}


@pytest.fixture
def privacy(engine: Engine) -> SqlPrivacyStore:
    with writing(engine) as connection:
        plant(connection, "c_canary1", SELLER, 1)
        plant(connection, "c_canary2", SELLER, 2)
    Chat(SqlConversationStore(engine), OTHER).turn("bonjour, je reste")
    return SqlPrivacyStore(engine)


def erase(store: SqlPrivacyStore, seller: str = SELLER, by: str | None = None) -> Any:
    erasure = store.begin_erasure(seller, by, LATER)
    while store.erase_some(erasure.id, 1):
        pass
    return store.finish_erasure(erasure.id, LATER)


def test_what_is_planted_is_found_before(engine: Engine, privacy: SqlPrivacyStore) -> None:
    listed = {h.table.name for h in HOLDINGS.values() if h.fate not in (Fate.OTHERS, Fate.NOBODYS)}
    assert found(engine, CANARY, "c_canary") == listed
    assert found(engine, CANARY) == listed - {"thumbs"}  # which hold no word of anybody's


def test_after_an_erasure_it_is_found_nowhere(engine: Engine, privacy: SqlPrivacyStore) -> None:
    done = erase(privacy)
    assert found(engine, CANARY, SELLER) == set()
    assert found(engine, "c_canary") == {"erasures"}  # until it is swept
    privacy.sweep(done.id, {"slack_left": 1}, LATER)
    assert found(engine, CANARY, SELLER, "c_canary") == set()
    assert done.counts["messages"] == 2 and done.counts["jobs"] == 2


def test_others_stay_as_they_were(engine: Engine, privacy: SqlPrivacyStore) -> None:
    erase(privacy)
    with reading(engine) as connection:
        left = connection.execute(
            sa.select(messages.c.text)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(conversations.c.seller_id == OTHER)
        ).scalars()
        assert list(left) == ["bonjour, je reste"]


def test_moments_topics_and_answers_stay_for_figures(
    engine: Engine, privacy: SqlPrivacyStore
) -> None:
    counted = sa.select(
        messages.c.number, messages.c.author, messages.c.created_at,
        messages.c.topic, messages.c.response,
    ).order_by(messages.c.created_at, messages.c.number, messages.c.author)  # fmt: skip
    happened = sa.select(events.c.id, events.c.at, events.c.kind, events.c.actor_kind)
    happened = happened.order_by(events.c.id)
    with writing(engine) as connection:
        connection.execute(sa.update(messages).values(topic="faq_report_buyer", response="faq_x"))
        before = connection.execute(counted).all(), connection.execute(happened).all()
    erase(privacy)
    with reading(engine) as connection:
        after = connection.execute(counted).all(), connection.execute(happened).all()
        assert after[0] == before[0]
        assert after[1][: len(before[1])] == before[1]


def test_it_is_recorded_without_a_name(engine: Engine, privacy: SqlPrivacyStore) -> None:
    done = erase(privacy, by="admin")
    with reading(engine) as connection:
        row = (
            connection.execute(sa.select(events).where(events.c.kind == "privacy.erased"))
            .mappings()
            .one()
        )
    assert (row["actor_id"], row["target"], row["at"]) == ("admin", str(done.id), LATER)
    assert row["after"] == done.counts and done.counts["conversations"] == 2


def test_cut_off_anywhere_it_goes_on_and_twice_is_once(
    engine: Engine, privacy: SqlPrivacyStore
) -> None:
    first = privacy.begin_erasure(SELLER, None, LATER)
    assert privacy.erase_some(first.id, 1)  # and here the process is killed
    assert found(engine, CANARY)
    again = privacy.begin_erasure(SELLER, None, LATER + timedelta(hours=1))
    assert again.id == first.id
    while privacy.erase_some(again.id, 1):
        pass
    done = privacy.finish_erasure(again.id, LATER)
    assert privacy.finish_erasure(again.id, LATER + timedelta(hours=2)) == done
    assert not privacy.erase_some(again.id, 1)
    assert done.counts["conversations"] == 2
    assert found(engine, CANARY, SELLER) == set()
    assert privacy.holdings(SELLER) == {}


def test_whoever_comes_back_starts_anew(engine: Engine, privacy: SqlPrivacyStore) -> None:
    store = SqlConversationStore(engine)
    under_way = privacy.begin_erasure(SELLER, None, LATER)
    anew = store.open_conversation(SELLER, "site", LATER + timedelta(seconds=1))
    while privacy.erase_some(under_way.id, 1):
        pass
    privacy.finish_erasure(under_way.id, LATER)
    assert store.conversation(anew.id) == anew
    assert store.messages_after(anew.id, 0) == []
    assert [o.conversation.id for o in store.conversations_of(SELLER, 10)] == [anew.id]


def test_a_running_turn_writes_nothing_any_more(engine: Engine, privacy: SqlPrivacyStore) -> None:
    chat = Chat(SqlConversationStore(engine), "seller-running")
    begun = chat.turn("mon secret")
    chat.store.open_effect(chat.effect(EffectState.SENT), chat.now)
    erase(privacy, "seller-running")
    with pytest.raises(StorageError):
        chat.answer(begun)
    with pytest.raises(StorageError):
        chat.say("encore là ?")
    with pytest.raises(StorageError):
        chat.store.open_effect(chat.effect(EffectState.SENT, key="k2"), chat.now)
    chat.store.update_effect("k1", EffectState.SENT, {"extension_id": "x"}, chat.now)
    chat.store.abandon_turn(begun, "one", chat.now)
    assert found(engine, "secret", "seller-running", "'k1'") == set()  # no part of an id


def test_what_a_worker_writes_late_is_swept(engine: Engine, privacy: SqlPrivacyStore) -> None:
    store = SqlConversationStore(engine)
    done = erase(privacy)
    store.put_job(
        Job("follow:1", "follow_extension", LATER, {"conversation_id": "c_canary1"}), LATER
    )
    privacy.sweep(done.id, {}, LATER)
    assert found(engine, "c_canary") == set()
    with reading(engine) as connection:
        kinds = connection.execute(sa.select(jobs.c.kind)).scalars().all()
    assert kinds == ["go_on_erasing"]


def test_no_permit_outlives_its_transaction(engine: Engine, privacy: SqlPrivacyStore) -> None:
    erase(privacy)
    with reading(engine) as connection:
        assert connection.execute(sa.select(event_permits)).all() == []
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(sa.update(events).values(target="x"))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(sa.insert(event_permits).values(kind="rewrite"))
        connection.execute(sa.update(events).values(kind="x"))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(sa.insert(event_permits).values(kind="rewrite"))
        connection.execute(sa.delete(events))


def test_an_export_holds_every_row_and_can_be_read(
    engine: Engine, privacy: SqlPrivacyStore
) -> None:
    exported = privacy.export(SELLER, LATER)
    assert json.loads(json.dumps(exported)) == exported
    assert {c["id"] for c in exported["conversations"]} == {"c_canary1", "c_canary2"}
    one = exported["conversations"][0]
    held = {name for name, h in HOLDINGS.items() if h.fate not in (Fate.OTHERS, Fate.NOBODYS)}
    assert held - {"conversations"} <= set(one)
    counted: dict[str, int] = {}
    for each in exported["conversations"]:
        for name in held - {"conversations"}:
            counted[name] = counted.get(name, 0) + len(each[name])
    held_rows = privacy.holdings(SELLER)
    assert {n: c for n, c in held_rows.items() if n != "conversations"} == {
        n: counted[n] for n in held_rows if n != "conversations"
    }
    assert (
        privacy.export(OTHER, LATER)["conversations"][0]["messages"][0]["text"]
        == "bonjour, je reste"
    )
    assert CANARY not in json.dumps(privacy.export(OTHER, LATER))
    assert privacy.export("nobody", LATER)["conversations"] == []


def test_nothing_past_its_period_is_left_and_nothing_open_is_lost(
    engine: Engine, privacy: SqlPrivacyStore
) -> None:
    store = SqlConversationStore(engine)
    waiting = Chat(store, "seller-waits")
    waiting.turn("je veux quelqu'un")
    with writing(engine) as connection:
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == waiting.id)
            .values(state="waiting", lease_until=None)
        )
    fresh = Chat(store, "seller-fresh")
    fresh.now = START + timedelta(days=100)
    fresh.say("récent")
    periods = Periods(*[timedelta(days=90)] * 5)
    now = START + timedelta(days=100)
    total: dict[str, int] = {}
    for _ in range(5):
        for name, count in privacy.expire(periods, now, 1).items():
            total[name] = total.get(name, 0) + count
    assert store.messages_after(waiting.id, 0) and store.messages_after(fresh.id, 0)
    assert found(engine, CANARY, SELLER) == set()
    assert total["conversations"] >= 2
    assert privacy.expire(periods, now, 50) == {}


def test_what_is_kept_for_ever_is_kept(engine: Engine, privacy: SqlPrivacyStore) -> None:
    before = sorted(everything(engine))
    assert privacy.expire(Periods(), START + timedelta(days=9000), 50) == {}
    assert sorted(everything(engine)) == before


def test_figures_go_with_the_audit_log(engine: Engine, privacy: SqlPrivacyStore) -> None:
    done = erase(privacy)
    privacy.sweep(done.id, {}, LATER)
    periods = Periods(audit=timedelta(days=10))
    for _ in range(20):
        privacy.expire(periods, START + timedelta(days=400), 50)
    with reading(engine) as connection:
        nobodys = sa.select(conversations.c.id).where(conversations.c.seller_id == NOBODY)
        assert connection.execute(nobodys).all() == []
        assert connection.execute(sa.select(erasures)).all() == []
        old = connection.execute(sa.select(events).where(events.c.at < LATER)).all()
        assert old == []
