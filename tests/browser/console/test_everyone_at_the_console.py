"""WCAG 2.2 AA on every page of the console, in light and dark, at the sizes people work at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.web.console.pages import PAGES

SCHEMES = ["light", "dark"]
SIZES = [{"width": 1440, "height": 900}, {"width": 1024, "height": 768}]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_axe_finds_nothing_on_any_page(
    at_console: Callable[..., Any], escalate: Callable[..., str], page: Any, scheme: str
) -> None:
    escalate()
    admin = at_console("admin", color_scheme=scheme, viewport=SIZES[1])
    admin.arrive(page.path)
    expect(admin.page.locator(".nav [aria-current=page]")).to_have_text(page.title)
    admin.page.wait_for_load_state("networkidle")
    assert admin.axe() == []
    assert overflow(admin) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_while_working(
    at_console: Callable[..., Any], escalate: Callable[..., str], scheme: str
) -> None:
    one = escalate()
    nora = at_console("nora", color_scheme=scheme).queue()
    nora.press("j")
    assert nora.axe() == []
    nora.press("?")
    expect(nora.page.get_by_role("dialog")).to_be_visible()
    assert nora.axe() == []
    nora.look_at(one)
    assert nora.axe() == []
    nora.claim()
    nora.add_note("une note")
    nora.reply("une réponse avec {variable}")
    expect(nora.transcript.locator(".note-line")).to_be_visible()
    assert nora.axe() == []
    nora.reply_field.fill("")
    nora.press("Escape", "e")
    expect(nora.page.get_by_role("listbox")).to_be_visible()
    assert nora.axe() == []
    nora.press("Escape")
    sam = at_console("sam", color_scheme=scheme, viewport=SIZES[1]).look_at(one)
    expect(sam.notices).to_contain_text("Nora")
    assert sam.axe() == []
    assert overflow(sam) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_at_the_door(at_console: Callable[..., Any], scheme: str) -> None:
    stranger = at_console(None, color_scheme=scheme)
    stranger.expects_errors = True
    stranger.arrive("/console/login")
    assert stranger.axe() == []
    stranger.page.get_by_label("Identifiant").fill("nora")
    stranger.page.get_by_label("Mot de passe").fill("wrong")
    stranger.page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    assert stranger.axe() == []


def test_the_theme_is_chosen_and_kept(at_console: Callable[..., Any]) -> None:
    nora = at_console("nora", color_scheme="light").queue()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = nora.page.evaluate(ground)
    theme = nora.page.locator("#theme")
    theme.click()
    theme.click()
    expect(theme).to_have_accessible_name("Thème : sombre")
    assert nora.page.evaluate(ground) != light
    nora.page.reload()
    expect(theme).to_have_accessible_name("Thème : sombre")
    assert nora.page.evaluate(ground) != light
    theme.click()
    assert nora.page.evaluate(ground) == light


def test_signing_out_leads_to_the_door(at_console: Callable[..., Any]) -> None:
    nora = at_console("nora").queue()
    nora.page.get_by_role("button", name="Se déconnecter").click()
    nora.page.wait_for_url("**/console/login")
    nora.arrive("/console")
    nora.page.wait_for_url("**/console/login")


def overflow(seen: Any) -> int:
    """By how many pixels the page is wider than its window."""
    return int(
        seen.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )
