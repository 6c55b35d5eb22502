"""An answer of the FAQ in a real browser: written, checked, approved by another, live, rolled back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.support.staff import Role, Staff

NAME = "faq_report_buyer"
INES = Staff("ines", "Inès", Role.SUPERVISOR)
MORE = "Un conseiller peut aussi vous aider."


@pytest.fixture(autouse=True)
def as_delivered(place: Any) -> Iterator[None]:
    """Each test begins with what the software delivers, and no draft."""
    publishing = place.application.publishing
    sheet = publishing.sheets.one(NAME)
    if sheet.draft:
        publishing.discard(INES, NAME, sheet.draft.revision)
    if sheet.choice.version is not None:
        publishing.roll_back(INES, NAME, sheet.delivered.version, sheet.choice.revision, "")
    yield


def opened(at_console: Callable[..., Any], name: str, **options: Any) -> Any:
    visit = at_console(name, **options)
    visit.arrive(f"/console/answers/{NAME}")
    expect(visit.page.locator("#title")).to_have_text("Signaler un client")
    return visit


def text_of(visit: Any) -> Any:
    return visit.page.get_by_label("Texte", exact=True).first


def writes(visit: Any, more: str = MORE) -> None:
    text = text_of(visit)
    text.fill(f"{text.input_value()} {more}")


def saves(visit: Any, why: str = "plus clair") -> None:
    visit.page.get_by_role("button", name="Enregistrer").click()
    visit.page.get_by_label("Pourquoi ce changement").fill(why)
    visit.page.get_by_role("dialog").get_by_role("button", name="Enregistrer").click()


def sure(visit: Any, action: str) -> None:
    visit.page.locator("#actions").get_by_role("button", name=action).click()
    visit.page.get_by_role("dialog").get_by_role("button", name=action).click()


def preview_of(visit: Any) -> Any:
    return visit.page.locator("#preview .bubble")


def test_the_whole_way(place: Any, at_console: Callable[..., Any]) -> None:
    nora = at_console("nora")
    nora.arrive("/console/answers")
    nora.page.get_by_role("link", name="Signaler un client").click()
    expect(preview_of(nora)).to_contain_text("consultez l'article")
    writes(nora)
    expect(preview_of(nora)).to_contain_text(MORE)
    expect(nora.page.locator("#checks-count")).to_have_text("1 point à relire")
    expect(nora.page.locator("#changes ins")).to_contain_text(MORE)
    saves(nora)
    expect(nora.toasts).to_contain_text("Brouillon enregistré")
    expect(nora.page.locator("#actions").get_by_role("button", name="Approuver")).to_have_count(0)
    assert MORE not in place.application.content.render(NAME).text

    ines = opened(at_console, "ines")
    expect(ines.page.locator("#notices")).to_contain_text("plus clair")
    expect(ines.page.get_by_role("button", name="Publier")).to_be_disabled()
    sure(ines, "Approuver")
    expect(ines.toasts).to_contain_text("approuvé")
    sure(ines, "Publier")
    expect(ines.toasts.last).to_contain_text("Réponse publiée")
    assert MORE in place.application.content.render(NAME).text
    assert ines.axe() == []

    before = ines.page.locator(
        '#versions tr[data-version="1"], #versions tr[data-version="2"]'
    ).last
    before.get_by_role("button", name="Remettre en ligne").click()
    ines.page.get_by_label("Raison").fill("trop long")
    ines.page.get_by_role("dialog").get_by_role("button", name="Remettre en ligne").click()
    expect(ines.toasts.last).to_contain_text("Version remise en ligne")
    expect(ines.page.locator("#history li").first).to_contain_text("trop long")
    assert MORE not in place.application.content.render(NAME).text


def test_problems_stand_at_their_fields_and_stop_the_approval(
    place: Any, at_console: Callable[..., Any]
) -> None:
    nora = opened(at_console, "nora")
    text_of(nora).fill("Signale-le toi-même!")
    says = nora.page.locator('[data-place="parts.0"] .says')
    expect(says).to_contain_text("Ce fait n'est plus dit")
    expect(says).to_contain_text("Le vendeur se vouvoie")
    expect(text_of(nora)).to_have_attribute("aria-invalid", "true")
    nora.page.get_by_role("button", name="Aller au champ").first.click()
    expect(text_of(nora)).to_be_focused()
    assert nora.axe() == []
    saves(nora)
    expect(nora.toasts).to_contain_text("Brouillon enregistré")
    ines = opened(at_console, "ines")
    expect(ines.page.get_by_role("button", name="Approuver")).to_be_disabled()
    expect(ines.page.locator("#checks-count")).to_contain_text("à corriger")


def test_two_editors_keep_both_their_texts(place: Any, at_console: Callable[..., Any]) -> None:
    nora, sam = opened(at_console, "nora"), opened(at_console, "sam")
    writes(nora, "De Nora.")
    saves(nora)
    expect(nora.toasts).to_contain_text("Brouillon enregistré")
    sam.expects_errors = True  # the refusal, as the browser logs it
    writes(sam, "De Sam.")
    saves(sam)
    expect(sam.notices).to_contain_text("Votre texte est encore là")
    assert text_of(sam).input_value().endswith("De Sam.")
    assert sam.axe() == []
    sam.page.get_by_role("button", name="Garder mon texte par-dessus").click()
    saves(sam)
    expect(sam.toasts).to_contain_text("Brouillon enregistré")
    draft = place.application.publishing.sheets.one(NAME).draft
    assert draft.authors == ("nora", "sam") and draft.entry.text.endswith("De Sam.")


def test_what_was_not_saved_is_found_again(at_console: Callable[..., Any]) -> None:
    nora = opened(at_console, "nora")
    writes(nora, "Pas encore enregistré.")
    expect(nora.page.locator("#actions")).to_contain_text("Modifications non enregistrées")
    nora.arrive(f"/console/answers/{NAME}")
    expect(text_of(nora)).to_have_value(re.compile("Pas encore enregistré"))
    nora.page.get_by_role("button", name="Revenir au texte enregistré").click()
    expect(nora.page.locator("#changes")).to_contain_text("Rien ne change")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(at_console: Callable[..., Any], scheme: str) -> None:
    nora = opened(at_console, "nora", color_scheme=scheme, viewport={"width": 1024, "height": 768})
    assert nora.axe() == []
    nora.page.get_by_text("Questions de suite").first.click()
    nora.page.get_by_role("button", name="Ajouter un paragraphe").click()
    expect(nora.page.locator("#checks-count")).to_contain_text("à corriger")
    assert nora.axe() == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert nora.page.evaluate(overflow) <= 0
