"""What staff write: replies to the seller, notes for each other, and what came of suggestions."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.support.canned_replies import FilledReply
from bot.support.desk import SuggestionChoice, SuggestionUse
from bot.support.staff import Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import staff_only
from bot.web.console.conversations import ONE
from bot.web.console.desk import epoch_of
from bot.web.console.presentation import Presenter, note
from bot.web.reading import read_json


def writing_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of what staff write."""
    return [
        Route(f"{ONE}/reply", staff_only(reply), methods=["POST"]),
        Route(f"{ONE}/notes", staff_only(add_note), methods=["POST"]),
        Route("/canned-replies", staff_only(list_canned_replies)),
        Route(f"{ONE}/suggestions/dismiss", staff_only(dismiss_suggestion), methods=["POST"]),
    ]


async def reply(request: Request, staff: Staff) -> Response:
    """Writes to the seller, once per client id, for the conversation's holder."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "client_id", "text", "suggestion", "epoch")
    send = partial(
        application.desk.reply,
        staff,
        request.path_params["conversation"],
        _text_of(body),
        fields.client_id(body),
        _suggestion_of(body.get("suggestion")),
        epoch=epoch_of(body),
    )
    message = await in_thread(request, send)
    return JSONResponse({"message": Presenter(application).message(message)}, 201)


async def add_note(request: Request, staff: Staff) -> Response:
    """Writes a note that never reaches the seller, once per client id."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "client_id", "text")
    write = partial(
        application.desk.note,
        staff,
        request.path_params["conversation"],
        _text_of(body),
        fields.client_id(body),
    )
    return JSONResponse({"note": note(await in_thread(request, write))}, 201)


async def list_canned_replies(request: Request, staff: Staff) -> Response:
    """Answers with the ready-made replies, filled in for a conversation."""
    application: Application = request.app.state.application
    asked = request.query_params.getlist("conversation")
    if len(asked) != 1 or request.query_params.keys() != {"conversation"}:
        raise BadInput("for which conversation?")

    def read() -> list[FilledReply]:
        case = application.inbox.case(asked[0])
        order = application.case_files.of(case).order_now or case.order
        return application.canned_replies.filled(staff, case.seller_name, order)

    return JSONResponse(
        {
            "replies": [
                {
                    "id": each.id,
                    "title": each.title,
                    "text": each.text,
                    "missing": list(each.missing),
                }
                for each in await in_thread(request, read)
            ]
        }
    )


async def dismiss_suggestion(request: Request, staff: Staff) -> Response:
    """Records that a suggested answer was of no use."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "response", "version")
    response = body.get("response")
    entry = application.content.entries.get(response) if isinstance(response, str) else None
    if entry is None:
        raise BadInput("there is no such answer")
    version = _version_of({"version": entry.version, **body})
    dismiss = partial(
        application.desk.use_suggestion,
        staff,
        request.path_params["conversation"],
        None,
        str(response),
        version,
        SuggestionChoice.DISMISSED,
    )
    await in_thread(request, dismiss)
    return Response(status_code=204)


def _text_of(body: dict[str, Any]) -> str:
    text = body.get("text")
    if not isinstance(text, str) or "\0" in text:
        raise BadInput("text is no text")
    return text


def _suggestion_of(used: Any) -> SuggestionUse | None:
    if used is None:
        return None
    if not isinstance(used, dict):
        raise BadInput("suggestion is no object")
    fields.only(used, "response", "version", "choice")
    response = used.get("response")
    try:
        choice = SuggestionChoice(used.get("choice"))
    except ValueError as error:
        raise BadInput("choice is none") from error
    known = isinstance(response, str) and 0 < len(response) <= 64 and "\0" not in response
    if not known or choice is SuggestionChoice.DISMISSED:
        raise BadInput("what was dismissed was not sent")
    return SuggestionUse(str(response), _version_of(used), choice)


def _version_of(body: dict[str, Any]) -> int:
    return fields.whole_number(body, "version", 1, fields.LARGEST_NUMBER)
