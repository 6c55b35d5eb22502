"""The triage API: one ticket or a batch; described by openapi.json beside it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import AssistantError
from bot.web.connections import address_of, in_thread
from bot.web.reading import parse_json, read_body
from bot.web.triage.access import (
    key_name_of,
    on_failure,
    on_http_problem,
    on_refusal,
    problem,
    refusal_of,
)
from bot.web.triage.fields import read_ticket_fields, read_tickets, reference_of
from bot.web.triage.presentation import present_assessment

logger = logging.getLogger(__name__)

PATH = "/api/triage"
OPENAPI = Path(__file__).with_name("openapi.json")
LARGEST_BODY = 4 * 1024 * 1024
LIMIT = "triage"


def triage_routes(application: Application) -> list[BaseRoute]:
    """Returns the routes of the triage API, with refusals of its own."""
    app = Starlette(
        routes=[
            Route(PATH, _triage, methods=["POST"]),
            Route(f"{PATH}/openapi.json", _openapi),
        ],
        exception_handlers={
            AssistantError: on_refusal,
            HTTPException: on_http_problem,
            Exception: on_failure,
        },
    )
    app.router.redirect_slashes = False
    app.state.application = application
    return [Route(PATH, app), Route(f"{PATH}/openapi.json", app)]


async def _triage(request: Request) -> Response:
    """Assesses one ticket, or each of a batch; the key decides before anything is read."""
    application: Application = request.app.state.application
    await application.limits.hit("address", address_of(request))
    key = key_name_of(request)
    raw = await read_body(request, LARGEST_BODY)
    body = await in_thread(request, parse_json, raw)
    if "tickets" not in body:
        await application.limits.hit(LIMIT, key)
        with application.triage.lane.admitted(1):
            return JSONResponse(await _one(application, key, body))
    tickets = read_tickets(body)
    await application.limits.hit(LIMIT, key, len(tickets))
    with application.triage.lane.admitted(len(tickets)):
        results = [await _of_batch(application, key, each) for each in tickets]
    return JSONResponse({"results": results})


async def _one(application: Application, key: str, raw: Any) -> dict[str, Any]:
    ticket = read_ticket_fields(raw)
    assessment, opened = await application.triage.take_in(ticket, key)
    return present_assessment(application.content, ticket.reference, assessment, opened)


async def _of_batch(application: Application, key: str, raw: Any) -> dict[str, Any]:
    """Returns what became of one ticket of a batch: its trouble is its own."""
    reference = reference_of(raw)
    try:
        assessment = await _one(application, key, raw)
    except AssistantError as error:
        _, code = refusal_of(error)
        logger.info("a ticket of %s: %r", key, error)
        return {"reference": reference, "assessment": None, "error": problem(code)}
    except Exception:
        logger.exception("a ticket of %s failed", key)
        return {"reference": reference, "assessment": None, "error": problem("internal")}
    await asyncio.sleep(0)
    return {"reference": reference, "assessment": assessment, "error": None}


async def _openapi(request: Request) -> Response:
    """Serves the description; anybody may read it."""
    return Response(OPENAPI.read_bytes(), media_type="application/json")
