"""Slack's way in: the signature over the raw body, then kept, then acknowledged; work comes after.

Nothing is read of a body before its signature is right. What cannot be kept is not acknowledged,
so that Slack sends it again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import AuthenticationError, BadInput
from bot.services.slack import NEWS
from bot.support.slack import SlackDelivery
from bot.web.connections import in_thread
from bot.web.reading import parse_json, read_body

logger = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
"""Slack's views and messages are larger than what sellers send."""
SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"


def slack_routes(application: Application) -> list[BaseRoute]:
    """Returns Slack's routes; without the settings they refuse whatever comes."""
    return [
        Route("/slack/events", events, methods=["POST"]),
        Route("/slack/interactions", interactions, methods=["POST"]),
        Route("/slack/commands", commands, methods=["POST"]),
    ]


async def events(request: Request) -> Response:
    """Takes an event; ``url_verification`` gets its challenge back."""
    payload = parse_json(await _signed_body(request))
    if payload.get("type") == "url_verification":
        return JSONResponse({"challenge": str(payload.get("challenge", ""))})
    event = _object(payload, "event")
    key = payload.get("event_id") or _digest(payload)
    return await _keep(request, SlackDelivery(f"event:{key}", "event", payload, _lane(event)))


async def interactions(request: Request) -> Response:
    """Takes a pressed button, a submitted view or a shortcut."""
    form = _form(await _signed_body(request))
    if "ssl_check" in form:
        return PlainTextResponse("")
    payload = parse_json(form.get("payload", ""))
    key = payload.get("trigger_id") or _digest(payload)
    user = _object(payload, "user").get("id", "")
    _object(payload, "view")
    actions = payload.get("actions") or ()
    if not isinstance(actions, (list, tuple)) or not all(isinstance(a, dict) for a in actions):
        raise BadInput("actions are no list of objects")
    return await _keep(
        request, SlackDelivery(f"interaction:{key}", "interaction", payload, f"user:{user}")
    )


async def commands(request: Request) -> Response:
    """Takes a slash command; ``ssl_check`` is Slack's look at our certificate."""
    form = _form(await _signed_body(request))
    if "ssl_check" in form:
        return PlainTextResponse("")
    key = form.get("trigger_id") or _digest(form)
    lane = f"user:{form.get('user_id', '')}"
    return await _keep(request, SlackDelivery(f"command:{key}", "command", form, lane))


async def _signed_body(request: Request) -> bytes:
    """Returns the raw body; raises AuthenticationError unless Slack signed it just now."""
    application: Application = request.app.state.application
    raw = await read_body(request, LARGEST_BODY)
    headers = request.headers
    sent = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if application.slack is None or not application.slack.signatures.verify(raw, *sent):
        raise AuthenticationError("not signed by Slack")
    return raw


async def _keep(request: Request, delivery: SlackDelivery) -> Response:
    """Keeps a delivery, once, and acknowledges it; raises StorageError when it is not kept."""
    application: Application = request.app.state.application
    assert application.slack is not None
    if not await in_thread(request, application.slack.inbox.receive, delivery):
        logger.info("slack delivery %s came again", delivery.key)
    application.hub.publish(NEWS)
    return PlainTextResponse("")


def _lane(event: Mapping[str, Any]) -> str:
    """Returns what an event belongs to: a thread, else whoever caused it."""
    message = _object(event, "message") or _object(event, "previous_message") or event
    thread = message.get("thread_ts")
    if event.get("channel") and thread:
        return f"thread:{event['channel']}:{thread}"
    return f"user:{message.get('user') or event.get('channel') or event.get('type') or ''}"


def _object(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Returns an object within a payload, an empty one where there is none; raises BadInput."""
    found = payload.get(name) or {}
    if not isinstance(found, Mapping):
        raise BadInput(f"{name} is no object")
    return found


def _form(raw: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, errors="strict"))
    except ValueError as error:
        raise BadInput("no form") from error


def _digest(payload: Mapping[str, Any]) -> str:
    """Returns a key for what Slack gave none: the same payload is the same delivery."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
