"""The demo dashboard: a page that carries the widget, for whichever demo seller is chosen."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import brotli
import httpx
import jwt
import pytest

from bot.adapters.demo_orders import SELLERS, seed
from bot.cli import welcome
from bot.web.demo import COOKIE
from bot.web.security_headers import PAGE_POLICY
from bot.web.static_files import FOLDER
from tests.conversations.conftest import Server

pytestmark = pytest.mark.model

WIDGET = next(FOLDER.rglob("widget.js"), FOLDER / "widget.js")
ADDRESS = f"/static/{WIDGET.relative_to(FOLDER).as_posix()}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("demo"))
    seed(running.marketplace, running.clock.now())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def browser(demo: Server) -> Iterator[httpx.Client]:
    """Somebody with cookies."""
    with httpx.Client(base_url=demo.address, follow_redirects=True) as client:
        yield client


def seller_of_token(browser: httpx.Client) -> str:
    token = browser.get("/demo/token").json()["token"]
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


@pytest.mark.parametrize("path", ["/", "/demo"])
def test_the_dashboard_shows_the_sellers_orders(browser: httpx.Client, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    for shown in ("FO21B8A4C9", "Logo pour une boulangerie", "Julie Martin", "En retard"):
        assert shown in page.text
    assert "Montage vidéo de mariage" not in page.text  # is Karim's
    assert ADDRESS in page.text and "/demo/token" in page.text


def test_another_seller_is_chosen_and_kept(browser: httpx.Client) -> None:
    assert seller_of_token(browser) == "lea"
    page = browser.post("/demo/seller", data={"seller": "karim"})
    assert page.status_code == 200
    assert "Montage vidéo de mariage" in page.text and "boulangerie" not in page.text
    assert seller_of_token(browser) == "karim"
    assert "Montage vidéo de mariage" in browser.get("/").text


def test_every_demo_seller_has_a_page(browser: httpx.Client) -> None:
    for seller, name in SELLERS.items():
        assert name in browser.post("/demo/seller", data={"seller": seller}).text
        assert seller_of_token(browser) == seller


@pytest.mark.parametrize("seller", ["victim", "", "lea\n", "léa"])
def test_nobody_else_can_be_chosen(browser: httpx.Client, seller: str) -> None:
    assert browser.post("/demo/seller", data={"seller": seller}).status_code == 404
    browser.cookies.set(COOKIE, "victim")
    assert seller_of_token(browser) == "lea"


def test_the_demo_token_opens_the_site_api_and_is_short_lived(
    demo: Server, browser: httpx.Client
) -> None:
    answer = browser.get("/demo/token")
    token = answer.json()["token"]
    assert answer.headers["cache-control"] == "no-store"
    session = browser.get("/api/site/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert session.json()["seller"] == {"id": "lea", "name": "Léa"}
    left = demo.application.tokens.identify(token).expires_at - demo.clock.now()
    assert 0 < left.total_seconds() <= 300


def test_other_sites_cannot_read_the_token(browser: httpx.Client) -> None:
    answer = browser.get("/demo/token", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    chosen = browser.post("/demo/seller", data={"seller": "awa"}, follow_redirects=False)
    assert "samesite=strict" in chosen.headers["set-cookie"].lower()
    assert "httponly" in chosen.headers["set-cookie"].lower()


def test_the_page_keeps_its_own_strict_policy(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert page.headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY and "*" not in PAGE_POLICY and "http" not in PAGE_POLICY
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)  # nothing inline
    assert not re.search(r"<style|\sstyle=|\son\w+=", page.text)
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", page.text)  # nobody else


def test_a_title_is_text_on_the_page_too(demo: Server, browser: httpx.Client) -> None:
    order = demo.marketplace.order("karim", "FO3WA1T1NG")
    demo.marketplace.save(
        replace(order, number="FOXSS00001", title="<img src=x onerror=alert(1)>", extension=None)
    )
    page = browser.post("/demo/seller", data={"seller": "karim"}).text
    assert "FOXSS00001" in page
    assert "<img src=x" not in page and "&lt;img src=x onerror=alert(1)&gt;" in page


def test_static_files_have_their_type_and_may_be_embedded(browser: httpx.Client) -> None:
    answer = browser.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    for sheet in FOLDER.rglob("*.css"):
        found = browser.get(f"/static/{sheet.relative_to(FOLDER).as_posix()}")
        assert found.headers["content-type"].startswith("text/css")


def test_static_files_are_compressed_and_revalidated(demo: Server) -> None:
    file = max(FOLDER.rglob("*.js"), key=lambda path: path.stat().st_size)
    url = f"{demo.address}/static/{file.relative_to(FOLDER).as_posix()}"
    readers = {
        "br": brotli.decompress,
        "gzip": lambda raw: zlib.decompress(raw, wbits=31),
        "identity": bytes,
    }
    for encoding, read in readers.items():
        with httpx.stream("GET", url, headers={"Accept-Encoding": encoding}) as answer:
            assert answer.headers.get("content-encoding", "identity") == encoding
            assert "accept-encoding" in answer.headers.get("vary", "accept-encoding").lower()
            assert read(b"".join(answer.iter_raw())) == file.read_bytes()
            etag = answer.headers["etag"]
            assert answer.headers["cache-control"] == "no-cache"
    again = httpx.get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "nothing.js", ""])  # fmt: skip
def test_nothing_else_is_served(browser: httpx.Client, path: str) -> None:
    assert browser.get(f"/static/{path}").status_code == 404


def test_make_run_says_where_it_is() -> None:
    assert "http://127.0.0.1:8000/\n" in welcome("http://127.0.0.1:8000")
