"""A seller talks to the assistant: opens, asks, presses, fills in the whole form, comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from bot.adapters.sql.tables import conversations
from bot.support.conversations import ConversationState
from bot.support.staff import Role, Staff

pytestmark = pytest.mark.model

QUESTION = "mon client ne répond plus"


def test_the_first_look_introduces_and_suggests(visit: Callable[..., Any]) -> None:
    seen = visit().arrive()
    expect(seen.panel).to_have_count(0)
    seen.open()
    expect(seen.panel.locator(".introduction")).to_contain_text("assistant automatique")
    expect(seen.panel.locator(".hint")).to_contain_text("parler à une personne")
    suggestions = seen.panel.locator(".suggestion")
    assert 3 <= suggestions.count() <= 4
    before = seen.by("bot").count()
    suggestions.first.click()
    seen.answered(before)
    expect(suggestions).to_have_count(0)
    assert len(seen.stored()) >= 2


def test_a_question_is_answered_with_time_and_thumbs(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    answer = seen.say(QUESTION)
    expect(answer).to_contain_text("Prolonger la date de livraison")
    expect(answer.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    assert seen.by("seller").get_by_text("Envoyé").count() == 1
    link = answer.get_by_role("link").first
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    assert (link.get_attribute("href") or "").startswith("https://")


def test_the_whole_extension_form_by_quick_replies(visit: Callable[..., Any]) -> None:
    seen = visit()
    order = seen.seller.has_order(title="Logo pour une boulangerie")
    seen.arrive()
    seen.page.get_by_role("button", name="Prolonger la date de livraison").click()
    expect(seen.field).to_have_value(re.compile(order.number))
    before = seen.by("bot").count()
    seen.field.press("Enter")
    asked = seen.answered(before)
    expect(asked).to_contain_text("De combien de jours")
    seen.press("3 jours")
    confirm = seen.press("Un imprévu")
    expect(confirm).to_contain_text("Durée : 3 jours de plus".replace(" :", "\u00a0:"))
    assert seen.seller.requests(order) == []
    receipt = seen.press("Oui, envoyer la demande")
    expect(receipt).to_contain_text("C'est envoyé")
    (request,) = seen.seller.requests(order)
    assert request.days == 3
    seen.page.reload()
    expect(seen.page.get_by_text("Prolongation demandée")).to_be_visible()


def test_quick_replies_are_inert_once_used_and_after_a_reload(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.seller.has_order()
    seen.arrive().open()
    seen.say("je voudrais prolonger ma commande")
    first = seen.by("bot").nth(seen.by("bot").count() - 1)
    used = first.get_by_role("button", name="3 jours").element_handle()
    seen.press("3 jours")
    assert used.is_disabled()
    states = ".message:not(:last-child) .choice"
    seen.page.reload()
    seen.open()
    expect(seen.by("bot").last).to_contain_text("raison")
    old = seen.panel.locator(states)
    assert old.count() >= 3
    assert all(old.nth(index).is_disabled() for index in range(old.count()))
    assert seen.panel.locator('.choice[data-state="used"]').all_inner_texts() == [
        "3 jours\n, choisi"
    ]
    expect(seen.choice("Un imprévu")).to_be_enabled()


def test_quick_replies_are_inert_once_the_conversation_went_on(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.seller.has_order()
    seen.arrive().open()
    asked = seen.say("je voudrais prolonger ma commande").element_handle()
    seen.say("c'est quoi mon taux ?")
    buttons = asked.query_selector_all(".choice")
    assert buttons and all(button.is_disabled() for button in buttons)


def test_reload_in_the_middle_of_the_form(visit: Callable[..., Any]) -> None:
    seen = visit()
    order = seen.seller.has_order()
    seen.arrive().open()
    seen.say(f"prolonge la {order.number}")
    seen.press("2 jours")
    before = seen.texts()
    seen.page.reload()
    seen.open()
    expect(seen.choice("Un imprévu")).to_be_enabled()
    assert seen.texts() == before
    seen.press("Un imprévu")
    seen.press("Oui, envoyer la demande")
    (request,) = seen.seller.requests(order)
    assert request.days == 2


def test_the_answer_of_the_client_comes_by_itself(visit: Callable[..., Any]) -> None:
    seen = visit()
    order = seen.seller.has_order()
    seen.arrive().open()
    seen.say(f"prolonge la {order.number} de 4 jours, panne d'internet")
    seen.press("Oui, envoyer la demande")
    seen.field.press("Escape")
    expect(seen.panel).to_be_hidden()
    seen.server.marketplace.answer_extension(order.number, accept=False)
    (request,) = seen.seller.requests(order)
    seen.server.application.jobs.extension_changed(request.id)
    seen.server.run_jobs()
    expect(seen.page.locator("seller-assistant .badge")).to_have_text("1")
    expect(seen.launcher).to_have_accessible_name(re.compile("1 message non lu"))
    seen.launcher.click()
    expect(seen.by("bot").last).to_contain_text(order.number)
    expect(seen.page.locator("seller-assistant .badge")).to_be_hidden()


def test_thumbs_and_rating_are_stored_and_shown_again(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    with seen.page.expect_response(re.compile("/thumb$")) as given:
        seen.panel.get_by_role("button", name="Cette réponse m’a aidé").click()
    assert given.value.ok
    seen.choose("Donner mon avis")
    seen.panel.get_by_role("button", name="Envoyer mon avis").click()
    expect(seen.panel.get_by_role("alert")).to_contain_text("Choisissez")
    seen.panel.get_by_role("radio", name="4 étoiles").check(force=True)
    seen.panel.get_by_label("Un mot de plus").fill("Clair et rapide.")
    with seen.page.expect_response(re.compile("/rating$")) as rated:
        seen.panel.get_by_role("button", name="Envoyer mon avis").click()
    assert rated.value.ok
    assert rated.value.request.post_data_json == {"stars": 4, "comment": "Clair et rapide."}
    expect(seen.panel.locator(".rating")).to_have_count(0)
    seen.page.reload()
    seen.open()
    thumb = seen.panel.get_by_role("button", name="Cette réponse m’a aidé")
    expect(thumb).to_have_attribute("aria-pressed", "true")
    seen.panel.get_by_role("button", name="Autres actions").click()
    expect(seen.panel.get_by_role("button", name="Donner mon avis")).to_be_disabled()


def test_the_conversation_can_be_kept_as_a_file(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    with seen.page.expect_download() as kept:
        seen.choose("Télécharger la conversation")
    assert re.fullmatch(r"conversation-\d{4}-\d\d-\d\d\.txt", kept.value.suggested_filename)
    text = kept.value.path().read_text(encoding="utf-8")
    assert QUESTION in text and "Prolonger la date de livraison" in text


def test_a_new_conversation_and_the_way_back_to_the_old_one(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    old = seen.texts()
    seen.choose("Nouvelle conversation")
    expect(seen.panel.locator(".suggestion").first).to_be_visible()
    assert seen.texts() == []
    seen.say("c'est quoi mon taux ?")
    seen.choose("Conversations précédentes")
    entries = seen.panel.locator(".past li button")
    expect(entries).to_have_count(2)
    expect(entries.first).to_have_attribute("aria-current", "true")
    entries.last.click()
    expect(seen.by("seller").first).to_contain_text(QUESTION)
    assert seen.texts() == old


def test_the_length_limit_counts_and_loses_nothing(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    expect(seen.panel.locator(".count")).to_be_hidden()
    text = "é😀" * 1001
    seen.field.fill(text)
    expect(seen.panel.locator(".count")).to_contain_text("dépasse la limite de 2 caractères")
    expect(seen.field).to_have_attribute("aria-invalid", "true")
    seen.field.press("Enter")
    assert seen.field.input_value() == text
    seen.field.fill("é😀" * 1000)
    expect(seen.panel.locator(".count")).to_have_text(re.compile(r"^2\s000 / 2\s000$"))
    seen.field.press("Enter")
    expect(seen.by("seller")).to_have_count(1)
    expect(seen.by("seller").get_by_text("Envoyé")).to_have_count(1)


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_files_are_refused_kindly(visit: Callable[..., Any], way: str) -> None:
    seen = visit().arrive().open()
    prevented = seen.field.evaluate(
        "(field, way) => { const data = new DataTransfer();"
        " data.items.add(new File(['x'], 'facture.pdf', {type: 'application/pdf'}));"
        " const rest = {bubbles: true, cancelable: true, composed: true};"
        " const event = way === 'paste'"
        "   ? new ClipboardEvent('paste', {...rest, clipboardData: data})"
        "   : new DragEvent('drop', {...rest, dataTransfer: data});"
        " return !field.dispatchEvent(event); }",
        way,
    )
    assert prevented
    expect(seen.panel.locator(".notice")).to_contain_text("fichiers")
    seen.panel.get_by_role("button", name="Fermer ce message").click()
    expect(seen.panel.locator(".notice")).to_be_hidden()


def test_the_end_of_a_conversation_asks_for_a_short_rating_once(
    visit: Callable[..., Any],
) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    application = seen.server.application
    (overview,) = application.site.conversations_of(seen.seller.id, 5)
    resolve = sa.update(conversations).where(conversations.c.id == overview.conversation.id)
    with application.store._writing() as connection:
        connection.execute(resolve.values(state=ConversationState.RESOLVED.value))
    application.hub.publish(overview.conversation.id)
    rating = seen.panel.locator(".rating")
    expect(rating).to_be_visible()
    expect(seen.field).to_be_focused()  # it asks, it does not get in the way
    rating.get_by_role("button", name="Plus tard").click()
    expect(rating).to_have_count(0)
    seen.say("c'est quoi mon taux ?")
    expect(rating).to_have_count(0)


def test_an_element_that_is_moved_begins_again(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    seen.page.evaluate(
        "() => document.querySelector('main').append(document.querySelector('seller-assistant'))"
    )
    expect(seen.panel).to_have_count(0)
    expect(seen.launcher).to_have_attribute("aria-expanded", "false")
    seen.open()
    expect(seen.by("bot").first).to_be_visible()


def test_an_agent_who_takes_over_is_shown(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.choose("Parler à une personne")
    seen.answered(0)
    expect(seen.panel.locator(".subtitle")).to_have_text("Une personne va vous répondre")
    application = seen.server.application
    (overview,) = application.site.conversations_of(seen.seller.id, 5)
    application.desk.claim(Staff("nora", "Nora", Role.AGENT), overview.conversation.id)
    expect(seen.panel.locator(".subtitle")).to_have_text("Vous parlez à une personne")
