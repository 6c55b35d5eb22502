"""Sellers at a real browser, on the demo dashboard of a real server with the really trained model.

Everything a page asks for goes to our own server, and nothing a page says is an error: each page
is checked for both when its test ends.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.browser.another_site import AnotherSite
from tests.conversations.conftest import Seller, Server
from tests.waiting import until

PROJECT = Path(__file__).resolve().parents[2]
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 20_000
"""The longest wait for something to show, in milliseconds; nothing is measured against it."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def another_site() -> Iterator[AnotherSite]:
    """A site of another origin, which the assistant's list of origins names."""
    site = AnotherSite()
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, another_site: AnotherSite) -> Iterator[Server]:
    """A server that does not wait for the rest of a burst, and limits nobody."""
    plenty = {
        f"ASSISTANT_LIMIT_{name}": "1000000/minute"
        for name in (
            *("ADDRESS", "SELLER", "MESSAGES"),
            *("STAFF", "SIGN_IN_ACCOUNT", "SIGN_IN_ADDRESS"),
        )
    }
    running = Server(
        tmp_path_factory.mktemp("browser"),
        ASSISTANT_BURST_SECONDS="0",
        ASSISTANT_SITE_ORIGINS=another_site.origin,
        **plenty,
    )
    running.application.demo_sellers = {}
    another_site.assistant = running.address
    another_site.issue = running.token
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")  # not longer: Playwright holds the thread's event loop
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    assert found, "Chromium is missing: apt-get install chromium (see .ci/run)"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has none to give away
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=sandbox)
        yield launched
        launched.close()


@dataclass
class Visit:
    """One page of one seller, with the widget on it."""

    server: Server
    seller: Seller
    context: BrowserContext
    page: Page
    expects_errors: bool = False
    may_ask: set[str] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)
    paths: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self._dialog(dialog))
        self.page.on("console", self._console)

    # What the seller does.

    def arrive(self, path: str = "/demo") -> Visit:
        self.page.goto(self.server.address + path)
        return self

    def open(self) -> Visit:
        self.launcher.click()
        expect(self.field).to_be_visible()
        return self

    def say(self, text: str) -> Locator:
        """Sends a text, and waits for the end of what answers it; returns the last message."""
        before = self.by("bot").count()
        self.write(text)
        return self.answered(before)

    def write(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def press(self, title: str) -> Locator:
        """Presses a quick reply of the last message, and waits for the answer."""
        before = self.by("bot").count()
        self.choice(title).click()
        return self.answered(before)

    def answered(self, before: int) -> Locator:
        expect(self.by("bot").nth(before)).to_be_visible()
        expect(self.panel.locator(".typing")).to_be_hidden()
        return self.by("bot").last

    def choose(self, action: str) -> None:
        """Takes one of the menu's other actions."""
        self.panel.get_by_role("button", name="Autres actions").click()
        self.panel.get_by_role("button", name=action).click()

    # What the seller sees.

    @property
    def launcher(self) -> Locator:
        return self.page.locator("seller-assistant .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.locator("seller-assistant").get_by_role("dialog")

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Votre message", exact=True)

    def by(self, author: str) -> Locator:
        return self.panel.locator(f".by-{author}")

    def choice(self, title: str) -> Locator:
        return self.by("bot").last.get_by_role("button", name=title)

    def texts(self) -> list[str]:
        """The texts of all messages shown, as they are on the screen."""
        bubbles = self.panel.locator(".message .bubble").all_text_contents()
        return [re.sub(r"\s+", " ", text).strip() for text in bubbles]

    def focused(self) -> str:
        """Class of the element that has the focus, inside the widget or outside."""
        return str(
            self.page.evaluate(
                "() => { let at = document.activeElement;"
                " while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
                " return at?.className || at?.tagName || ''; }"
            )
        )

    def stored(self) -> list[tuple[str, str]]:
        """Author and text of all messages that the server has of the seller, in order."""
        store = self.server.application.site
        found = store.conversations_of(self.seller.id, 50)
        return [
            (message.author.value, message.text)
            for overview in reversed(found)
            for message in self.server.application.store.messages_after(overview.conversation.id, 0)
        ]

    def axe(self) -> list[str]:
        """Violations of WCAG 2.2 AA on the page as it is now, with the places they are at."""
        assert AXE.is_file(), "axe-core is missing: npm ci --ignore-scripts (make does it)"
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", STANDARDS
        )
        assert found["passes"], "axe checked nothing"
        return [
            f"{violation['id']}: {json.dumps(node['target'])} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def check(self) -> None:
        """Fails when the page asked somebody else for anything, or had an error."""
        ours = {urlsplit(one).netloc for one in (self.server.address, *self.may_ask)}
        assert self.origins <= ours, self.origins
        assert self.problems == []

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss"):
            self.origins.add(parts.netloc)
            self.paths.append(parts.path)

    def _dialog(self, dialog: Any) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def comes_about(self, true: Callable[[], Any]) -> None:
        """Waits for what a handler notes: Playwright calls handlers only while called itself."""

        def looked() -> Any:
            self.page.wait_for_timeout(20)
            return true()

        until(looked)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not self.expects_errors:
            self.problems.append(f"{message.type}: {message.text}")


@pytest.fixture
def visit(server: Server, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Makes visits of new sellers, or of a given one; all end, and are checked, with the test."""
    made: list[Visit] = []

    def make(
        seller: Seller | None = None,
        context: BrowserContext | None = None,
        may_ask: set[str] | None = None,
        **options: Any,
    ) -> Visit:
        who = seller or Seller(server)
        server.application.demo_sellers = {**server.application.demo_sellers, who.id: "Léa"}
        if context is None:
            defaults: dict[str, Any] = {
                "locale": "fr-FR",
                "timezone_id": "Europe/Paris",
                "viewport": {"width": 1280, "height": 860},
                "reduced_motion": "reduce",
            }
            context = browser.new_context(**{**defaults, **options})
            context.set_default_timeout(PATIENCE)
            context.add_cookies([{"name": "demo_seller", "value": who.id, "url": server.address}])
        made.append(Visit(server, who, context, context.new_page(), may_ask=may_ask or set()))
        return made[-1]

    yield make
    for one in made:
        one.check()
    for one in made:
        one.context.close()


@pytest.fixture
def short_token(server: Server) -> Callable[[Seller, float], str]:
    """Makes tokens that end after some seconds."""
    return lambda seller, seconds: server.application.tokens.issue(
        seller.id, timedelta(seconds=seconds), "Léa"
    )
