"""Who holds a conversation, seen from several windows; and nothing that was typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import expect

from bot.adapters.sql.tables import events
from tests.browser.console.conftest import plain
from tests.waiting import until


def test_two_agents_race_for_one_claim(
    at_console: Callable[..., Any], escalate: Callable[..., str], place: Any
) -> None:
    agents = {"Nora": at_console("nora"), "Sam": at_console("sam")}
    for seen in agents.values():
        seen.expects_errors = True  # the browser says of one claim that it was refused
    for _ in range(3):
        one = escalate()
        for seen in agents.values():
            seen.look_at(one)
        # Both have pressed before either call goes out.
        held: list[Any] = []
        for seen in agents.values():
            seen.page.route("**/claim", holding(held))
            seen.page.locator('[data-option="claim"]').click()
        seen.comes_about(lambda held=held: len(held) == len(agents))
        for route in held:
            route.continue_()
        holder = holder_of(place, one)
        (loser,) = (seen for name, seen in agents.items() if name != holder)
        expect(loser.toasts.last).to_contain_text(holder)  # first: it is gone after some seconds
        for seen in agents.values():
            expect(seen.page.locator("#badges")).to_contain_text("En cours")
        expect(agents[holder].page.locator('[data-option="resolve"]')).to_be_visible()
        expect(loser.notices).to_contain_text(f"{holder} s’occupe de cette conversation")
        expect(loser.page.locator('[data-option="resolve"]')).to_have_count(0)
        assert claims_of(place, one) == 1
        loser.reply("Je réponds quand même")
        expect(loser.page.locator("#reply-problem")).to_contain_text("Prenez la conversation")
        assert loser.reply_field.input_value() == "Je réponds quand même"
        assert loser.said_by("agent").count() == 0
        loser.reply_field.fill("")
        for seen in agents.values():
            seen.page.unroute("**/claim")


def holding(held: list[Any]) -> Callable[[Any], None]:
    """A route's handler that keeps each call back."""

    def hold(route: Any) -> None:
        held.append(route)

    return hold


def holder_of(place: Any, one: str) -> str:
    """The name of who holds a conversation, once somebody does."""
    return str(until(lambda: place.application.inbox.case(one).holder).name)


def claims_of(place: Any, one: str) -> int:
    claimed = sa.select(sa.func.count()).where(
        events.c.conversation_id == one, events.c.kind == "conversation.claimed"
    )
    with place.application.store._reading() as connection:
        return int(connection.execute(claimed).scalar_one())


def test_a_supervisor_takes_over_and_no_text_is_lost(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate()
    nora, ines = at_console("nora").look_at(one), at_console("ines").look_at(one)
    nora.claim()
    nora.reply_field.fill("Une longue réponse presque finie")
    expect(ines.notices).to_contain_text("Nora s’occupe de cette conversation")
    ines.act("takeOver")
    expect(nora.notices).to_contain_text("Inès a repris cette conversation")
    assert nora.reply_field.input_value() == "Une longue réponse presque finie"
    nora.reply_field.press("Enter")
    assert nora.reply_field.input_value() == "Une longue réponse presque finie"
    assert nora.said_by("agent").count() == 0


def test_who_else_is_looking_is_shown(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate()
    queue, sam = at_console("nora").queue(), at_console("sam").look_at(one)
    expect(queue.row(one)).to_contain_text("Sam")
    sam.queue()
    expect(queue.row(one)).not_to_contain_text("Sam")


def test_a_draft_and_a_failed_reply_outlive_a_reload(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate()
    nora = at_console("nora").look_at(one)
    nora.claim()
    nora.note_field.fill("une note commencée")
    nora.reply_field.fill("un brouillon")
    nora.page.reload()
    expect(nora.reply_field).to_have_value("un brouillon")
    expect(nora.note_field).to_have_value("une note commencée")
    expect(nora.page.locator('[data-option="resolve"]')).to_be_visible()
    nora.expects_errors = True
    refusal = {"error": {"code": "not_holder", "message": "Sam s’en occupe maintenant."}}
    nora.page.route("**/reply", lambda route: route.fulfill(status=409, json=refusal))
    nora.reply_field.press("Enter")
    failed = nora.transcript.locator(".is-failed")
    expect(failed).to_contain_text("Sam s’en occupe maintenant.")
    nora.page.reload()
    expect(failed).to_contain_text("un brouillon")
    nora.page.unroute("**/reply")
    failed.get_by_role("button", name="Renvoyer").click()
    expect(nora.said_by("agent").last).to_have_text("un brouillon")
    expect(failed).to_have_count(0)


def test_an_answer_lost_on_the_way_back_is_sent_once(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate()
    nora = at_console("nora").look_at(one)
    nora.claim()
    nora.expects_errors = True
    lost: list[int] = []

    def lose_first(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    nora.page.route("**/reply", lose_first)
    nora.reply("Une seule fois")
    expect(nora.transcript.locator(".is-pending")).to_have_count(0)
    assert lost == [201]
    said = [plain(text) for text in nora.said_by("agent").all_inner_texts()]
    assert said.count("Une seule fois") == 1
