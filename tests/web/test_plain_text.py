"""Text stays text: what looks like markup comes back as the same characters, in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.services.intake import kept_text
from bot.web.site.app import PREFIX
from tests.web.conftest import HTTP, SiteClient

pytestmark = pytest.mark.model

CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><iframe srcdoc='<script>alert(1)</script>'>",
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "<a href=\"javascript:alert(1)\">ici</a>",
    "javascript:alert(document.cookie)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "https://example.com/\"onmouseover=\"alert(1)",
    "<math><mtext></p><style><img src onerror=alert(1)></style>",
    "<template><script>alert(1)</script></template>",
    "{{constructor.constructor('alert(1)')()}}",
    "{number.__class__.__mro__}",
    "${alert(1)}",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<b onclick=alert(1)>prolonge</b> ma commande",
    "]]><script>alert(1)</script>",
    "<!--<img src=--><img src=x onerror=alert(1)>",
    "texte \u202egnp.exe et \u0000 fin",
    "\u2028alert(1)\u2029",
)  # fmt: skip


def as_sent(client: SiteClient, path: str) -> Any:
    """An answer as it travels, after checking that no browser reads it as anything but JSON."""
    headers = {"Authorization": f"Bearer {client.token}"}
    answer = HTTP.get(f"{client.server.address}{PREFIX}{path}", headers=headers)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    return answer.json()


@pytest.mark.parametrize("text", CORPUS)
def test_a_sellers_text_comes_back_as_the_text_it_was(client: SiteClient, text: str) -> None:
    stream = client.stream()
    sent = client.send(text)
    client.answered(1)
    [first, *answers] = as_sent(client, f"{client.path}/messages")["messages"]
    assert first["text"] == sent["text"] == kept_text(text)
    assert stream.until_answered(1)[0]["text"] == kept_text(text)
    for answer in answers:  # nothing typed is echoed by the assistant
        assert "alert(1)" not in answer["text"] and "__class__" not in answer["text"]
    preview = as_sent(client, "/conversations")["conversations"][0]["preview"]
    assert answers[-1]["text"].startswith(preview)


@pytest.mark.parametrize("title", CORPUS[:8])
def test_an_orders_title_comes_back_as_the_text_it_was(client: SiteClient, title: str) -> None:
    order = client.seller.has_order(title=title, buyer_name=f"Client {title}")
    other = client.seller.has_order(title="Logo")
    [asked] = client.asks(f"prolonge {order.number} de 3 jours, je déménage")
    assert title in asked["text"]
    [listed] = client.asks("où en sont toutes mes commandes ?")[:1]
    titles = {button["title"] for button in listed["buttons"]}
    assert titles == {f"{title} ({order.number})", f"Logo ({other.number})"}
    raw = json.dumps(client.messages())
    assert json.loads(raw) == client.messages()
