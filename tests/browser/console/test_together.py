"""A seller's widget and the console side by side: what one says the other sees, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from bot.adapters.sql.tables import events
from tests.browser.console.conftest import conversation_of, plain

pytestmark = pytest.mark.model

QUESTION = "mon client ne répond plus"


def hand_off(visit: Callable[..., Any]) -> tuple[Any, str]:
    """A seller who has asked something, and then for a person."""
    seller = visit().arrive().open()
    seller.say(QUESTION)
    before = seller.by("bot").count()
    seller.choose("Parler à une personne")
    seller.answered(before)
    return seller, conversation_of(seller.server, seller.seller)


def test_from_hand_off_to_hand_back(
    visit: Callable[..., Any], at_console: Callable[..., Any]
) -> None:
    nora = at_console("nora").queue()
    seller, one = hand_off(visit)

    # It comes into the queue by itself, and the window's title says so.
    expect(nora.row(one)).to_be_visible()
    expect(nora.page).to_have_title(re.compile(r"^\([1-9]\d*\) "))
    nora.row(one).get_by_role("button", name="Prendre").click()
    expect(nora.reply_field).to_be_enabled()
    expect(nora.page.locator("#badges")).to_contain_text("En cours")
    expect(seller.panel.locator(".subtitle")).to_have_text("Vous parlez à une personne")
    answered_by_bot = seller.by("bot").count()

    # The seller writes: the agent sees it, the bot keeps still.
    seller.write("bonjour, il menace d'annuler")
    expect(nora.said_by("seller").last).to_have_text("bonjour, il menace d'annuler")

    # The agent types, then writes.
    nora.reply_field.press_sequentially("Bon")
    expect(seller.panel.locator(".typing")).to_be_visible()
    expect(seller.panel.locator(".typing")).to_contain_text("Nora")
    nora.reply("Bonjour, je regarde votre commande.\nUn instant.")
    expect(seller.by("agent").last).to_contain_text("Bonjour, je regarde votre commande.")
    expect(seller.by("agent").last).to_contain_text("Nora")
    expect(nora.said_by("agent").last).to_contain_text("Un instant.")
    expect(nora.transcript.locator(".is-pending")).to_have_count(0)
    assert nora.reply_field.input_value() == ""

    # Notes are the staff's alone.
    nora.add_note("Attention : client déjà signalé.")
    expect(nora.transcript.locator(".note-line")).to_contain_text("client déjà signalé")
    seller.page.reload()
    seller.open()
    expect(seller.by("agent").last).to_be_visible()
    assert not any("signalé" in text for text in seller.texts())
    assert "signalé" not in read_by_seller(seller, one)

    assert seller.by("bot").count() == answered_by_bot
    nora.act("handBack")
    expect(nora.page.locator("#badges")).to_contain_text("Avec l’assistant")
    expect(seller.panel.locator(".subtitle")).to_have_text("Réponses automatiques")
    seller.say("c'est quoi mon taux ?")


def read_by_seller(seller: Any, one: str) -> str:
    """All that the site's API tells the seller of the conversation."""
    token = seller.server.token(seller.seller.id)
    address = f"{seller.server.address}/api/site/v1/conversations/{one}"
    headers = {"Authorization": f"Bearer {token}"}
    paths = ("/messages?after=0", "/transcript")
    return "".join(httpx.get(address + path, headers=headers, timeout=60).text for path in paths)


def test_two_agents_race_for_one_claim(
    at_console: Callable[..., Any], escalate: Callable[..., str], server: Any
) -> None:
    agents = {"Nora": at_console("nora"), "Sam": at_console("sam")}
    for seen in agents.values():
        seen.expects_errors = True  # the browser says of one claim that it was refused
    for _ in range(3):
        one = escalate()
        for seen in agents.values():
            seen.look_at(one)
        for seen in agents.values():
            seen.page.evaluate("document.querySelector('[data-option=claim]').click()")
        for seen in agents.values():
            expect(seen.page.locator("#badges")).to_contain_text("En cours")
        holder = server.application.inbox.case(one).holder.name
        (loser,) = (seen for name, seen in agents.items() if name != holder)
        expect(agents[holder].page.locator('[data-option="resolve"]')).to_be_visible()
        expect(loser.notices).to_contain_text(f"{holder} s’occupe de cette conversation")
        expect(loser.toasts.last).to_contain_text(holder)
        expect(loser.page.locator('[data-option="resolve"]')).to_have_count(0)
        assert claims_of(server, one) == 1
        loser.reply("Je réponds quand même")
        expect(loser.page.locator("#reply-problem")).to_contain_text("Prenez la conversation")
        assert loser.reply_field.input_value() == "Je réponds quand même"
        assert loser.said_by("agent").count() == 0
        loser.reply_field.fill("")


def claims_of(server: Any, one: str) -> int:
    claimed = sa.select(sa.func.count()).where(
        events.c.conversation_id == one, events.c.kind == "conversation.claimed"
    )
    with server.application.store._reading() as connection:
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


def test_a_lost_connection_is_told_and_what_was_missed_is_read(
    visit: Callable[..., Any], at_console: Callable[..., Any]
) -> None:
    seller, one = hand_off(visit)
    nora = at_console("nora").look_at(one)
    nora.claim()
    nora.expects_errors = True
    nora.context.set_offline(True)
    nora.reply("Écrit sans réseau")
    expect(nora.notices).to_contain_text("Connexion perdue")
    expect(nora.transcript.locator(".is-pending")).to_contain_text("Écrit sans réseau")
    seller.write("pendant ce temps")
    expect(seller.by("seller").last).to_contain_text("pendant ce temps")
    nora.context.set_offline(False)
    expect(nora.said_by("agent").last).to_have_text("Écrit sans réseau")
    expect(nora.said_by("seller").last).to_have_text("pendant ce temps")
    expect(nora.notices).not_to_contain_text("Connexion perdue")
    expect(seller.by("agent").last).to_contain_text("Écrit sans réseau")
    assert [plain(text) for text in nora.said_by("agent").all_inner_texts()].count(
        "Écrit sans réseau"
    ) == 1


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
