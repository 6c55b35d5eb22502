"""The queue in a browser: live, by keys alone, and still under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from bot.support.accounts import DEMO_PASSWORD
from tests.browser.console.conftest import plain


def test_from_sign_in_to_resolved_by_keyboard_alone(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate("comment annuler une commande ?")
    nora = at_console(None)
    nora.arrive("/console")
    expect(nora.page.get_by_label("Identifiant")).to_be_focused()
    nora.page.keyboard.type("nora")
    nora.press("Tab")
    nora.page.keyboard.type(DEMO_PASSWORD)
    expect(nora.page.get_by_role("button", name="Se connecter", exact=True)).to_be_enabled()
    nora.press("Enter")
    expect(nora.row(one)).to_be_visible()

    link = nora.row(one).get_by_role("link")
    for _ in range(60):
        nora.press("j")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    nora.press("?")
    expect(nora.page.get_by_role("dialog")).to_contain_text("Conversation suivante")
    nora.press("Escape")
    expect(link).to_be_focused()
    nora.press("c")
    expect(nora.reply_field).to_be_focused()

    nora.page.keyboard.type("Bonjour")
    nora.press("Enter")
    expect(nora.said_by("agent").last).to_have_text("Bonjour")
    nora.press("Escape", "n")
    expect(nora.note_field).to_be_focused()
    nora.page.keyboard.type("suivi à faire")
    nora.press("Control+Enter")
    expect(nora.transcript.locator(".note-line")).to_contain_text("suivi à faire")
    nora.press("Escape", "t")
    nora.page.keyboard.type("taux")  # taken from the first letter on, while the list is read
    expect(nora.page.get_by_role("option").first).to_be_visible()
    nora.press("Enter")
    expect(nora.page.locator("#about")).to_contain_text("100")
    nora.press("e")
    expect(nora.page.get_by_role("listbox")).to_be_visible()
    nora.press("ArrowDown", "Enter")
    expect(nora.page.locator("#badges")).to_contain_text("Close")
    expect(nora.notices).to_contain_text("Résolu")
    nora.press("u")
    expect(nora.page.locator("#badges")).to_contain_text("En cours")
    nora.press("Escape")
    nora.page.wait_for_url("**/console*")


def test_a_new_case_shows_by_itself_and_moves_nothing_under_the_cursor(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    old = escalate()
    nora = at_console("nora").queue("?sort=recent")
    link = nora.row(old).get_by_role("link")
    link.focus()
    place = nora.row(old).bounding_box()
    new = escalate()
    expect(nora.row(new)).to_be_attached()
    expect(nora.row(new).locator(".new-mark")).to_have_count(1)
    expect(link).to_be_focused()
    assert nora.row(old).bounding_box() == place


def test_a_case_taken_by_somebody_else_stays_where_it_was_until_one_moves_on(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    mine, other = escalate(), escalate()
    nora, sam = at_console("nora").queue(), at_console("sam").look_at(other)
    nora.row(mine).get_by_role("link").focus()
    place = nora.row(mine).bounding_box()
    sam.claim()
    expect(nora.row(other)).to_contain_class("is-gone")
    assert nora.row(mine).bounding_box() == place
    nora.press(".")
    expect(nora.row(other)).to_have_count(0)


def test_filters_and_search_are_in_the_address(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate("mon client exige des zébrures fuchsia")
    other = escalate()
    nora = at_console("nora").queue()
    expect(nora.row(other)).to_be_visible()
    nora.press("/")
    nora.page.keyboard.type("zebrures FUCHSIA")
    expect(nora.row(other)).to_have_count(0)
    expect(nora.row(one)).to_be_visible()
    assert "q=zebrures" in nora.page.url
    nora.page.reload()
    expect(nora.row(one)).to_be_visible()
    expect(nora.row(other)).to_have_count(0)
    nora.page.get_by_role("button", name="Effacer").click()
    expect(nora.row(other)).to_be_visible()
    nora.page.get_by_label("Motif").select_option("abuse")
    expect(nora.page.get_by_text("Aucun résultat")).to_be_visible()
    nora.page.go_back()
    expect(nora.row(other)).to_be_visible()


def test_many_cases_are_read_page_by_page_and_each_is_there_once(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    nora = at_console("nora")
    asked: list[str] = []

    def small_pages(route: Any) -> None:
        asked.append(route.request.url)
        route.continue_(url=route.request.url.replace("limit=50", "limit=2"))

    ids = {escalate() for _ in range(5)}
    nora.page.route("**/api/console/v1/queue?*", small_pages)
    nora.queue()
    more = nora.page.get_by_role("button", name="Afficher les suivantes")
    while more.is_visible():
        before = nora.page.locator("#rows tr").count()
        more.click()
        expect(nora.page.locator("#rows tr").nth(before)).to_be_attached()
    shown = nora.page.locator("#rows tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert len(shown) == len(set(shown)) and ids <= set(shown)
    assert any("cursor=" in url for url in asked)


def test_why_it_is_urgent_is_said(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    one = escalate("je veux être remboursé, mon client refuse de payer")
    nora = at_console("nora").queue()
    expect(nora.row(one)).to_contain_text("Demande du vendeur")
    cells = [plain(text) for text in nora.row(one).locator("td").all_inner_texts()]
    assert cells[0].split(" ")[0] in {"Urgente", "Élevée", "Normale", "Faible"}
    nora.look_at(one)
    nora.act("priority")
    nora.pick("Urgente")
    expect(nora.page.locator("#badges")).to_contain_text("Urgente")


def test_sound_is_off_until_somebody_wants_it(at_console: Callable[..., Any]) -> None:
    nora = at_console("nora").queue()
    sound = nora.page.get_by_role("button", name="Son à l’arrivée d’une demande")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    nora.page.reload()
    expect(sound).to_have_attribute("aria-pressed", "true")


def test_single_letters_can_be_turned_off(
    at_console: Callable[..., Any], escalate: Callable[..., str]
) -> None:
    escalate()
    nora = at_console("nora").queue()
    nora.press("?")
    nora.page.get_by_label("Utiliser les touches à une lettre").uncheck()
    nora.press("Escape", "j")
    assert nora.page.evaluate("document.activeElement.closest('#rows')") is None
    nora.press("ArrowDown")
    assert nora.page.evaluate("document.activeElement.closest('#rows')") is not None
