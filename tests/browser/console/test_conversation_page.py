"""What an agent has at hand for one conversation, and what keeps them from mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.console.conftest import plain


def test_a_variable_that_is_not_filled_in_blocks_the_reply_and_is_named(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    nora = at_console("nora").look_at(escalate())
    nora.claim()
    nora.reply("Votre remboursement de {montant} part le {date}.")
    problem = nora.page.locator("#reply-problem")
    expect(problem).to_contain_text("{montant}, {date}")
    assert nora.said_by("agent").count() == 0
    expect(nora.reply_field).to_be_focused()
    # The first one is selected: what is typed takes its place.
    nora.page.keyboard.type("20 €")
    expect(problem).not_to_contain_text("{montant}")
    nora.reply("Votre remboursement de 20 € part demain.")
    expect(nora.said_by("agent").last).to_contain_text("20 € part demain")


def test_canned_replies_are_found_by_typing(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    nora = at_console("nora").look_at(escalate())
    nora.claim()
    nora.reply_field.press("/")
    expect(nora.page.get_by_role("dialog")).to_be_visible()
    first = nora.page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    nora.page.keyboard.type("zzzz")
    expect(nora.page.get_by_text("Aucune réponse type")).to_be_visible()
    for _ in range(4):
        nora.press("Backspace")
    nora.press("Enter")
    expect(nora.reply_field).not_to_have_value("")
    expect(nora.reply_field).to_be_focused()


def test_suggestions_are_edited_sent_and_put_aside(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    nora = at_console("nora").look_at(escalate())
    nora.claim()
    cards = nora.page.locator(".suggestion")
    expect(cards.first).to_be_visible()
    title = cards.first.locator(".title .cut").inner_text()
    nora.press("Escape", "1")
    expect(nora.reply_field).to_be_focused()
    expect(nora.reply_field).not_to_have_value("")
    expect(nora.page.locator("#reply-from")).to_contain_text(title)
    nora.reply_field.fill("")
    expect(nora.page.locator("#reply-from")).to_have_text("")
    cards.first.get_by_role("button", name="Envoyer").click()
    expect(nora.said_by("agent").last).to_be_visible()
    expect(nora.page.locator(".suggestion .title", has_text=title)).to_have_count(0)

    nora.look_at(escalate())
    cards.first.get_by_role("button", name="Écarter").click()
    expect(nora.page.locator(".suggestion .title", has_text=title)).to_have_count(0)
    nora.page.reload()
    expect(nora.page.locator("#badges .badge").first).to_be_visible()
    expect(nora.page.locator(".suggestion .title", has_text=title)).to_have_count(0)


def test_leaving_with_an_unsent_reply_is_asked_about(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    nora = at_console("nora").look_at(escalate())
    nora.claim()
    nora.reply_field.fill("pas encore fini")
    nora.act("release")
    dialog = nora.page.get_by_role("dialog")
    expect(dialog).to_contain_text("n’est pas envoyée")
    dialog.get_by_role("button", name="Annuler").click()
    expect(nora.page.locator("#badges")).to_contain_text("En cours")
    nora.act("release")
    nora.page.get_by_role("button", name="Continuer").click()
    expect(nora.page.locator("#badges")).to_contain_text("En attente")
    expect(nora.reply_field).to_have_value("pas encore fini")


def test_put_away_woken_handed_on_and_merged(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    first, second = escalate(seller="seller-twice"), escalate(seller="seller-twice")
    nora = at_console("nora").look_at(second)
    nora.claim()
    nora.act("snooze")
    nora.pick("Demain matin")
    nora.told("Mise en pause")
    expect(nora.notices).to_contain_text("En pause jusqu’à")
    nora.notices.get_by_role("button", name="Sortir de la pause").click()
    nora.told("Sortie de la pause")
    expect(nora.notices).not_to_contain_text("En pause")
    nora.act("reassign")
    nora.pick("Sam")
    nora.told("Conversation confiée")
    expect(nora.notices).to_contain_text("Sam")
    nora.toasts.last.get_by_role("button", name="Annuler").click()
    nora.told("C’est annulé")
    expect(nora.page.locator('[data-option="resolve"]')).to_be_visible()
    nora.act("merge")
    nora.page.get_by_role("option").first.click()
    nora.told("Conversations fusionnées")
    expect(nora.notices).to_contain_text("doublon")
    nora.notices.get_by_role("link", name="Ouvrir l’autre").click()
    nora.page.wait_for_url(f"**/{first}")
    expect(nora.page.locator('[data-section="duplicates"]')).to_be_visible()


def test_a_conversation_that_is_none_says_so(at_console: Callable[..., Any]) -> None:
    nora = at_console("nora")
    nora.expects_errors = True
    nora.arrive("/console/conversations/no-such-one")
    expect(nora.notices).to_contain_text("n’existe pas")


def test_an_ended_session_keeps_the_text_and_leads_back(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate()
    nora = at_console("nora").look_at(one)
    nora.claim()
    nora.reply_field.fill("gardé")
    nora.expects_errors = True
    early: list[tuple[Any, Any]] = []
    nora.page.route("**/timeline*", lambda route: early.append((route, route.fetch())))
    nora.page.evaluate("dispatchEvent(new Event('online'))")
    nora.comes_about(lambda: early)
    nora.context.clear_cookies()
    nora.reply_field.press("Enter")
    expect(nora.transcript.locator(".is-failed")).to_contain_text("session a expiré")
    expect(nora.notices.get_by_role("link", name="Se reconnecter")).to_be_visible()
    # What was answered before the session ended arrives only now: it is over all the same.
    for route, answer in early:
        route.fulfill(response=answer)
    nora.page.unroute("**/timeline*")
    nora.page.wait_for_timeout(500)
    nora.notices.get_by_role("link", name="Se reconnecter").click()
    nora.page.get_by_role("button", name="Nora · Agent").click()
    nora.page.wait_for_url(f"**/console/conversations/{one}")
    failed = nora.transcript.locator(".is-failed")
    expect(failed).to_contain_text("gardé")
    failed.get_by_role("button", name="Reprendre le texte").click()
    expect(nora.reply_field).to_have_value("gardé")


def test_texts_are_never_html(at_console: Callable[..., Any], escalate: Callable[..., str]) -> None:
    evil = "<img src=x onerror=alert(1)> <b>gras</b>"
    nora = at_console("nora").queue()
    one = escalate(evil)
    expect(nora.row(one)).to_be_attached()
    nora.look_at(one)
    expect(nora.said_by("seller").first).to_have_text(evil)
    nora.claim()
    nora.add_note(evil)
    expect(nora.transcript.locator(".note-line .text")).to_have_text(evil)
    nora.reply(evil)
    expect(nora.said_by("agent").last).to_have_text(evil)
    assert nora.page.locator("#main img").count() == 0
    assert plain(nora.page.locator("#notices").inner_text()) != evil
