"""Reviewing phrases and changing models in a real browser, with keys alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from bot.support.review import ExportState
from tests.browser.learning_console import LearningConsole, Reviewer, reviewer


@pytest.fixture
def console(tmp_path: Any) -> Iterator[LearningConsole]:
    running = LearningConsole(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def staff(console: LearningConsole, browser: Browser) -> Iterator[Callable[..., Reviewer]]:
    made: list[Reviewer] = []

    def make(name: str = "nora", **options: Any) -> Reviewer:
        made.append(reviewer(console, browser, name, **options))
        return made[-1]

    yield make
    for one in made:
        one.check()
        one.context.close()


def decided(console: LearningConsole) -> list[tuple[str, str, str]]:
    """Text, decision and topic of all decisions, once none is on its way any more."""
    store = console.application.learning.review._store
    return [(r.text, r.decision.value, r.intent) for r in store.reviews(*ExportState)]


def test_each_message_is_decided_with_one_key(
    console: LearningConsole, staff: Callable[..., Reviewer]
) -> None:
    for text in ("un", "deux", "trois", "quatre", "cinq"):
        console.said(f"message {text}", "faq_block_buyer", 0.45)
    nora = staff()
    nora.arrive("/console/review")
    nora.sees("message cinq")
    expect(nora.choices.first).to_contain_text("45 %")
    nora.press("a")
    nora.sees("message quatre")
    nora.press("2")
    nora.sees("message trois")
    nora.press_french("é")  # the same key on a French keyboard, without Shift
    nora.sees("message deux")
    nora.press("s")
    nora.sees("message un")
    nora.press("Enter")
    expect(nora.page.get_by_text("Rien à relire")).to_be_visible()
    expect(nora.page.locator("#counts")).to_contain_text("0 à relire · 4 à exporter")
    assert set(decided(console)) == {  # nobody waits for one to be stored: their order may differ
        ("message cinq", "accepted", "faq_block_buyer"),
        ("message quatre", "corrected", "faq_cancel_order"),
        ("message trois", "corrected", "faq_cancel_order"),
        ("message deux", "skipped", ""),
        ("message un", "accepted", "faq_block_buyer"),
    }


def test_the_last_decision_is_taken_back_with_one_key(
    console: LearningConsole, staff: Callable[..., Reviewer]
) -> None:
    console.said("message un", "faq_block_buyer", 0.45)
    console.said("message deux", "faq_block_buyer", 0.45)
    nora = staff()
    nora.arrive("/console/review")
    nora.sees("message deux")
    nora.press("s")
    nora.sees("message un")
    nora.press("u")
    nora.sees("message deux")
    expect(nora.page.get_by_text("Décision annulée.")).to_be_visible()
    assert decided(console) == []
    nora.press("1")
    nora.sees("message un")
    expect(nora.page.locator("#counts")).to_contain_text("1 à relire · 1 à exporter")
    assert [each[1:] for each in decided(console)] == [("corrected", "faq_report_buyer")]


def test_any_topic_is_found_by_typing(
    console: LearningConsole, staff: Callable[..., Reviewer]
) -> None:
    console.said("c'est quoi mon score", "faq_block_buyer", 0.45)
    nora = staff()
    nora.arrive("/console/review")
    nora.sees("c'est quoi mon score")
    nora.press("/")
    nora.page.keyboard.type("execut")
    found = nora.page.get_by_role("option")
    expect(found.first).to_contain_text("exécution")
    nora.press("ArrowDown")
    chosen = nora.page.locator('[role="option"][aria-selected="true"]')
    intent = chosen.get_attribute("data-intent")
    nora.press("Enter")
    expect(nora.page.get_by_text("Rien à relire")).to_be_visible()
    expect(nora.page.locator("#counts")).to_contain_text("1 à exporter")
    assert [each[2] for each in decided(console)] == [intent]


def test_two_who_review_the_same_message_decide_it_once(
    console: LearningConsole, staff: Callable[..., Reviewer]
) -> None:
    console.said("message un", "faq_block_buyer", 0.45)
    nora, sam = staff("nora"), staff("sam")
    for one in (nora, sam):
        one.arrive("/console/review")
        one.sees("message un")
    nora.press("a")
    expect(nora.page.get_by_text("Rien à relire")).to_be_visible()
    expect(nora.page.locator("#counts")).to_contain_text("1 à exporter")
    sam.expects_errors = True  # the browser notes the 409
    sam.press("s")
    expect(sam.page.get_by_text("Une autre personne a déjà relu ce message.")).to_be_visible()
    expect(sam.page.get_by_text("Rien à relire")).to_be_visible()
    assert [each[1] for each in decided(console)] == ["accepted"]


def test_no_name_and_no_address_is_shown_or_kept(
    console: LearningConsole, staff: Callable[..., Reviewer]
) -> None:
    text = "zoe lefebvre m'écrit depuis zoe@exemple.fr, je la bloque ?"
    console.said(text, "faq_block_buyer", 0.45, buyer="Zoé Lefebvre")
    nora = staff()
    nora.arrive("/console/review")
    nora.sees("[nom masqué] m'écrit depuis [e-mail masqué], je la bloque ?")
    nora.press("a")
    expect(nora.page.get_by_text("Rien à relire")).to_be_visible()
    expect(nora.page.locator("#counts")).to_contain_text("1 à exporter")
    [(kept, _, _)] = decided(console)
    assert "zoe" not in kept.lower()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    console: LearningConsole, staff: Callable[..., Reviewer], scheme: str
) -> None:
    long = (
        "bonjour,\nça fait trois jours que je relance et rien,\nje fais comment pour le bloquer ?"
    )
    console.said(long, "faq_block_buyer", 0.47, disliked=True)
    console.said("message", "nlu_fallback", 0.3)
    nora = staff(color_scheme=scheme)
    nora.arrive("/console/review")
    nora.sees(long)
    assert nora.axe() == []
    nora.press("/")
    nora.page.keyboard.type("client")
    expect(nora.page.get_by_role("option").first).to_be_visible()
    assert nora.axe() == []
    admin = staff("admin", color_scheme=scheme)
    models = console.application.learning.models
    models.promote("seller-6f1d20c4.tar.gz", "admin")
    models.put_in_shadow("seller-a41b77e0.tar.gz", "admin")
    console.shadow_read("seller-a41b77e0.tar.gz", "seller-6f1d20c4.tar.gz", "il abuse là", "grr")
    admin.arrive("/console/models")
    expect(admin.page.get_by_text("il abuse là")).to_be_visible()
    assert admin.axe() == []
    admin.page.get_by_role("button", name="Mettre en service : seller-a41b77e0.tar.gz").click()
    expect(admin.page.get_by_role("dialog")).to_be_visible()
    assert admin.axe() == []


def test_a_model_is_promoted_and_rolled_back_after_a_question(
    console: LearningConsole, staff: Callable[..., Reviewer]
) -> None:
    learning = console.application.learning
    learning.models.promote("seller-6f1d20c4.tar.gz", None)
    admin = staff("admin")
    admin.arrive("/console/models")
    row = admin.page.locator('[data-model="seller-c0ffee12.tar.gz"]')
    row.get_by_role("button", name="Mettre en service").click()
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Annuler").click()
    expect(row).to_contain_text("Disponible")
    row.get_by_role("button", name="Mettre en service").click()
    dialog.get_by_role("button", name="Mettre en service").click()
    expect(row).to_contain_text("En service")
    admin.page.get_by_role("button", name="Revenir au modèle précédent").click()
    dialog.get_by_role("button", name="Revenir").click()
    expect(row).to_contain_text("Retiré")
    states = {model.name: model.state.value for model in learning.models.all()}
    assert states["seller-6f1d20c4.tar.gz"] == "live"


def test_an_agent_has_no_page_of_models(staff: Callable[..., Reviewer]) -> None:
    nora = staff()
    nora.expects_errors = True
    nora.arrive("/console/models")
    expect(
        nora.page.get_by_text("Cette action demande un autre rôle que le vôtre.")
    ).to_be_visible()
