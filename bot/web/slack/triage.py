"""Triage in Slack: the window that says what a pasted ticket is about, and puts it in the queue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, PlainTextObject
from slack_sdk.models.views import View

from bot.language import phrasing
from bot.services.staff_answers import ApprovedAnswer
from bot.services.triage import Assessment
from bot.web.slack.answers import answer_blocks
from bot.web.slack.blocks import context, section, text_input
from bot.web.slack.words import Markup, Words

SHORTCUT = "triage_message"
SUBMITTED = "triage_open"
LONGEST_INPUT = 3000
LONGEST_SELLER = 128


def assessment_blocks(
    words: Words, found: Assessment, answers: Sequence[ApprovedAnswer]
) -> list[Block]:
    """Returns what triage makes of a ticket; ``answers`` are those it suggests."""
    confidence = phrasing.percent(round(found.topic.confidence, 2))
    level = words.level(found.urgency.level)
    topic = words.say(
        "slack_triage_topic", topic=found.topic.title, confidence=confidence, level=level
    )
    blocks: list[Block] = [section(topic)]
    if found.second_topic is not None:
        blocks.append(section(words.say("slack_triage_second", topics=found.second_topic.title)))
    if found.reading.order_numbers:
        numbers = ", ".join(found.reading.order_numbers)
        blocks.append(section(words.say("slack_triage_orders", numbers=numbers)))
    if found.urgency.why:
        blocks.append(section(words.say("slack_triage_why", why=_list(words, found.urgency.why))))
    if found.human:
        blocks.append(section(words.say("slack_triage_human", why=_list(words, found.human))))
    elif answers:
        blocks.append(section(words.say("slack_triage_no_human")))
    if answers:
        blocks.append(section(words.say("slack_triage_suggestions")))
        blocks += answer_blocks(words, answers)
    if found.runners_up:
        others = ", ".join(guess.title for guess in found.runners_up)
        blocks.append(context(words.say("slack_triage_others", topics=others)))
    return blocks


def triage_view(
    words: Words,
    found: Assessment | None,
    answers: Sequence[ApprovedAnswer],
    text: str,
    reference: str,
    *,
    may_open: bool,
) -> dict[str, Any]:
    """Returns the window; None where there was nothing to read.

    With ``may_open`` it has the fields to put the ticket into the queue under ``reference``.
    """
    blocks: list[Block] = [section(words.say("slack_triage_nothing"))]
    if found is not None:
        blocks = assessment_blocks(words, found, answers)
    may_open = may_open and found is not None
    if may_open:
        blocks += _fields(words, text)
    shown: dict[str, Any] = View(
        type="modal",
        callback_id=SUBMITTED,
        title=PlainTextObject(text=words.say("slack_triage_title")),
        close=PlainTextObject(text=words.say("slack_triage_close")),
        submit=PlainTextObject(text=words.say("slack_triage_submit")) if may_open else None,
        private_metadata=json.dumps({"reference": reference}),
        blocks=blocks,
    ).to_dict()
    return shown


def submitted(view: dict[str, Any]) -> tuple[str, str, str]:
    """Returns the text, the seller's id and the reference of a window sent off."""
    values = view["state"]["values"]
    text, seller = (str(values[name]["value"].get("value") or "") for name in ("text", "seller"))
    return text, seller.strip(), str(json.loads(view["private_metadata"])["reference"])


def _fields(words: Words, text: str) -> list[Block]:
    hint = words.say("slack_triage_seller_hint")
    fields: list[Block] = [
        text_input("seller", words.say("slack_triage_seller"), hint=hint, longest=LONGEST_SELLER),
        text_input(
            "text",
            words.say("slack_triage_text"),
            value=text[:LONGEST_INPUT],
            longest=LONGEST_INPUT,
            lines=True,
        ),
    ]
    if len(text) > LONGEST_INPUT:
        fields.append(context(words.say("slack_triage_cut", count=LONGEST_INPUT)))
    return fields


def _list(words: Words, reasons: tuple[str, ...]) -> Markup:
    return Markup("\n".join(f"• {words.say(reason)}" for reason in reasons))
