"""Who may do what: every route of the console, tried by everybody."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from bot.support.staff import Role, Staff
from bot.web.console.access import role_of
from bot.web.console.app import PREFIX, api_routes, page_routes, role_table

from .conftest import Console, ConsoleClient

PAGE = Path(__file__).parents[3] / "docs" / "console.md"
WRITTEN = PAGE.read_text("utf-8").split("held by a test -->\n")[1].split("<!-- end")[0].strip()
LINES = re.findall(r"^\| `(\w+) (/\S*)` \| (\w+) \|$", WRITTEN, re.M)
PASSWORD = "une phrase assez longue"
OPEN = {("POST", f"{PREFIX}/login"), ("GET", f"{PREFIX}/openapi.json"), ("GET", "/console/login")}
"""All that takes no session: a route that forgets its guard is none of these."""


def test_the_table_is_the_one_of_the_routes(console: Console) -> None:
    assert role_table(console.application) == WRITTEN


def test_only_what_leads_in_is_open_to_strangers() -> None:
    assert {(method, path) for method, path, role in LINES if role == "nothing"} <= OPEN
    assert len(LINES) > 5


def test_every_route_has_one_method_and_a_role_or_is_known_to_be_open(console: Console) -> None:
    routes = [*page_routes(console.application), *api_routes(console.application)]
    for route in routes:
        if isinstance(route, Route):
            assert len((route.methods or set()) - {"HEAD"}) == 1, route.path
    assert sum(isinstance(r, Route) and role_of(r) is None for r in routes) == len(
        [line for line in LINES if line[2] == "nothing" and line[0] != "WS"]
    )


@pytest.fixture(scope="module")
def people(console: Console) -> dict[str, ConsoleClient]:
    return {role.value: signed_in(console, role) for role in Role}


def signed_in(console: Console, role: Role) -> ConsoleClient:
    """A browser of somebody new with that role."""
    staff = Staff(f"{role.value}-{uuid.uuid4().hex[:8]}", "Quelqu'un", role)
    console.application.accounts.add(staff, PASSWORD)
    browser = console.stranger()
    assert browser.sign_in(staff.id, PASSWORD).status_code == 200
    browser.params = {}
    return browser


def ask(browser: ConsoleClient, method: str, path: str, csrf: str | None = None) -> httpx.Response:
    """Asks with parameters nothing in the database answers to, so that nothing changes."""
    address = re.sub(r"\{[^}]*\}", "nothing-of-that-name", path)
    token = browser.csrf if csrf is None else csrf
    return browser.request(
        method, address, headers={"X-CSRF-Token": token}, json={} if method == "POST" else None
    )


HTTP_LINES = [line for line in LINES if line[0] != "WS" and line[2] != "nothing"]


@pytest.mark.parametrize(("method", "path", "needed"), HTTP_LINES)
def test_each_role_may_do_what_the_table_says(
    console: Console, people: dict[str, ConsoleClient], method: str, path: str, needed: str
) -> None:
    is_page = not path.startswith(PREFIX)
    stranger = ask(console.stranger(), method, path)
    if is_page:
        assert stranger.status_code == 303
        assert stranger.headers["location"].startswith("/console/login")
    else:
        assert (stranger.status_code, stranger.json()["error"]["code"]) == (401, "not_signed_in")
    for role in Role:
        ends_it = path.endswith("/logout")
        browser = signed_in(console, role) if ends_it else people[role.value]
        answer = ask(browser, method, path)
        if role.includes(Role(needed)):
            assert answer.status_code not in (401, 403, 405, 500), (role, answer.text)
        else:
            assert answer.status_code == 403, (role, answer.text)
            assert is_page or answer.json()["error"]["code"] == "role_missing"


@pytest.mark.parametrize(("method", "path", "needed"), HTTP_LINES)
def test_somebody_shut_out_may_do_nothing(
    console: Console, method: str, path: str, needed: str
) -> None:
    browser = signed_in(console, Role.SUPERVISOR)
    [who] = [browser.call("GET", "/session").json()["staff"]["id"]]
    console.application.accounts.disable(who)
    assert ask(browser, method, path).status_code == (401 if path.startswith(PREFIX) else 303)


@pytest.mark.parametrize(
    ("method", "path", "needed"), [line for line in HTTP_LINES if line[0] not in ("GET", "HEAD")]
)
def test_nothing_is_written_without_the_sessions_own_csrf_token(
    people: dict[str, ConsoleClient], method: str, path: str, needed: str
) -> None:
    admin, other = people["admin"], people["agent"]
    for token in ("", "wrong", other.csrf):
        answer = ask(admin, method, path, csrf=token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forged_request")
