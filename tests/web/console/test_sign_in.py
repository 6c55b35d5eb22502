"""Signing in and out in a browser's terms: cookies, CSRF, throttles, and where it leads."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from bot.support.accounts import DEMO_PASSWORD
from bot.support.staff import Role, Staff
from bot.web.console.access import COOKIE, SECURE_COOKIE
from bot.web.console.app import PREFIX
from bot.web.console.return_path import safe_next
from bot.web.security_headers import HEADERS, PAGE_POLICY

from .conftest import Console

PASSWORD = "une phrase assez longue"
LOGIN = f"{PREFIX}/login"


def error_of(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


@pytest.fixture
def newcomer(console: Console) -> str:
    """Somebody new on the staff."""
    staff = Staff(f"new-{uuid.uuid4().hex[:8]}", "Nouvelle", Role.AGENT)
    console.application.accounts.add(staff, PASSWORD)
    return staff.id


def test_signing_in_tells_who_one_is_and_opens_the_rest(console: Console) -> None:
    browser = console.stranger()
    assert browser.call("GET", "/session").status_code == 401
    answer = browser.sign_in("nora")
    assert answer.json()["staff"] == {"id": "nora", "name": "Nora", "role": "agent"}
    assert browser.call("GET", "/session").json() == answer.json()
    assert answer.headers["cache-control"] == "no-store"
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_the_cookie_is_for_our_server_alone(console: Console) -> None:
    cookie = SimpleCookie(console.stranger().sign_in("nora").headers["set-cookie"])[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "strict" and cookie["path"] == "/" and not cookie["domain"]
    assert int(cookie["max-age"]) == 12 * 3600


@pytest.mark.parametrize(
    ("name", "password"),
    [("nora", "wrong"), ("nobody", DEMO_PASSWORD), ("x" * 5000, "x"), ("", "")],
)
def test_whoever_may_not_sign_in_reads_the_same(console: Console, name: str, password: str) -> None:
    answer = console.stranger().sign_in(name, password)
    assert (answer.status_code, answer.json()) == (
        401,
        {
            "error": {
                "code": "login_refused",
                "message": "L'identifiant ou le mot de passe ne correspond pas.",
            }
        },
    )
    assert "set-cookie" not in answer.headers


def test_a_session_that_was_there_before_ends(console: Console) -> None:
    browser = console.client("nora")
    planted = browser.cookies[COOKIE]
    browser.sign_in("sam")
    assert browser.cookies[COOKIE] != planted
    old = console.stranger()
    old.cookies.set(COOKIE, planted)
    assert old.call("GET", "/session").status_code == 401


def test_signing_out_ends_the_session_on_the_server(console: Console) -> None:
    browser = console.client("nora")
    kept = browser.cookies[COOKIE]
    assert browser.call("POST", "/logout").status_code == 204
    assert COOKIE not in browser.cookies
    browser.cookies.set(COOKIE, kept)
    assert error_of(browser.call("GET", "/session")) == "not_signed_in"


def test_a_write_needs_the_token_of_its_own_session(console: Console) -> None:
    browser, other = console.client("nora"), console.client("nora")
    for token in ("", "guessed", other.csrf, "é"):
        answer = browser.call("POST", "/logout", headers={"X-CSRF-Token": token.encode()})
        assert (answer.status_code, error_of(answer)) == (403, "forged_request"), token
    assert browser.call("GET", "/session").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_write_or_sign_somebody_in(
    console: Console, headers: dict[str, str]
) -> None:
    browser = console.client("nora")
    assert error_of(browser.call("POST", "/logout", headers=headers)) == "forged_request"
    body = {"id": "sam", "password": DEMO_PASSWORD}
    signed_in = console.stranger().post(LOGIN, json=body, headers=headers)
    assert (signed_in.status_code, error_of(signed_in)) == (403, "forged_request")


def test_our_own_page_can(console: Console) -> None:
    browser = console.client("nora")
    for headers in ({"Origin": console.address}, {"Sec-Fetch-Site": "same-origin"}):
        assert browser.call("POST", "/logout", headers=headers).status_code in (204, 401)


def test_a_form_cannot_sign_anybody_in(console: Console) -> None:
    body = '{"id": "nora", "password": "demo-only-password"}'
    answer = console.stranger().post(LOGIN, content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body",
    [{}, {"id": "nora"}, {"id": 1, "password": "x"}, {"id": "a", "password": "b", "c": 1}, []],
)
def test_what_is_no_sign_in_is_refused(console: Console, body: object) -> None:
    assert console.stranger().post(LOGIN, json=body).status_code == 422


def test_sessions_end_at_once_when_the_account_changes(console: Console, newcomer: str) -> None:
    accounts = console.application.accounts
    for change in (
        lambda: accounts.change_role(newcomer, Role.SUPERVISOR),
        lambda: accounts.change_password(newcomer, PASSWORD),
        lambda: accounts.disable(newcomer),
    ):
        browser = console.stranger()
        assert browser.sign_in(newcomer, PASSWORD).status_code == 200
        change()
        assert browser.call("GET", "/session").status_code == 401
    assert error_of(console.stranger().sign_in(newcomer, PASSWORD)) == "login_refused"


def test_a_stranger_is_led_to_sign_in_and_back(console: Console) -> None:
    browser = console.stranger()
    for wanted, leads in {
        "/console": "/console/login",
        "/console/conversations/c_1": "/console/login?next=/console/conversations/c_1",
        "/console/nowhere?a=1&b=%C3%A9": "/console/login?next=/console/nowhere%3Fa%3D1%26b%3D%25C3%25A9",
        "/console//evil.example": "/console/login",
    }.items():
        answer = browser.get(wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, leads)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/console//evil.example",
        "/console/..//evil.example", "/console\\@evil.example", "/consoles", "/demo", "",
        "javascript:alert(1)", "/console/\n/evil", " /console/stats", "/console/login?next=/console/login",
        "/console@evil.example", "/console/%2e%2e/x", "/console?" + "a" * 600, "/console/a\n",
    ],
)  # fmt: skip
def test_nobody_is_led_anywhere_else(wanted: str) -> None:
    assert safe_next(wanted) == "/console"


@pytest.mark.parametrize(
    "wanted",
    [
        "/console",
        "/console/stats",
        "/console/conversations/c_A-b",
        "/console?state=waiting,human&q=%C3%A9t%C3%A9",
    ],
)
def test_pages_of_the_console_are_led_back_to(wanted: str) -> None:
    assert safe_next(wanted) == wanted


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """As it is run for good: no demo, its own keys, and few attempts."""
    folder: Path = tmp_path_factory.mktemp("production")
    running = Console(
        folder,
        ASSISTANT_DEMO="0",
        ASSISTANT_JWT_KEYS="k1:a secret of the marketplace with 32 characters or more",
        ASSISTANT_LIMIT_SIGN_IN_ACCOUNT="3/hour",
        ASSISTANT_LIMIT_SIGN_IN_ADDRESS="10/hour",
    )
    running.start()
    yield running
    running.stop()


def sign_in_from(console: Console, address: str, name: str, password: str) -> httpx.Response:
    headers = {"X-Forwarded-For": address}
    return httpx.post(
        f"{console.address}{LOGIN}", json={"id": name, "password": password}, headers=headers
    )


def test_outside_demo_mode_the_demo_staff_stays_outside(production: Console) -> None:
    answer = sign_in_from(production, "10.1.0.1", "admin", DEMO_PASSWORD)
    assert (answer.status_code, error_of(answer)) == (401, "login_refused")


def test_outside_demo_mode_the_cookie_travels_over_https_only(production: Console) -> None:
    production.application.accounts.add(Staff("marie", "Marie", Role.ADMIN), PASSWORD)
    answer = sign_in_from(production, "10.1.0.2", "marie", PASSWORD)
    cookie = SimpleCookie(answer.headers["set-cookie"])[SECURE_COOKIE]
    assert cookie["secure"] is True and cookie["httponly"] is True and cookie["path"] == "/"
    session = {"Cookie": f"{SECURE_COOKIE}={cookie.value}"}
    asked = httpx.get(f"{production.address}{PREFIX}/session", headers=session)
    assert asked.json()["staff"]["id"] == "marie"
    plain = {"Cookie": f"{COOKIE}={cookie.value}"}  # what a neighbouring host could have set
    assert httpx.get(f"{production.address}{PREFIX}/session", headers=plain).status_code == 401


def test_guessing_one_account_is_slowed_down_from_wherever_and_known_or_not(
    production: Console,
) -> None:
    production.application.accounts.add(Staff("paul", "Paul", Role.AGENT), PASSWORD)
    for name in ("paul", "unknown"):
        for number in range(3):
            answer = sign_in_from(production, f"10.2.0.{number}", name.upper(), "guess")
            assert answer.status_code == 401
        answer = sign_in_from(production, "10.2.1.1", name, PASSWORD)
        assert (answer.status_code, error_of(answer)) == (429, "too_many")
        assert 0 < int(answer.headers["retry-after"]) <= 3600


def test_guessing_from_one_address_is_slowed_down_whatever_the_name(production: Console) -> None:
    statuses = [
        sign_in_from(production, "10.3.0.1", f"name{number}", "guess").status_code
        for number in range(11)
    ]
    assert statuses == [401] * 10 + [429]


def test_a_session_ends_when_nobody_is_there(tmp_path: Path) -> None:
    console = Console(tmp_path, ASSISTANT_CONSOLE_IDLE_MINUTES="10")
    console.start()
    try:
        browser = console.client("nora")
        for _ in range(3):
            console.clock.move(timedelta(minutes=9))
            assert browser.get("/console/nowhere").status_code == 404  # somebody opens a page
        console.clock.move(timedelta(minutes=9))
        assert browser.call("GET", "/session").status_code == 200  # read by a page alone
        console.clock.move(timedelta(minutes=2))
        assert browser.call("GET", "/session").status_code == 401
    finally:
        console.stop()


def test_a_page_that_is_not_there_says_so_with_a_way_on(console: Console) -> None:
    page = console.client("nora").get("/console/nowhere")
    assert page.status_code == 404 and page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'href="/console"' in page.text and "pas trouvé" in page.text
    assert page.headers["content-security-policy"] == PAGE_POLICY
    assert page.headers["cache-control"] == "no-store"
