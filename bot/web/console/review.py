"""Reviewing phrases: what to look at next, and what was decided with one key."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput, ReviewRefused
from bot.services.topics import Topics
from bot.support.models import Reading
from bot.support.review import Review, ReviewCounts, ReviewItem
from bot.support.staff import Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import page_for, staff_only
from bot.web.console.pages import render
from bot.web.moments import moment
from bot.web.reading import read_json, read_json_or_nothing

MOST = 50
CHOICES = 9
"""Topics that a digit key chooses."""

_LONGEST_ID = 64


def review_pages(application: Application) -> list[BaseRoute]:
    """Returns the routes of the page."""
    return [Route("/console/review", page_for(review_page))]


def review_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of the JSON."""
    return [
        Route("/review", staff_only(next_items)),
        Route("/review/decide", staff_only(decide), methods=["POST"]),
        Route("/review/{review}/undo", staff_only(undo), methods=["POST"]),
    ]


async def review_page(request: Request, staff: Staff) -> Response:
    """Shows one message after the other; they come as JSON."""
    application: Application = request.app.state.application
    topics = Topics(application.live).all()
    return render(request, "review.html", staff=staff, page="review", topics=topics)


async def next_items(request: Request, staff: Staff) -> Response:
    """Answers with the messages to look at next, masked, the most telling first."""
    limit = fields.number_in_query(request, "limit", 20, MOST, 1)
    application: Application = request.app.state.application
    page = await in_thread(request, application.learning.review.page, limit)
    topics = Topics(application.live)
    return JSONResponse(
        {
            "phrases": [present_item(item, topics) for item in page.items],
            "counts": present_counts(page.counts),
            "withheld": page.withheld,
        }
    )


async def decide(request: Request, staff: Staff) -> Response:
    """Keeps a decision: the topic, or null for a message that teaches nothing."""
    body = await read_json(request)
    fields.only(body, "conversation_id", "number", "intent")
    conversation, number = _message(body)
    application: Application = request.app.state.application
    intent = _intent(body, application)
    review = application.learning.review
    kept = await in_thread(request, review.decide, staff.id, conversation, number, intent)
    counts = await in_thread(request, review.counts)
    return JSONResponse({"review": present_review(kept), "counts": present_counts(counts)})


async def undo(request: Request, staff: Staff) -> Response:
    """Takes back one's own decision, while it is not exported."""
    fields.only(await read_json_or_nothing(request))
    asked = request.path_params["review"]
    if not re.fullmatch(r"[0-9]{1,9}", asked, re.ASCII):
        raise ReviewRefused("that is no review", "cannot_undo")
    review = request.app.state.application.learning.review
    await in_thread(request, review.undo, staff.id, int(asked))
    counts = await in_thread(request, review.counts)
    return JSONResponse({"counts": present_counts(counts)})


def present_item(item: ReviewItem, topics: Topics) -> dict[str, Any]:
    """Returns a message to be reviewed as plain JSON; ``ranking`` begins with what is proposed."""
    return {
        "conversation_id": item.conversation_id,
        "number": item.message_number,
        "text": item.text,
        "created_at": moment(item.created_at),
        "reasons": [reason.value for reason in item.reasons],
        "ranking": [present_reading(score, topics) for score in item.ranking[: CHOICES + 1]],
        "answered_with": topics.title(item.response) if item.response else None,
        "model": item.model,
    }


def present_reading(score: Reading, topics: Topics) -> dict[str, Any]:
    """Returns a label with its title and confidence."""
    return {
        "intent": score.intent,
        "title": topics.title(score.intent),
        "confidence": round(score.confidence, 4),
    }


def present_review(review: Review) -> dict[str, Any]:
    """Returns a decision as plain JSON."""
    return {
        "id": review.id,
        "conversation_id": review.conversation_id,
        "number": review.message_number,
        "decision": review.decision.value,
        "intent": review.intent or None,
    }


def present_counts(counts: ReviewCounts) -> dict[str, int]:
    """Returns how many wait, and what became of the others."""
    return {
        "waiting": counts.waiting,
        "to_export": counts.to_export,
        "exported": counts.exported,
        "refused": counts.refused,
        "skipped": counts.skipped,
    }


def _message(body: dict[str, Any]) -> tuple[str, int]:
    conversation, number = body.get("conversation_id"), body.get("number")
    if not isinstance(conversation, str) or not 0 < len(conversation) <= _LONGEST_ID:
        raise BadInput("conversation_id")
    # A bool is an int to Python, and no number to anybody else.
    if type(number) is not int or not 0 < number <= fields.LARGEST_NUMBER:
        raise BadInput("number")
    return conversation, number


def _intent(body: dict[str, Any], application: Application) -> str | None:
    if "intent" not in body:
        raise BadInput("intent is missing")
    intent = body["intent"]
    if intent is None:
        return None
    known = {topic.intent for topic in Topics(application.live).all()}
    if not isinstance(intent, str) or intent not in known:
        raise BadInput("there is no such topic", "topic_unknown")
    return intent
