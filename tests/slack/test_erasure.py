"""An erased seller's cards and threads leave Slack, whatever Slack does meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import reading
from bot.adapters.sql.privacy_store import SqlPrivacyStore
from bot.adapters.sql.slack_tables import slack_deliveries, slack_outbox, slack_threads
from bot.adapters.sql.tables import events
from bot.bootstrap_privacy import privacy
from tests.slack.conftest import USERS, Office
from tests.slack.slack_server import LIMITED, OK

SELLER, NAME = "seller-erased", "Philomène Quatrevaux"


@pytest.fixture
def erased(office: Office) -> str:
    """A conversation with a card and a thread, whose seller has just been erased."""
    one = office.waiting("mon adresse est 3 rue des Canaris", seller=SELLER, name=NAME)
    office.waiting(seller="seller-kept", name="Ursule Gardée")
    office.work()
    office.turn(one, "toujours là ?", "Oui.")
    office.work()
    card = card_of(office, NAME)
    office.event(
        {"type": "message", "channel": card["channel"], "user": USERS["nora"], "ts": "1.5",
         "thread_ts": card["ts"], "text": f"je regarde pour {NAME}"}
    )  # fmt: skip
    office.server.posted.append({"channel": card["channel"], "ts": "1.5", "user": USERS["nora"],
                                 "thread_ts": card["ts"], "text": "je regarde"})  # fmt: skip
    office.work()
    work(office).erase(SELLER)
    return one


def card_of(office: Office, name: str) -> dict[str, Any]:
    return next(m for m in office.server.posted if name in str(m) and not m.get("thread_ts"))


def work(office: Office) -> Any:
    store = SqlConversationStore(office.engine)
    return privacy(office.application.settings, office.engine, office.clock, store)


def later(office: Office, minutes: float = 6) -> None:
    """Lets time pass, and every job that is due run."""
    office.clock.move(timedelta(minutes=minutes))
    office.application.jobs.run_due()
    office.work()


def rows(office: Office, table: sa.Table) -> str:
    with reading(office.engine) as connection:
        return str(connection.execute(sa.select(table)).all())


def test_nothing_of_them_is_left_in_our_rows_at_once(office: Office, erased: str) -> None:
    for table in (slack_outbox, slack_deliveries, slack_threads):
        assert erased not in rows(office, table), table.name
        assert NAME not in rows(office, table), table.name


def test_what_we_posted_is_deleted_and_what_staff_wrote_is_told(
    office: Office, erased: str
) -> None:
    assert NAME in str(office.server.posted)
    later(office)
    assert [m["text"] for m in office.server.posted if m.get("user")] == ["je regarde"]
    assert NAME not in str(office.server.posted) and "Canaris" not in str(office.server.posted)
    assert "Ursule Gardée" in str(office.server.posted)
    with reading(office.engine) as connection:
        swept = sa.select(events.c.after).where(events.c.kind == "privacy.swept")
        said = connection.execute(swept).scalar_one()
    assert said["slack_left"] == 1 and said["slack_deleted"] >= 3


def test_a_limit_and_an_outage_of_slack_delay_it(office: Office, erased: str) -> None:
    office.server.goes = lambda method, sent: LIMITED if method != "views.publish" else OK
    later(office)
    assert NAME in str(office.server.posted)
    office.server.goes = lambda method, sent: OK
    for _ in range(4):
        later(office)
    assert NAME not in str(office.server.posted)


def test_what_somebody_deleted_there_is_deleted(office: Office, erased: str) -> None:
    office.server.posted = [m for m in office.server.posted if m.get("thread_ts")]
    for _ in range(3):
        later(office)
    assert NAME not in str(office.server.posted)
    with reading(office.engine) as connection:
        failed = sa.select(slack_outbox.c.refused).where(slack_outbox.c.refused.is_not(None))
        assert connection.execute(failed).all() == []


def test_a_server_goes_on_when_the_command_died(office: Office) -> None:
    one = office.waiting(seller=SELLER, name=NAME)
    store = SqlPrivacyStore(office.engine)
    begun = store.begin_erasure(SELLER, None, office.clock.now())
    office.application.jobs.run_due()
    done = store.erasure(begun.id)
    assert done is not None and done.done and not done.swept
    assert office.application.store.conversation(one) is None
    later(office)
    swept = store.erasure(begun.id)
    assert swept is not None and swept.swept
