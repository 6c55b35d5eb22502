"""The description and the API say the same; and what is sent at random never breaks it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from bot.errors import AssistantError
from bot.services.intake import kept_text
from bot.support.conversations import (
    MAX_MESSAGE_LENGTH,
    Author,
    ButtonState,
    ConversationState,
)
from bot.support.feedback import MAX_COMMENT, MAX_STARS, MIN_STARS, ThumbValue
from bot.web.refusals import REFUSALS, SENTENCES, refusal_of
from bot.web.site.app import PREFIX
from tests.web.conftest import DOCUMENT, SiteClient, resolved

SCHEMAS = DOCUMENT["components"]["schemas"]


def body_of(path: str) -> dict[str, Any]:
    return dict(DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"])


@pytest.mark.model
def test_the_description_describes_the_routes(client: SiteClient) -> None:
    app = client.server.app
    site = next(route.app for route in app.routes if getattr(route, "path", "") == PREFIX)
    served = {
        (re.sub(r":\w+", "", route.path), method.lower())
        for route in site.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD"
    }
    described = {
        (path, method)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert served - {("/openapi.json", "get")} == described


@pytest.mark.model
def test_the_description_is_served_to_anybody(client: SiteClient) -> None:
    answer = httpx.get(f"{client.server.address}{PREFIX}/openapi.json")
    assert answer.json() == DOCUMENT
    assert answer.headers["content-type"] == "application/json"


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(DOCUMENT)):
        assert resolved({"$ref": reference})
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_every_example_fits_its_schema() -> None:
    checked = 0
    for operations in DOCUMENT["paths"].values():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            contents = [resolved(answer)["content"] for answer in operation["responses"].values()]
            contents.append(operation.get("requestBody", {}).get("content", {}))
            for content in contents:
                for media in content.values():
                    examples = [e["value"] for e in media.get("examples", {}).values()]
                    examples += [media["example"]] if "example" in media else []
                    assert examples, operation["operationId"]
                    for example in examples:
                        checked += 1
                        Draft202012Validator({**DOCUMENT, **media["schema"]}).validate(example)
    assert checked > 40


@pytest.mark.parametrize(
    ("described", "enum"),
    [
        (SCHEMAS["State"]["enum"], ConversationState),
        (SCHEMAS["Message"]["properties"]["author"]["enum"], Author),
        (SCHEMAS["Button"]["properties"]["state"]["enum"], ButtonState),
        ([v for v in SCHEMAS["Message"]["properties"]["thumb"]["enum"] if v], ThumbValue),
    ],
)
def test_the_description_has_every_value(described: list[str], enum: Any) -> None:
    assert described == [member.value for member in enum]


def test_the_description_has_our_limits() -> None:
    assert SCHEMAS["NewText"]["properties"]["text"]["maxLength"] == MAX_MESSAGE_LENGTH
    rating = body_of("/conversations/{conversation}/rating")["schema"]["properties"]
    assert rating["comment"]["maxLength"] == MAX_COMMENT
    assert (rating["stars"]["minimum"], rating["stars"]["maximum"]) == (MIN_STARS, MAX_STARS)


def test_every_refusal_has_a_sentence_in_the_description() -> None:
    codes = SCHEMAS["Error"]["properties"]["error"]["properties"]["code"]["enum"]
    assert sorted(codes) == sorted(SENTENCES)
    assert {code for _, code in REFUSALS.values()} <= set(codes)
    assert refusal_of(AssistantError("anything else")) == (500, "internal")


def test_a_text_is_visible_for_the_description_when_something_of_it_is_kept() -> None:
    visible = re.compile(SCHEMAS["NewText"]["properties"]["text"]["pattern"])
    characters = map(chr, [*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200)])
    wrong = [hex(ord(c)) for c in characters if bool(visible.search(c)) != bool(kept_text(c))]
    assert wrong == []


@pytest.mark.model
@pytest.mark.timeout(600)
def test_nothing_sent_at_random_breaks_it_or_gets_an_undocumented_answer(
    client: SiteClient, tmp_path: Path
) -> None:
    client.asks("mon client ne répond plus")
    token = client.server.application.tokens.issue(client.seller.id, timedelta(days=1))
    real = f'"path.conversation" = "{client.conversation}"\n"path.number" = 2\n'
    (tmp_path / "schemathesis.toml").write_text(f"[parameters]\n{real}", "utf-8")
    base = f"{client.server.address}{PREFIX}"
    schemathesis = str(Path(sys.executable).with_name("schemathesis"))
    done = subprocess.run(
        [
            schemathesis, "run", f"{base}/openapi.json", "--url", base,
            "--header", f"Authorization: Bearer {token}",
            "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "25",
            "--seed", "20261124", "--continue-on-failure", "--no-color",
        ],
        capture_output=True, text=True, cwd=tmp_path, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr
    tested = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", done.stdout)
    assert tested and tested[1] == tested[2] == str(
        sum(len(found.keys() - {"parameters"}) for found in DOCUMENT["paths"].values())
    )
