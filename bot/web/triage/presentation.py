"""How an assessment looks to callers: plain JSON, French sentences beside their codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.services.triage import Assessment, Guess
from bot.services.triage_ports import Opened
from bot.support.responses import Content


def present_assessment(
    content: Content, reference: str | None, found: Assessment, opened: Opened | None
) -> dict[str, Any]:
    """Returns an assessment as the description has it."""
    return {
        "reference": reference,
        "said": found.reading.said,
        "topic": _guess(found.topic),
        "runners_up": [_guess(guess) for guess in found.runners_up],
        "second_topic": _guess(found.second_topic) if found.second_topic else None,
        "kind": found.kind,
        "language": found.language,
        "entities": {
            "order_numbers": list(found.reading.order_numbers),
            "days": list(found.reading.days),
        },
        "urgency": {
            "level": found.urgency.level,
            "score": found.urgency.score,
            "why": _reasons(content, found.urgency.why),
        },
        "suggestions": [
            {
                "response": each.response,
                "version": each.version,
                "title": each.title,
                "text": each.text,
                "source_link": each.source_link,
                "confidence": round(each.confidence, 4),
            }
            for each in found.suggestions
        ],
        "human": {"needed": bool(found.human), "why": _reasons(content, found.human)},
        "personal_data": list(found.reading.personal_data),
        "model": found.model,
        "conversation": {
            "id": opened.conversation.id,
            "state": opened.conversation.state.value,
            "created": opened.created,
        }
        if opened
        else None,
    }


def _guess(guess: Guess) -> dict[str, Any]:
    return {
        "intent": guess.intent,
        "title": guess.title,
        "confidence": round(guess.confidence, 4),
    }


def _reasons(content: Content, ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"code": each, "text": content.render(each).text} for each in ids]
