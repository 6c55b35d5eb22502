"""A seller's widget and the console side by side: what one says the other sees, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.console.conftest import conversation_of, plain
from tests.conversations.conftest import Seller

pytestmark = pytest.mark.model

QUESTION = "mon client ne répond plus"


@pytest.fixture
def place(server: Any) -> Any:
    """Here sellers talk to the really trained model."""
    return server


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


def test_a_lost_connection_is_told_and_what_was_missed_is_read(
    visit: Callable[..., Any], at_console: Callable[..., Any]
) -> None:
    seller, one = hand_off(visit)
    nora = at_console("nora").look_at(one)
    nora.claim()
    nora.expects_errors = True
    nora.context.set_offline(True)
    expect(nora.notices).to_contain_text("Connexion perdue")
    seller.write("pendant ce temps")
    expect(seller.by("seller").last).to_contain_text("pendant ce temps")
    nora.reply("Écrit sans réseau")  # last: it is tried four times, and then left to the agent
    expect(nora.transcript.locator(".is-pending")).to_contain_text("Écrit sans réseau")
    nora.context.set_offline(False)
    expect(nora.said_by("agent").last).to_have_text("Écrit sans réseau")
    expect(nora.said_by("seller").last).to_have_text("pendant ce temps")
    expect(nora.notices).not_to_contain_text("Connexion perdue")
    expect(seller.by("agent").last).to_contain_text("Écrit sans réseau")
    assert [plain(text) for text in nora.said_by("agent").all_inner_texts()].count(
        "Écrit sans réseau"
    ) == 1


def test_what_is_known_stands_beside(
    visit: Callable[..., Any], at_console: Callable[..., Any], server: Any
) -> None:
    seller = Seller(server)
    order = seller.has_order()
    seller.says(f"où en est ma commande {order.number} ?", "je veux parler à une personne")
    nora = at_console("nora").look_at(conversation_of(server, seller))
    panel = nora.page.locator("#panel")
    expect(panel).to_contain_text(order.number)
    expect(panel).to_contain_text("Logo pour une librairie")
    expect(panel.locator('[data-section="answers"]')).to_be_visible()
    expect(panel.locator('[data-section="history"]')).to_be_attached()
