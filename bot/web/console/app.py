"""The console's routes: pages, and the JSON they read and write.

A part of the console adds its routes here by two functions of its own module: one for pages, with
whole paths under ``/console``, one for JSON, with paths under ``/api/console/v1``.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from bot.bootstrap import Application
from bot.errors import AssistantError
from bot.support.staff import Role, Staff
from bot.web.console.access import (
    SECURE_COOKIE,
    cookie_name,
    on_failure,
    on_http_problem,
    on_refusal,
    page_for,
    problem_page,
    role_of,
    staff_only,
)
from bot.web.console.accounts import accounts_api, accounts_pages
from bot.web.console.answers import answers_api, answers_pages
from bot.web.console.audit import audit_pages
from bot.web.console.conversations import conversation_api
from bot.web.console.desk import desk_api
from bot.web.console.models import models_api, models_pages
from bot.web.console.pages import render
from bot.web.console.queue import queue_api
from bot.web.console.return_path import HOME, LOGIN
from bot.web.console.review import review_api, review_pages
from bot.web.console.session import login, login_page, logout, session, warnings
from bot.web.console.stats import stats_api, stats_pages
from bot.web.console.stream import stream_api
from bot.web.console.writing import writing_api

PREFIX = "/api/console/v1"
OPENAPI = Path(__file__).with_name("openapi.json")


def console_routes(application: Application) -> list[BaseRoute]:
    """Returns all of the console, to be put into the main application."""
    return [
        Mount(PREFIX, create_console_api(application)),
        *page_routes(application),
        Route(f"{HOME}/{{rest:path}}", page_for(_no_such_page)),
    ]


def create_console_api(application: Application) -> Starlette:
    """Returns the ASGI app of the console's JSON, to be mounted at PREFIX."""
    app = Starlette(
        routes=api_routes(application),
        exception_handlers={
            AssistantError: on_refusal,
            HTTPException: on_http_problem,
            Exception: on_failure,
        },
    )
    app.router.redirect_slashes = False
    app.state.application = application
    app.state.streams = {}
    return app


def api_routes(application: Application) -> list[BaseRoute]:
    """Returns the routes of the console's JSON, without PREFIX."""
    return [
        Route("/openapi.json", _openapi),
        Route("/login", login, methods=["POST"]),
        Route("/logout", staff_only(logout), methods=["POST"]),
        Route("/session", staff_only(session)),
        Route("/warnings", staff_only(warnings)),
        *queue_api(application),
        *conversation_api(application),
        *desk_api(application),
        *writing_api(application),
        *accounts_api(application),
        *answers_api(application),
        *stream_api(application),
        *stats_api(application),
        *review_api(application),
        *models_api(application),
    ]


def page_routes(application: Application) -> list[BaseRoute]:
    """Returns the routes of the console's pages, with whole paths."""
    return [
        Route(LOGIN, login_page),
        Route(HOME, page_for(_queue)),
        Route(f"{HOME}/conversations/{{conversation}}", page_for(_conversation)),
        *accounts_pages(application),
        *answers_pages(application),
        *audit_pages(application),
        *stats_pages(application),
        *review_pages(application),
        *models_pages(application),
    ]


async def _openapi(request: Request) -> Response:
    """Serves the description, with the cookie's name as it is here; anybody may read it."""
    written = OPENAPI.read_text("utf-8")
    served = written.replace(SECURE_COOKIE, cookie_name(request.app.state.application))
    return Response(served, media_type="application/json")


async def _queue(request: Request, staff: Staff) -> Response:
    """Shows the queue; what is in it comes as JSON."""
    return render(request, "queue.html", staff=staff, page="queue")


async def _conversation(request: Request, staff: Staff) -> Response:
    """Shows one conversation; what is in it comes as JSON."""
    conversation = request.path_params["conversation"]
    return render(
        request, "conversation.html", staff=staff, page="queue", conversation_id=conversation
    )


async def _no_such_page(request: Request, staff: Staff) -> Response:
    return problem_page(request, "not_found", 404, staff)


def role_table(application: Application) -> str:
    """Returns who may do what, in Markdown, as it stands in docs/console.md."""
    rows = ["| address | takes at least |", "|---|---|"]
    served = [
        *(("", route) for route in page_routes(application)),
        *((PREFIX, route) for route in api_routes(application)),
    ]
    for prefix, route in served:
        if isinstance(route, WebSocketRoute):
            rows.append(f"| `WS {prefix}{route.path}` | {Role.AGENT.value} |")
        if isinstance(route, Route):
            role = role_of(route)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                path = prefix + route.path
                rows.append(f"| `{method} {path}` | {role.value if role else 'nothing'} |")
    return "\n".join(rows)
