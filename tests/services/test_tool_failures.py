"""A failure offers to try again first; what is broken, or fails again, brings a human."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.content_yaml import load_content
from bot.services.handoff import Handoff
from bot.services.tool_failures import ToolFailures
from bot.services.turn_scope import TurnScope
from bot.services.waiting import WaitingWords
from bot.support.conversations import (
    Author,
    ConversationState,
    EscalationReason,
    Message,
    Reply,
)
from bot.support.opening_hours import OpeningHours

CONTENT = load_content(Path(__file__).parents[2] / "data", "https://example.com/{article}")
NOW = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


class Said:
    """A conversation so far, and a queue that is empty."""

    def __init__(self, *said: str) -> None:
        self._messages = [
            Message("c", number, Author.SELLER if text == "?" else Author.BOT, text, NOW,
                    response=None if text == "?" else text)
            for number, text in enumerate(said, start=1)
        ]  # fmt: skip

    def messages_after(self, conversation_id: str, number: int, limit: int) -> list[Message]:
        return [m for m in self._messages if m.number > number][:limit]

    def place_in_queue(self, conversation_id: str | None) -> int:
        return 1


def handed_over(
    before: tuple[str, ...], *now: str, state: ConversationState = ConversationState.BOT
) -> tuple[list[str], list[EscalationReason]]:
    said: Any = Said(*before, "?")
    failures = ToolFailures(said, Handoff(said, said, WaitingWords(OpeningHours(None))))
    scope = TurnScope("c", "lea", len(before) + 1, NOW, state, content=CONTENT)
    replies = failures.handed_over(scope, [Reply("…", response, 1) for response in now])
    return [each.response for each in replies], [each.reason for each in scope.escalations]


TOLD = (["human_requested"], [EscalationReason.TOOL_FAILURE])
AWAY = "marketplace_unavailable"


def test_what_is_broken_brings_a_human_at_once() -> None:
    assert handed_over((), "tool_failure") == TOLD


def test_a_marketplace_that_does_not_answer_is_tried_again_first() -> None:
    assert handed_over((), AWAY) == ([], [])
    assert handed_over(("?", AWAY), AWAY) == TOLD
    assert handed_over(("?", AWAY), "extension_not_sent") == TOLD
    assert handed_over(("?", AWAY, "?", "order_in_progress"), AWAY) == ([], [])
    assert handed_over(("?", AWAY, "?"), AWAY) == TOLD  # the second half of a burst


@pytest.mark.parametrize("state", [ConversationState.WAITING])
def test_who_waits_already_is_not_told_again(state: ConversationState) -> None:
    assert handed_over((), "tool_failure", state=state) == ([], [])


def test_answers_bring_nobody() -> None:
    assert handed_over(("?", AWAY), "order_in_progress") == ([], [])
