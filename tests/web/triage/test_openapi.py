"""The description and the API say the same; and what is sent at random never breaks it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.errors import AssistantError
from bot.language.normalisation import strip_command
from bot.language.redaction import MASKS
from bot.services.ticket_reading import MAX_SUBJECT_LENGTH, MAX_TICKET_LENGTH
from bot.support.conversations import MAX_MESSAGE_LENGTH, ConversationState
from bot.support.triage import HIGHEST_SCORE, LEVELS
from bot.web.triage.access import REFUSALS, SENTENCES, refusal_of
from bot.web.triage.app import LARGEST_BODY, PATH
from bot.web.triage.fields import MOST_TICKETS
from tests.web.triage.conftest import DOCUMENT, KEY, TriageServer

SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATION = DOCUMENT["paths"][PATH]["post"]


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)):
        Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_example_fits_its_schema() -> None:
    contents = [answer["content"] for answer in OPERATION["responses"].values()]
    for content in [*contents, OPERATION["requestBody"]["content"]]:
        media = content["application/json"]
        examples = [e["value"] for e in media.get("examples", {}).values()]
        examples += [media["example"]] if "example" in media else []
        assert examples
        for example in examples:
            Draft202012Validator({**DOCUMENT, **media["schema"]}).validate(example)


def test_the_description_has_our_values_and_limits() -> None:
    fields, found = SCHEMAS["TicketToRead"]["properties"], SCHEMAS["Assessment"]["properties"]
    assert fields["text"]["maxLength"] == MAX_TICKET_LENGTH
    assert fields["subject"]["maxLength"] == MAX_SUBJECT_LENGTH
    assert fields.keys() == SCHEMAS["TicketToOpen"]["properties"].keys()
    assert SCHEMAS["Batch"]["properties"]["tickets"]["maxItems"] == MOST_TICKETS
    assert found["said"]["maxLength"] == MAX_MESSAGE_LENGTH
    assert found["personal_data"]["items"]["enum"] == list(MASKS)
    urgency = SCHEMAS["Urgency"]["properties"]
    assert urgency["level"]["enum"] == list(LEVELS)
    assert urgency["score"]["maximum"] == HIGHEST_SCORE
    states = SCHEMAS["Conversation"]["properties"]["state"]["enum"]
    assert states == [state.value for state in ConversationState]
    assert f"{LARGEST_BODY // 1024**2} MiB" in OPERATION["responses"]["413"]["description"]


def test_every_refusal_has_a_sentence_in_the_description() -> None:
    assert SCHEMAS["Problem"]["properties"]["code"]["enum"] == sorted(SENTENCES)
    assert {code for _, code in REFUSALS.values()} <= set(SENTENCES)
    assert refusal_of(AssistantError("anything else")) == (500, "internal")


def test_a_text_is_visible_for_the_description_when_something_of_it_can_be_read() -> None:
    visible = re.compile(SCHEMAS["TicketToRead"]["properties"]["text"]["pattern"])
    characters = map(chr, [*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200)])
    wrong = [hex(ord(c)) for c in characters if bool(visible.search(c)) != bool(strip_command(c))]
    assert wrong == []


@pytest.mark.timeout(600)
def test_nothing_sent_at_random_breaks_it_or_gets_an_undocumented_answer(
    server: TriageServer, tmp_path: Path
) -> None:
    schemathesis = str(Path(sys.executable).with_name("schemathesis"))
    command: list[Any] = [
        schemathesis, "run", f"{server.address}{PATH}/openapi.json", "--url", server.address,
        "--header", f"Authorization: Bearer {KEY}",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "60",
        "--seed", "20261124", "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=500)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr
    tested = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", done.stdout)
    assert tested and tested[1] == tested[2] == "1"
