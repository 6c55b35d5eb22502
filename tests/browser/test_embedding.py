"""On any page: one line, small, lazy, untouched by the page's own styles, and never HTML."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.another_site import AnotherSite
from tests.conversations.conftest import Seller

pytestmark = pytest.mark.model

WIDGET = Path(__file__).resolve().parents[2] / "bot" / "web" / "static" / "widget"
QUESTION = "mon client ne répond plus"
LARGEST = 60 * 1024


def test_it_is_small_over_the_wire() -> None:
    files = sorted(WIDGET.rglob("*.js"))
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in files}
    assert len(files) > 10
    assert sum(sizes.values()) <= LARGEST, sizes


def test_it_is_compressed_and_lazy(visit: Callable[..., Any]) -> None:
    seen = visit()
    compressed: list[str | None] = []
    seen.page.on(
        "response",
        lambda answer: (
            compressed.append(answer.headers.get("content-encoding"))
            if "/widget/" in answer.url
            else None
        ),
    )
    seen.arrive()
    expect(seen.launcher).to_be_visible()
    seen.page.wait_for_load_state("networkidle")
    early = {path for path in seen.paths if "/widget/" in path}
    assert not any("/logic/" in path or "panel" in path for path in early), early
    assert not any(path.startswith("/api/") or path == "/demo/token" for path in seen.paths)
    assert (
        sum(len(gzip.compress((WIDGET.parents[1] / p.lstrip("/")).read_bytes())) for p in early)
        < 8192
    )
    seen.open()
    assert any("/logic/" in path for path in seen.paths)
    assert any(encoding in ("gzip", "br", "zstd") for encoding in compressed)


def test_a_seller_it_knows_hears_news_without_opening(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say(QUESTION)
    with seen.page.expect_websocket():
        seen.page.reload()
    expect(seen.launcher).to_be_visible()
    expect(seen.panel).to_have_count(0)


HOSTILE = """
* { all: unset !important; display: none !important; color: red !important; }
html { display: block !important; font-size: 3px !important; }
body { transform: rotate(12deg) scale(.4) !important; filter: blur(6px) !important; opacity: .1 !important;
  display: block !important; font: 40px fantasy !important; direction: rtl !important; letter-spacing: 1em !important;
  text-transform: uppercase !important; cursor: none !important; pointer-events: none !important; }
seller-assistant, body > * { display: none !important; position: absolute !important; left: -9999px !important;
  visibility: hidden !important; opacity: 0 !important; transform: scale(0) !important; z-index: -1 !important;
  clip-path: inset(50%) !important; zoom: 3 !important; content-visibility: hidden !important;
  animation: gone 1s infinite !important; contain: strict !important; mix-blend-mode: difference !important; }
:root, seller-assistant { --accent: red; --surface: red; --text: red; --line: red; --radius: 0; --font: fantasy; }
button, textarea, a, p { display: none !important; font-size: 1px !important; }
@keyframes gone { to { opacity: 0; } }
"""
LOOK = """host => [host, ...host.shadowRoot.querySelectorAll('*')].map(one => {
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return [one.tagName + '.' + one.getAttribute('class'),
    ...['x', 'y', 'width', 'height'].map(side => Math.round(box[side] * 10) / 10),
    ...[...style].filter(name => !name.startsWith('--')).map(name => name + ':' + style[name])];
})"""


def look(seen: Any, css: str) -> tuple[list[list[Any]], bytes]:
    """Everything computed of everything in the widget, and a picture of its middle."""
    seen.page.route(
        re.compile("demo.css$"), lambda route: route.fulfill(body=css, content_type="text/css")
    )
    seen.arrive()
    seen.page.locator("seller-assistant").evaluate("host => host.open()")
    expect(seen.panel.locator(".suggestion").first).to_be_visible()
    expect(seen.field).to_be_focused()
    found = seen.page.locator("seller-assistant").evaluate(LOOK)
    box = seen.panel.bounding_box()
    clip = {
        "x": box["x"] + 20,
        "y": box["y"] + 20,
        "width": box["width"] - 40,
        "height": box["height"] - 100,
    }
    return found, seen.page.screenshot(clip=clip)


def test_a_hostile_stylesheet_changes_nothing(visit: Callable[..., Any]) -> None:
    calm, picture = look(visit(), "")
    seen = visit()
    hostile, changed = look(seen, HOSTILE)
    assert seen.page.evaluate("() => getComputedStyle(document.body).opacity") == "0.1"
    different = [
        (one[0], set(one[1:]) ^ set(other[1:])) for one, other in zip(calm, hostile) if one != other
    ]
    assert different == []
    assert len(calm) == len(hostile) > 30
    assert picture == changed


def test_the_page_sets_its_colours_by_variables(visit: Callable[..., Any]) -> None:
    seen = visit()
    css = "seller-assistant { --assistant-accent: #7a1f5c; --assistant-gap: 40px; }"
    seen.page.route(
        re.compile("demo.css$"), lambda route: route.fulfill(body=css, content_type="text/css")
    )
    seen.arrive()
    expect(seen.launcher).to_have_css("background-color", "rgb(122, 31, 92)")
    box = seen.launcher.bounding_box()
    assert 1280 - box["x"] - box["width"] == 40


def test_another_site_embeds_it_with_one_line(
    visit: Callable[..., Any], another_site: AnotherSite
) -> None:
    seen = visit(may_ask={another_site.origin})
    seen.page.goto(f"{another_site.origin}/?seller={seen.seller.id}")
    seen.open()
    seen.say(QUESTION)
    seen.say("c'est quoi mon taux ?")
    assert any(path.endswith("/stream") for path in seen.paths)


def test_a_page_may_place_it_itself(visit: Callable[..., Any], another_site: AnotherSite) -> None:
    seen = visit(may_ask={another_site.origin})
    seen.page.goto(f"{another_site.origin}/by-hand?seller={seen.seller.id}")
    seen.open()
    assert seen.launcher.bounding_box()["x"] < 100
    expect(seen.panel).to_have_css("background-color", "rgb(19, 25, 23)")
    seen.say(QUESTION)


def test_a_site_that_is_not_on_the_list_gets_nothing(
    visit: Callable[..., Any], another_site: AnotherSite
) -> None:
    stranger = another_site.origin.replace("127.0.0.1", "localhost")
    seen = visit(may_ask={another_site.origin, stranger})
    seen.expects_errors = True
    seen.page.goto(f"{stranger}/?seller={seen.seller.id}")
    seen.open()
    expect(seen.panel.locator(".banner")).to_be_visible()
    expect(seen.panel.locator(".suggestion")).to_have_count(0)
    assert seen.stored() == []


PAYLOADS = [
    "<img src=x onerror=\"window.hacked='img'\">",
    "<script>window.hacked='script'</script>",
    "<svg onload=\"window.hacked='svg'\"></svg>",
    '"><iframe srcdoc="<script>parent.hacked=\'frame\'</script>"></iframe>',
    "<a href=\"javascript:window.hacked='link'\">ici</a>",
    "javascript:window.hacked='url'",
    "https://a.example/\"onmouseover=\"window.hacked='attribute'",
    "{{7*7}} ${window.hacked='template'} <%= 1 %>",
    "<style>*{display:none}</style>",
    "&lt;img src=x onerror=window.hacked='entity'&gt;",
    "<math><mtext><table><mglyph><style><img src=x onerror=\"window.hacked='mxss'\">",
    "\u202e<img src=x onerror=window.hacked='rtl'>\u202c",
]


def nothing_ran(page: Page) -> None:
    assert page.evaluate("() => window.hacked") is None
    inside = page.locator("seller-assistant").evaluate(
        "host => [...host.shadowRoot.querySelectorAll("
        "'script, style, img, iframe, object, embed, math, base, form[action],"
        ' a:not([href^="http"]), [onerror], [onload], [onmouseover], [srcdoc]\')]'
        ".map(one => one.outerHTML)"
    )
    assert inside == []


def test_text_of_the_seller_is_text(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    for number, payload in enumerate(PAYLOADS):
        seen.write(payload)
        expect(seen.by("seller")).to_have_count(number + 1)
    expect(seen.panel.locator(".is-waiting")).to_have_count(0)
    seen.page.reload()
    seen.open()
    expect(seen.by("seller")).to_have_count(len(PAYLOADS))
    for link in seen.panel.get_by_role("link").all():
        link.hover()
    nothing_ran(seen.page)
    written = [text.rstrip("\n") for author, text in seen.stored() if author == "seller"]
    bubbles = seen.by("seller").locator(".bubble").all_text_contents()
    assert [re.sub(r" \(nouvelle fenêtre\)", "", text).rstrip("\n") for text in bubbles] == written


@pytest.mark.parametrize("payload", PAYLOADS)
def test_titles_names_and_reasons_are_text(visit: Callable[..., Any], payload: str) -> None:
    seen = visit()
    order = seen.seller.has_order(title=f"Logo {payload}", buyer_name=payload)
    seen.arrive()
    expect(seen.page.get_by_role("heading", name="Logo")).to_have_text(f"Logo {payload}")
    seen.open()
    status = seen.say("où en sont mes commandes ?")
    expect(status).to_contain_text("Logo")
    seen.say(f"prolonge la {order.number} de 3 jours")
    seen.say(f"parce que {payload}")
    nothing_ran(seen.page)
    assert seen.page.locator("main script, main img, main iframe").count() == 0


def test_text_of_agents_and_choices_is_text(visit: Callable[..., Any]) -> None:
    """What only the server writes: authors, names and titles of choices, for every payload."""
    seen = visit()
    messages = [
        {
            "number": number,
            "author": ("bot", "agent", "system")[number % 3],
            "text": payload,
            "created_at": "2026-01-05T10:00:00.000Z",
            "client_id": None,
            "buttons": [{"title": payload, "token": f"t{number}", "state": "open"}],
            "response": payload,
            "answer": True,
            "thumb": None,
            "agent_name": payload,
        }
        for number, payload in enumerate(PAYLOADS, 1)
    ]
    begun = Seller(seen.server, seen.seller.id)
    begun.post("bonjour")
    page = {"messages": messages, "updates": [], "typing": False}

    def answer(route: Any) -> None:
        conversation = route.request.url.split("/")[-2]
        progress = {"id": conversation, "state": "human", "last_number": len(messages)}
        route.fulfill(
            body=json.dumps({**page, "conversation": progress}), content_type="application/json"
        )

    seen.page.route(re.compile(r"/messages\?after="), answer)
    seen.page.route_web_socket(re.compile("/stream$"), lambda client: client.close(code=1008))
    seen.arrive().open()
    expect(seen.panel.locator(".message")).to_have_count(len(PAYLOADS))
    nothing_ran(seen.page)


def test_the_page_s_policy_is_as_strict_as_it_says(visit: Callable[..., Any]) -> None:
    seen = visit()
    answer = seen.page.goto(seen.server.address + "/demo")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    seen.open()
    seen.say(QUESTION)
