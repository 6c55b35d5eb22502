"""The App Home: what somebody holds, what is at risk, and taking the most urgent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.web.slack.asking_parts import AskingParts
from bot.web.slack.digest import digest_call
from tests.slack.asking_bench import Bench, buttons, check_call, click, said


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("home"))
    yield bench
    bench.close()


@pytest.fixture
def bench(running: Bench) -> Bench:
    running.empty_queue()
    return running


def opened(user: str = "UNORA", tab: str = "home") -> dict[str, Any]:
    event = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": tab}
    return {"type": "event_callback", "event_id": "Ev3", "team_id": "T1", "event": event}


def test_the_home_shows_mine_and_what_is_at_risk(bench: Bench) -> None:
    mine, late, calm = (bench.waiting(seller=name) for name in ("awa", "karim", "thomas"))
    bench.application.desk.claim(bench.who("UNORA"), mine)  # type: ignore[arg-type]
    bench.application.desk.prioritise(bench.who("USAM"), late, "urgent")  # type: ignore[arg-type]
    bench.application.desk.prioritise(bench.who("USAM"), calm, "low")  # type: ignore[arg-type]
    (call,) = bench.does("event:app_home_opened", opened())
    assert call.method == "views.publish" and call.arguments["user_id"] == "UNORA"
    text = said(call)
    first, at_risk = text.index("Mes conversations"), text.index("À risque")
    assert first < text.index("|awa>") < at_risk < text.index("|karim>")
    assert "*1* à risque" in text and "|thomas>" not in text
    assert buttons(call)["home_next"]["value"] == late


def test_the_messages_tab_publishes_nothing(bench: Bench) -> None:
    assert bench.does("event:app_home_opened", opened(tab="messages")) == []


def test_somebody_unmapped_sees_figures_and_who_to_ask(bench: Bench) -> None:
    bench.waiting(seller="awa")
    (call,) = bench.does("event:app_home_opened", opened("USTRANGER"))
    text = said(call)
    assert "USTRANGER" in text and "*1* en attente" in text and "awa" not in text
    assert set(buttons(call)) == {"home_refresh"}


def test_taking_the_most_urgent_claims_that_one_once(bench: Bench) -> None:
    one = bench.waiting(seller="awa")
    bench.waiting(seller="karim")
    for _ in range(2):  # a delivery may be dealt with again after a crash
        (call,) = bench.does("action:home_next", click("home_next", one))
        assert "C'est à vous" in said(call)
    case = bench.application.inbox.case(one)
    assert case.holder is not None and case.holder.id == "nora"
    (refreshed,) = bench.does("action:home_refresh", click("home_refresh", ""))
    assert "|awa>" in said(refreshed) and buttons(refreshed)["home_next"]["value"] != one


def test_a_late_click_is_harmless_and_says_who_has_it(bench: Bench) -> None:
    one = bench.waiting(seller="awa")
    bench.application.desk.claim(bench.who("USAM"), one)  # type: ignore[arg-type]
    (call,) = bench.does("action:home_next", click("home_next", one))
    assert "Sam s'en occupe déjà" in said(call)
    (call,) = bench.does("action:home_next", click("home_next", "gone"))
    assert "Rien n'a changé" in said(call)


def test_somebody_unmapped_takes_nothing(bench: Bench) -> None:
    one = bench.waiting(seller="awa")
    (call,) = bench.does("action:home_next", click("home_next", one, "USTRANGER"))
    assert "relié" in said(call)
    assert bench.application.inbox.case(one).holder is None


def test_a_full_queue_fits_into_the_view(bench: Bench) -> None:
    for _ in range(12):
        one = bench.waiting("Très long. " * 50, seller="un-nom-de-vendeur-" + "x" * 80)
        bench.application.desk.prioritise(bench.who("USAM"), one, "urgent")  # type: ignore[arg-type]
    (call,) = bench.does("event:app_home_opened", opened())
    assert "*12* en attente" in said(call)
    assert "Et 2 de plus" in said(bench.commands("file"))


def test_opening_the_console_is_the_browsers_work(bench: Bench) -> None:
    assert bench.does("action:home_console", click("home_console", "")) == []


def test_the_digest_says_how_many_the_oldest_and_what_is_at_risk(bench: Bench) -> None:
    old = bench.waiting(seller="awa")
    bench.clock.move(timedelta(hours=3))
    urgent = bench.waiting(seller="karim")
    bench.application.desk.prioritise(bench.who("USAM"), urgent, "urgent")  # type: ignore[arg-type]
    call = digest_call(AskingParts(bench.application, bench.who), "C7", "slack_digest:today")
    check_call(call)
    assert call.arguments["channel"] == "C7" and call.key == "slack_digest:today"
    text = said(call)
    assert "*2* en attente" in text and "attend depuis 3 heures" in text
    assert text.index(f"{old}|awa>") < text.index("À risque") < text.index(f"{urgent}|karim>")
