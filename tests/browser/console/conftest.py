"""Staff at the console, in real browsers beside the sellers' own, on the same real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.agents_command import seed_staff
from bot.support.accounts import DEMO_PASSWORD
from bot.web.console.app import PREFIX
from tests.browser.conftest import PATIENCE, Visit
from tests.conversations.conftest import Seller, Server


class StaffVisit(Visit):
    """One page of one of the staff at the console."""

    # What they do.

    def sign_in(self, name: str) -> StaffVisit:
        answer = self.context.request.post(
            f"{self.server.address}{PREFIX}/login", data={"id": name, "password": DEMO_PASSWORD}
        )
        assert answer.ok, answer.text()
        return self

    def queue(self, query: str = "") -> StaffVisit:
        self.arrive(f"/console{query}")
        expect(self.page.locator("#total, #empty h2").filter(visible=True)).not_to_be_empty()
        return self

    def look_at(self, conversation: str) -> StaffVisit:
        self.arrive(f"/console/conversations/{conversation}")
        expect(self.page.locator("#badges .badge").first).to_be_visible()
        return self

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def act(self, option: str) -> None:
        """Does something from the head of the conversation or its menu."""
        button = self.page.locator(f'[data-option="{option}"]')
        if not button.is_visible():
            self.page.get_by_label("Autres actions").click()
        button.click()

    def claim(self) -> None:
        self.act("claim")
        expect(self.page.locator('[data-option="resolve"]')).to_be_visible()

    def pick(self, title: str) -> None:
        """Chooses from the list that is open."""
        self.page.get_by_role("option", name=title).click()

    def reply(self, text: str) -> None:
        self.reply_field.fill(text)
        self.reply_field.press("Enter")

    def add_note(self, text: str) -> None:
        self.note_field.fill(text)
        self.page.get_by_role("button", name="Ajouter la note").click()

    # What they see.

    @property
    def reply_field(self) -> Locator:
        return self.page.get_by_label("Réponse au vendeur")

    @property
    def note_field(self) -> Locator:
        return self.page.locator("#note-text")

    @property
    def notices(self) -> Locator:
        return self.page.locator("#notices")

    @property
    def toasts(self) -> Locator:
        return self.page.locator(".toast")

    @property
    def transcript(self) -> Locator:
        return self.page.get_by_role("log")

    def row(self, conversation: str) -> Locator:
        return self.page.locator(f'#rows tr[data-id="{conversation}"]')

    def said_by(self, author: str) -> Locator:
        return self.transcript.locator(f".by-{author} .bubble")


@pytest.fixture
def at_console(server: Server, browser: Browser) -> Iterator[Callable[..., StaffVisit]]:
    """Makes pages of staff who are signed in; all end, and are checked, with the test."""
    seed_staff(server.application.accounts)
    made: list[StaffVisit] = []

    def make(name: str | None = "nora", **options: Any) -> StaffVisit:
        defaults: dict[str, Any] = {
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
            "viewport": {"width": 1440, "height": 900},
            "reduced_motion": "reduce",
        }
        context = browser.new_context(**{**defaults, **options})
        context.set_default_timeout(PATIENCE)
        seen = StaffVisit(server, Seller(server), context, context.new_page())
        made.append(seen)
        return seen.sign_in(name) if name else seen

    yield make
    for one in made:
        one.check()
    for one in made:
        one.context.close()


@pytest.fixture
def escalate(server: Server) -> Callable[..., str]:
    """Makes new sellers who ask for a person; returns the conversation's id."""

    def make(*texts: str, late: bool = False) -> str:
        seller = Seller(server)
        seller.says(*(texts or ("mon client ne répond plus",)))
        seller.says("je veux parler à une personne")
        return conversation_of(server, seller)

    return make


def conversation_of(server: Server, seller: Seller) -> str:
    """The seller's newest conversation."""
    return str(server.application.site.conversations_of(seller.id, 1)[0].conversation.id)


def plain(text: str) -> str:
    """A text with one kind of space."""
    return re.sub(r"\s+", " ", text).strip()
