"""What is asked from outside: whether the process lives, whether it can serve, what it does.

Strangers learn no more than the status. What depends on what, and every figure, is for who shows
the token of the settings; without one it is for this machine alone, and not through a proxy.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import StorageError
from bot.services.threads import run_in
from bot.services.watch_ports import ProcessState
from bot.web.moments import moment

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BACKLOG_SECONDS = 3.0
"""How long the database may take to say what waits there; then figures come without it."""
RETRY_SECONDS = 2
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def health_routes() -> list[BaseRoute]:
    """Returns the three routes."""
    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]


async def healthz(request: Request) -> Response:
    """Says that the process is alive and its event loop turns; asks nothing of anybody."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Says whether sellers can be served here: 200, or 503 with Retry-After."""
    application: Application = request.app.state.application
    readiness = application.watch.readiness
    said: dict[str, Any] = {
        "status": "ready" if readiness.ready else "not_ready",
        "model": application.assistant.model,
    }
    if is_trusted(request):
        said["checks"] = {
            result.name: {
                "works": result.works,
                "stops_service": result.stops_service,
                "since": moment(result.since) if result.since else None,
            }
            for result in readiness.results
        }
    if readiness.ready:
        return JSONResponse(said)
    return JSONResponse(said, 503, {"Retry-After": str(RETRY_SECONDS)})


async def metrics(request: Request) -> Response:
    """Answers with all figures in Prometheus' text format; 404 for strangers."""
    if not is_trusted(request):
        raise HTTPException(404)
    application: Application = request.app.state.application
    state = await process_state(application)
    return Response(application.watch.write(state), media_type=CONTENT_TYPE)


def is_trusted(request: Request) -> bool:
    """Tells whether figures are for whoever asks."""
    application: Application = request.app.state.application
    token = application.settings.metrics_token
    if token:
        shown = request.headers.get("authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in _FORWARDED):
        return False
    return request.client is not None and request.client.host in _LOOPBACK


async def process_state(application: Application) -> ProcessState:
    """Returns what this process does now; without what a database that is away cannot say."""
    watch, turns = application.watch, application.conversations.turns
    backlog = alive = None
    try:
        read = run_in(None, watch.waiting)
        backlog, alive = await asyncio.wait_for(read, BACKLOG_SECONDS)
    except (StorageError, asyncio.TimeoutError, TimeoutError) as error:
        logger.warning("figures without the database's: %r", error)
    return ProcessState(
        model=application.assistant.model,
        ready=watch.readiness.ready,
        checks=watch.readiness.results,
        now=application.clock.now(),
        turns_running=turns.running,
        turns_waiting=turns.waiting,
        requests_inside=application.site_gate.inside,
        requests_waiting=application.site_gate.waiting,
        streams=dict(watch.streams),
        texts_waiting=application.triage.lane.waiting,
        backlog=backlog,
        processes_alive=alive,
        skew=watch.pulse.skew,
    )
