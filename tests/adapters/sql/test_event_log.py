"""Events are appended, read back newest first, and never changed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql.engine import writing
from bot.adapters.sql.event_log import EventLog
from bot.adapters.sql.tables import events
from bot.support.events import ActorKind, Event, EventKind

from .conftest import START


def event(kind: EventKind = EventKind.CONVERSATION_CLAIMED, conversation: str = "c_1") -> Event:
    return Event(
        kind, START, ActorKind.STAFF, "nora", conversation,
        before={"state": "waiting"}, after={"state": "human"},
    )  # fmt: skip


def test_events_are_read_back_newest_first(engine: Engine) -> None:
    log = EventLog(engine)
    log.append_event(event())
    log.append_event(event(EventKind.CONVERSATION_RESOLVED))
    log.append_event(event(conversation="c_2"))

    found = log.events(conversation_id="c_1")

    assert [each.kind.value for each in found] == ["conversation.resolved", "conversation.claimed"]
    assert found[1].before == {"state": "waiting"}
    assert found[1].after == {"state": "human"}
    assert found[1].at == START
    [older] = log.events(before_id=found[0].id, kinds=(EventKind.CONVERSATION_CLAIMED,))
    assert older.id == found[1].id


@pytest.mark.parametrize("change", [sa.update(events).values(kind="x"), sa.delete(events)])
def test_the_database_refuses_to_change_an_event(engine: Engine, change: sa.sql.Executable) -> None:
    log = EventLog(engine)
    log.append_event(event())
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(engine) as connection:
        connection.execute(change)
    assert len(log.events()) == 1
