"""What staff do with a conversation besides writing: claims, outcomes, order in the queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.services.topics import Topics
from bot.support.desk import Change, Outcome
from bot.support.staff import Role, Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import staff_only
from bot.web.console.conversations import ONE
from bot.web.console.presentation import Presenter, undo
from bot.web.reading import read_json, read_json_or_nothing

Act = Callable[[Application, Staff, str, dict[str, Any]], Change | None]
LONGEST_ID = 64


def desk_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of what staff do; each answers with the case as it is then."""
    return [
        _route("claim", _claim),
        _route("release", _release, "epoch"),
        _route("hand-back", _hand_back, "epoch"),
        _route("take-over", _take_over, role=Role.SUPERVISOR),
        _route("reassign", _reassign, "to"),
        _route("resolve", _resolve, "outcome", "epoch"),
        _route("reopen", lambda app, who, one, body: app.desk.reopen(who, one)),
        _route("snooze", _snooze, "until", "epoch"),
        _route("wake", lambda app, who, one, body: app.desk.wake(who, one)),
        _route("merge", _merge, "into"),
        _route("separate", lambda app, who, one, body: app.desk.separate(who, one)),
        _route("priority", _prioritise, "level"),
        _route("topic", _correct_topic, "intent"),
        Route("/undo", staff_only(take_back), methods=["POST"]),
    ]


async def take_back(request: Request, staff: Staff) -> Response:
    """Takes one's own last change back."""
    body = await read_json(request)
    fields.only(body, "event_id")
    event_id = fields.whole_number(body, "event_id", 1, fields.LARGEST_NUMBER)
    application: Application = request.app.state.application
    change = await in_thread(request, application.desk.undo, staff, event_id)
    return await _answer(request, change.conversation_id, change)


def _route(name: str, act: Act, *known: str, role: Role = Role.AGENT) -> Route:
    return Route(f"{ONE}/{name}", staff_only(_acting(act, *known), role), methods=["POST"])


def _acting(act: Act, *known: str) -> Callable[[Request, Staff], Awaitable[Response]]:
    """Returns a handler that reads the fields it knows, acts, and answers with the case."""

    async def handler(request: Request, staff: Staff) -> Response:
        body = await read_json_or_nothing(request)
        fields.only(body, *known)
        application: Application = request.app.state.application
        conversation_id = request.path_params["conversation"]
        change = await in_thread(request, act, application, staff, conversation_id, body)
        return await _answer(request, conversation_id, change)

    return handler


async def _answer(request: Request, conversation_id: str, change: Change | None) -> Response:
    application: Application = request.app.state.application
    case = await in_thread(request, application.inbox.case, conversation_id)
    return JSONResponse({"case": Presenter(application).case(case), "undo": undo(change)})


def _claim(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> None:
    application.desk.claim(staff, one)


def _release(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    return application.desk.release(staff, one, epoch=epoch_of(body))


def _hand_back(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    return application.desk.hand_back(staff, one, epoch=epoch_of(body))


def _take_over(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    return application.desk.take_over(staff, one)


def _reassign(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    return application.desk.reassign(staff, one, _id_of(body, "to"))


def _resolve(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    try:
        outcome = Outcome(body.get("outcome"))
    except ValueError as error:
        raise BadInput("there is no such outcome", "outcome_unknown") from error
    return application.desk.resolve(staff, one, outcome, epoch=epoch_of(body))


def _snooze(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    until = body.get("until")
    try:
        moment = datetime.fromisoformat(str(until).replace("Z", "+00:00"))
    except ValueError as error:
        raise BadInput("until is no moment") from error
    if not isinstance(until, str) or moment.tzinfo is None:
        raise BadInput("until has no time zone")
    return application.desk.snooze(staff, one, moment, epoch=epoch_of(body))


def _merge(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    return application.desk.merge(staff, one, _id_of(body, "into"))


def _prioritise(application: Application, staff: Staff, one: str, body: dict[str, Any]) -> Change:
    level = body.get("level", "missing")
    if level is not None and not isinstance(level, str):
        raise BadInput("level is no text")
    return application.desk.prioritise(staff, one, level)


def _correct_topic(
    application: Application, staff: Staff, one: str, body: dict[str, Any]
) -> Change:
    intent = body.get("intent")
    if not isinstance(intent, str):
        raise BadInput("intent is no text")
    if intent not in {topic.intent for topic in Topics(application.live).all()}:
        raise BadInput("there is no such topic", "topic_unknown")
    return application.desk.correct_topic(staff, one, intent)


def epoch_of(body: dict[str, Any]) -> int | None:
    """Returns the epoch of the claim a page believes in; None when it names none."""
    if body.get("epoch") is None:
        return None
    return fields.whole_number(body, "epoch", 0, fields.LARGEST_NUMBER)


def _id_of(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or "\0" in value:
        raise BadInput(f"{name} is no id")
    return value
