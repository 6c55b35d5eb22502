"""The description and the console's JSON say the same; what is sent at random breaks nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from bot.support.canned_replies import VARIABLES
from bot.support.conversations import (
    MAX_MESSAGE_LENGTH,
    Author,
    ButtonState,
    ConversationState,
    EffectState,
    EscalationReason,
)
from bot.support.desk import MAX_NOTE_LENGTH, Outcome, Source
from bot.support.staff import Role, Staff
from bot.support.triage import LEVELS
from bot.web.console.access import COOKIE
from bot.web.console.app import PREFIX, api_routes
from bot.web.console.refusals import REFUSALS, SENTENCES

from .conftest import DOCUMENT, Console, resolved

SCHEMAS = DOCUMENT["components"]["schemas"]
SENT_AT_RANDOM = ("/logout",)
"""What would end the session that is tried with; tests/web/console/test_sign_in.py has it."""


def test_the_description_describes_the_routes(console: Console) -> None:
    served = {
        (route.path, method.lower())
        for route in api_routes(console.application)
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


def test_the_description_is_served_to_anybody(console: Console) -> None:
    answer = httpx.get(f"{console.address}{PREFIX}/openapi.json")
    scheme = {"type": "apiKey", "in": "cookie", "name": COOKIE}  # in demo mode
    served = answer.json()
    assert served["components"]["securitySchemes"].pop("session").items() >= scheme.items()
    assert {**served["components"], "securitySchemes": None} == {
        **DOCUMENT["components"],
        "securitySchemes": None,
    }
    assert served["paths"] == DOCUMENT["paths"]


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
            contents = [
                resolved(answer).get("content", {}) for answer in operation["responses"].values()
            ]
            contents.append(operation.get("requestBody", {}).get("content", {}))
            for content in contents:
                for media in content.values():
                    checked += 1
                    Draft202012Validator({**DOCUMENT, **media["schema"]}).validate(media["example"])
    assert checked > 150


@pytest.mark.parametrize(
    ("described", "values"),
    [
        (SCHEMAS["State"]["enum"], [one.value for one in ConversationState]),
        (SCHEMAS["Reason"]["enum"], [one.value for one in EscalationReason]),
        (SCHEMAS["Outcome"]["enum"], [one.value for one in Outcome]),
        (SCHEMAS["Level"]["enum"], list(LEVELS)),
        (SCHEMAS["Role"]["enum"], [one.value for one in Role]),
        (SCHEMAS["Author"]["enum"], [one.value for one in Author]),
        (SCHEMAS["Case"]["properties"]["source"]["enum"], [one.value for one in Source]),
        (SCHEMAS["Message"]["properties"]["buttons"]["items"]["properties"]["state"]["enum"], [one.value for one in ButtonState]),
        (SCHEMAS["CaseFile"]["properties"]["actions"]["items"]["properties"]["state"]["enum"], [one.value for one in EffectState]),
        (SCHEMAS["Error"]["properties"]["error"]["properties"]["code"]["enum"], sorted(SENTENCES)),
    ],
)  # fmt: skip
def test_the_description_has_every_value(described: list[str], values: list[str]) -> None:
    assert described == values


def test_every_refusal_has_a_sentence() -> None:
    assert {code for _, code in REFUSALS.values()} <= SENTENCES.keys()


def test_the_description_has_our_limits() -> None:
    def text_of(path: str) -> dict[str, Any]:
        body = DOCUMENT["paths"][f"/conversations/{{conversation}}/{path}"]["post"]["requestBody"]
        return dict(body["content"]["application/json"]["schema"]["properties"]["text"])

    assert text_of("reply")["maxLength"] == MAX_MESSAGE_LENGTH
    assert text_of("notes")["maxLength"] == MAX_NOTE_LENGTH
    assert len(VARIABLES) > 3


@pytest.mark.timeout(600)
def test_nothing_sent_at_random_breaks_it_or_gets_an_undocumented_answer(
    console: Console, tmp_path: Path
) -> None:
    one = console.waiting("où en est ma commande ?")
    console.application.accounts.add(Staff("tried", "Essai", Role.AGENT), "une phrase assez longue")
    admin = console.client("admin")
    admin.call("POST", f"/conversations/{one}/claim")
    settings = f"""
[auth.openapi.session]
api_key = "{admin.cookies[COOKIE]}"

[parameters]
"path.conversation" = "{one}"
"query.conversation" = "{one}"
"path.account" = "tried"
"path.answer" = "faq_community_forum"

# What only the server knows is refused with 422, though it has the right shape: a cursor of
# another queue, a period that ends before it begins, a moment that is past, a topic or an answer that does not exist.
[[operations]]
include-name = ["POST /review/decide", "GET /queue", "GET /queue.csv", "GET /stats", "GET /stats/{{table}}.csv", "POST /conversations/{{conversation}}/snooze", "POST /conversations/{{conversation}}/topic", "POST /conversations/{{conversation}}/suggestions/dismiss", "POST /conversations/{{conversation}}/reply"]
checks.positive_data_acceptance.enabled = false
"""
    (tmp_path / "schemathesis.toml").write_text(settings, "utf-8")
    base = f"{console.address}{PREFIX}"
    schemathesis = str(Path(sys.executable).with_name("schemathesis"))
    done = subprocess.run(
        [
            schemathesis, "run", f"{base}/openapi.json", "--url", base,
            "--header", f"X-CSRF-Token: {admin.csrf}",
            "--exclude-path", *SENT_AT_RANDOM,
            "--phases", "examples,coverage,fuzzing", "--max-examples", "10",
            "--seed", "20261124", "--continue-on-failure", "--no-color",
        ],
        capture_output=True, text=True, cwd=tmp_path, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-9_000:] + done.stderr
    tested = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", done.stdout)
    assert tested and tested[1] == tested[2] == str(
        sum(len(found.keys() - {"parameters"}) for found in DOCUMENT["paths"].values())
        - len(SENT_AT_RANDOM)
    )
