"""Calls to Slack: each made once and in order, whatever happens on the way."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.adapters.sql.engine import reading
from bot.adapters.sql.slack_tables import slack_outbox
from bot.support.slack import SlackCall
from tests.slack import slack_server
from tests.slack.conftest import TEAM, Office, on_both_engines

pytestmark = on_both_engines


class Killed(BaseException):
    """The process ends here: nothing that comes after is done."""


def post(key: str, text: str = "", lane: str = "one") -> SlackCall:
    return SlackCall("chat.postMessage", {"channel": TEAM, "text": text or key}, key, lane)


def put(office: Office, *calls: SlackCall) -> None:
    office.store.put_calls(calls, office.clock.now())


def texts(office: Office) -> list[str]:
    return [message["text"] for message in office.server.posted]


def settle(office: Office, rounds: int = 40) -> None:
    for _ in range(rounds):
        office.slack.outbox.run_due()
        office.clock.move(timedelta(seconds=61))


def waits(office: Office) -> int:
    with reading(office.engine) as connection:
        count = sa.select(sa.func.count()).where(slack_outbox.c.done_at.is_(None))
        return int(connection.execute(count).scalar_one())


def test_a_call_is_put_and_made_once(office: Office) -> None:
    put(office, post("a"), post("b"))
    put(office, post("a", "another text"))
    settle(office, 2)
    assert texts(office) == ["a", "b"]


@pytest.mark.parametrize("point", ["slack_claimed", "slack_called"])
def test_a_crash_around_the_call_neither_loses_nor_doubles(office: Office, point: str) -> None:
    put(office, *(post(f"before {n}") for n in range(5)), post("a"), post("b"))

    def dies(reached: str) -> None:
        if reached == point and len(office.server.calls) >= 5:
            raise Killed

    office.slack.outbox._reached = dies
    with pytest.raises(Killed):
        office.slack.outbox.run_due()
    office.application.stop()
    office.application = office.started()
    settle(office, 3)
    assert texts(office) == [*(f"before {n}" for n in range(5)), "a", "b"]
    assert waits(office) == 0


@pytest.mark.parametrize(
    "goes",
    [slack_server.LOST_BEFORE, slack_server.LOST_AFTER, slack_server.ERROR_BEFORE,
     slack_server.ERROR_AFTER, "internal_error", "fatal_error"],
)  # fmt: skip
def test_an_unknown_outcome_is_looked_up_before_it_is_made_again(office: Office, goes: str) -> None:
    fates = iter([goes, goes])
    office.server.goes = lambda method, sent: (
        next(fates, slack_server.OK) if method == "chat.postMessage" else slack_server.OK
    )
    put(office, post("a"), post("b"))
    settle(office, 5)
    assert texts(office) == ["a", "b"]
    assert waits(office) == 0


def test_half_of_all_calls_fail_and_all_is_there_once_in_order(office: Office) -> None:
    fates = random.Random(7)
    ways = [
        *[slack_server.OK] * 4, slack_server.LOST_BEFORE, slack_server.LOST_AFTER,
        slack_server.ERROR_AFTER, slack_server.LIMITED,
    ]  # fmt: skip
    office.server.goes = lambda method, sent: fates.choice(ways)
    for lane in ("one", "two"):
        put(office, *(post(f"{lane} {n:02}", lane=lane) for n in range(20)))
    settle(office, 200)
    assert waits(office) == 0
    for lane in ("one", "two"):
        assert [t for t in texts(office) if t.startswith(lane)] == [
            f"{lane} {n:02}" for n in range(20)
        ]


def test_retry_after_is_honoured_to_the_second(office: Office) -> None:
    fates = iter([slack_server.LIMITED])
    office.server.goes = lambda method, sent: next(fates, slack_server.OK)
    put(office, post("a"), post("b", lane="two"))
    office.slack.outbox.run_due()
    office.clock.move(timedelta(seconds=office.server.retry_after - 1))
    office.slack.outbox.run_due()
    assert len(office.server.calls) == 1  # neither it nor any other call of that method
    office.clock.move(timedelta(seconds=2))
    office.slack.outbox.run_due()
    assert sorted(texts(office)) == ["a", "b"]


def test_what_is_no_longer_worth_it_is_not_made(office: Office) -> None:
    view = {"type": "home", "blocks": []}
    put(
        office,
        SlackCall("views.open", {"trigger_id": "1", "view": view}, "v", lasts=timedelta(seconds=3)),
    )
    office.clock.move(timedelta(seconds=4))
    office.slack.outbox.run_due()
    assert office.server.calls == []
    assert waits(office) == 0


def test_a_refused_call_lets_the_next_one_go(office: Office) -> None:
    office.server.goes = lambda method, sent: (
        "msg_too_long" if sent.get("text") == "a" else slack_server.OK
    )
    put(office, post("a"), post("b"))
    settle(office, 2)
    assert texts(office) == ["b"]


@pytest.mark.parametrize(
    ("code", "subject"),
    [("token_revoked", "token"), ("is_archived", TEAM), ("not_in_channel", TEAM)],
)
def test_what_somebody_can_put_right_is_a_warning_and_waits(
    office: Office, code: str, subject: str
) -> None:
    elsewhere = SlackCall("chat.postMessage", {"channel": "C0OTHER", "text": "x"}, "x", "two")
    wrong = lambda sent: subject == "token" or sent.get("channel") == TEAM  # noqa: E731
    office.server.goes = lambda method, sent: code if wrong(sent) else slack_server.OK
    put(office, post("a"), elsewhere)
    settle(office, 2)
    assert [(w.subject, w.code) for w in office.store.warnings()] == [(subject, code)]
    assert texts(office) == ([] if subject == "token" else ["x"])
    office.server.goes = lambda method, sent: slack_server.OK
    office.clock.move(timedelta(minutes=11))
    settle(office, 2)
    assert sorted(texts(office)) == ["a", "x"]
    assert office.store.warnings() == []


def test_a_message_to_a_user_goes_to_their_direct_messages(office: Office) -> None:
    put(office, SlackCall("chat.postMessage", {"channel": "U0NORA", "text": "x"}, "x"))
    settle(office, 1)
    assert office.server.posted[0]["channel"] == "D0NORA"


def test_an_answer_to_a_response_url(office: Office) -> None:
    url = f"{office.server.address}/response/1"
    put(
        office,
        SlackCall("response_url", {"url": url, "text": "Voici", "response_type": "ephemeral"}, "r"),
    )
    settle(office, 1)
    assert office.server.responses == [{"text": "Voici", "response_type": "ephemeral"}]
    assert waits(office) == 0


def test_what_is_done_is_forgotten_after_a_day(office: Office) -> None:
    put(office, post("a"))
    settle(office, 1)
    office.clock.move(timedelta(days=1, hours=1))
    office.slack.send()
    with reading(office.engine) as connection:
        assert connection.execute(sa.select(slack_outbox)).all() == []
