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
from tests.web.console.conftest import Console


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
        self.told("Vous avez pris la conversation")
        expect(self.page.locator('[data-option="resolve"]')).to_be_visible()

    def told(self, done: str) -> None:
        """Waits until the page says what was done: what is pressed before then does nothing.

        All else on the page may be news, which come before the answer to the call.
        """
        expect(self.toasts.filter(has_text=done).last).to_be_visible()

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


@pytest.fixture(scope="session")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A server without a model, there in a second: for what the staff do by themselves."""
    running = Console(
        tmp_path_factory.mktemp("quiet"),
        ASSISTANT_LIMIT_SELLER="1000000/minute",
        ASSISTANT_LIMIT_MESSAGES="1000000/minute",
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
def place(quiet_server: Console) -> Any:
    """The server that staff and sellers of a test are at."""
    return quiet_server


@pytest.fixture
def at_console(place: Any, browser: Browser) -> Iterator[Callable[..., StaffVisit]]:
    """Makes pages of staff who are signed in; all end, and are checked, with the test."""
    seed_staff(place.application.accounts)
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
        seen = StaffVisit(place, Seller(place), context, context.new_page())
        made.append(seen)
        return seen.sign_in(name) if name else seen

    yield make
    for one in made:
        one.check()
    for one in made:
        one.context.close()


@pytest.fixture
def escalate(place: Any) -> Callable[..., str]:
    """Makes new sellers who ask for a person; returns the conversation's id."""

    def ask(text: str = "mon client ne répond plus", seller: str | None = None) -> str:
        if isinstance(place, Console):
            return place.waiting(text, seller=seller)
        asking = Seller(place)
        asking.says(text, "je veux parler à une personne")
        return conversation_of(place, asking)

    return ask


def conversation_of(server: Server, seller: Seller) -> str:
    """The seller's newest conversation."""
    return str(server.application.site.conversations_of(seller.id, 1)[0].conversation.id)


def plain(text: str) -> str:
    """A text with one kind of space."""
    return re.sub(r"\s+", " ", text).strip()
