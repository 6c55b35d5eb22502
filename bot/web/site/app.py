"""The site API: what the widget and any other client of sellers talk to.

It is described by openapi.json beside it, which the API serves.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from bot.bootstrap import Application
from bot.errors import AssistantError
from bot.web.site.access import by_method, guarded, on_failure, on_http_problem, on_refusal
from bot.web.site.conversations import begin_conversation, list_conversations, transcript
from bot.web.site.feedback import give_thumb, rate_conversation
from bot.web.site.messages import read_messages, send_message
from bot.web.site.session import session
from bot.web.site.stream import stream

PREFIX = "/api/site/v1"
OPENAPI = Path(__file__).with_name("openapi.json")
_ONE = "/conversations/{conversation}"


def create_site_app(application: Application) -> Starlette:
    """Returns the ASGI app of the site API, to be mounted at PREFIX."""
    origins = [o.strip() for o in application.settings.site_origins.split(",") if o.strip()]
    app = Starlette(
        routes=[
            Route("/openapi.json", _openapi),
            Route("/session", guarded(session)),
            Route(
                "/conversations",
                by_method(GET=list_conversations, POST=begin_conversation),
                methods=["GET", "POST"],
            ),
            Route(
                f"{_ONE}/messages",
                by_method(GET=read_messages, POST=send_message),
                methods=["GET", "POST"],
            ),
            Route(f"{_ONE}/messages/{{number:int}}/thumb", guarded(give_thumb), methods=["POST"]),
            Route(f"{_ONE}/rating", guarded(rate_conversation), methods=["POST"]),
            Route(f"{_ONE}/transcript", guarded(transcript)),
            WebSocketRoute(f"{_ONE}/stream", stream),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "X-Request-Id"],
                expose_headers=["Retry-After", "Content-Disposition", "X-Request-Id"],
                max_age=3600,
            )
        ],
        exception_handlers={
            AssistantError: on_refusal,
            HTTPException: on_http_problem,
            Exception: on_failure,
        },
    )
    app.router.redirect_slashes = False
    app.state.application = application
    app.state.origins = frozenset(origins)
    app.state.streams = {}
    return app


async def _openapi(request: Request) -> Response:
    """Serves the description; anybody may read it."""
    return Response(OPENAPI.read_bytes(), media_type="application/json")
