"""The ASGI application: routes, life span, and errors translated for whoever asked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bot.bootstrap import Application
from bot.errors import AssistantError, BadInput
from bot.services.slack import NEWS as SLACK
from bot.web.connections import logged_call, logged_error
from bot.web.console.app import console_routes
from bot.web.demo import demo_routes
from bot.web.health import health_routes
from bot.web.marketplace_webhooks import order_changed
from bot.web.observed import HEADER, Observed, note_refusal, request_id_of
from bot.web.refusals import SENTENCES, refusal_headers, refusal_of
from bot.web.security_headers import SecurityHeaders
from bot.web.site.app import PREFIX, create_site_app
from bot.web.site.rest import rest_webhook
from bot.web.slack.app import slack_routes
from bot.web.static_files import static_app
from bot.web.triage.app import triage_routes

logger = logging.getLogger(__name__)

JOBS_EVERY = 1.0
RECOVER_EVERY = 2.0
REFRESH_EVERY = 1.0
FOLLOW_MODELS_EVERY = 2.0
SLACK_EVERY = 1.0
CATCH_UP_EVERY = 1.0


def create_app(application: Application) -> Starlette:
    """Returns the ASGI app over an assembled application, started with it."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await asyncio.get_running_loop().run_in_executor(None, application.start)
        await application.watch.readiness.look()
        loops = [
            asyncio.create_task(_every(JOBS_EVERY, _jobs, application)),
            asyncio.create_task(_every(RECOVER_EVERY, _recover, application)),
            asyncio.create_task(_every(REFRESH_EVERY, _refresh, application)),
            asyncio.create_task(_every(FOLLOW_MODELS_EVERY, _follow_models, application)),
            asyncio.create_task(_every(CATCH_UP_EVERY, _catch_up, application)),
            asyncio.create_task(application.watch.readiness.watch()),
            *slack_loops(application),
        ]
        logger.info("ready: model %s", application.assistant.model)
        yield
        for loop in loops:
            loop.cancel()
        await application.conversations.drain()
        application.stop()

    app = Starlette(
        routes=[
            Route("/webhooks/rest/webhook", rest_webhook, methods=["POST"]),
            Route("/webhooks/marketplace", order_changed, methods=["POST"]),
            *health_routes(),
            Mount(PREFIX, create_site_app(application)),
            *console_routes(application),
            *triage_routes(application),
            *slack_routes(application),
            Mount("/static", static_app()),
            *demo_routes(application),
        ],
        middleware=[
            Middleware(Observed, application=application),
            Middleware(SecurityHeaders),
        ],
        exception_handlers={AssistantError: _on_error, Exception: _on_error},
        lifespan=lifespan,
    )
    app.state.application = application
    return app


def slack_loops(application: Application) -> list[asyncio.Task[None]]:
    """Returns the loops of Slack, none when it is off: neither waits for what the other does."""
    if application.slack is None:
        return []
    calls = (application.slack.inbox.run_due, application.slack.send)
    return [asyncio.create_task(_on_news(application, call)) for call in calls]


async def _on_news(application: Application, call: Callable[[], object]) -> None:
    """Runs what blocks when there is news of Slack, and each second; on a thread of its own."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="slack") as thread:
        async with application.hub.listening(SLACK) as news:
            while True:
                await news.wait(SLACK_EVERY)
                try:
                    await loop.run_in_executor(thread, call)
                except Exception:
                    application.watch.meters.work_failed("slack")
                    logger.exception("work for Slack failed")


async def _on_error(request: Request, error: Exception) -> Response:
    """Says kindly what went wrong; the cause goes to the log only."""
    if not isinstance(error, AssistantError):
        # This answer passes by our middleware, which has logged the cause.
        headers = {HEADER: request_id_of(request)}
        return JSONResponse({"error": SENTENCES["internal"]}, 500, headers)
    status, code = refusal_of(error)
    status = 400 if isinstance(error, BadInput) else status  # as Rasa's REST contract has it
    logger.warning("%s: %d %s", logged_call(request), status, logged_error(error))
    note_refusal(request, code)
    said = SENTENCES.get(code, SENTENCES["unreadable"])
    return JSONResponse({"error": said}, status, refusal_headers(error, status))


async def _every(seconds: float, work: object, application: Application) -> None:
    while True:
        try:
            await work(application)  # type: ignore[operator]
        except Exception as error:
            name = getattr(work, "__name__", "work").lstrip("_")
            application.watch.meters.work_failed(name)
            ours = isinstance(error, AssistantError)
            logger.warning("background work failed: %s: %r", name, error, exc_info=not ours)
        await asyncio.sleep(seconds)


async def _jobs(application: Application) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(application.threads, application.jobs.run_due)
    await loop.run_in_executor(application.threads, application.jobs.reconcile_stuck)


async def _recover(application: Application) -> None:
    await application.conversations.recover()


async def _refresh(application: Application) -> None:
    """Serves what other processes published."""
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(application.threads, application.publishing.published.refresh)


async def _follow_models(application: Application) -> None:
    """Takes up another live or shadow model; not in the store's threads: loading takes seconds."""
    await asyncio.get_running_loop().run_in_executor(None, application.learning.follow)


async def _catch_up(application: Application) -> None:
    """Finds the news that replicas cannot tell each other now."""
    missed = application.replicas.missed
    if missed is not None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(application.threads, missed.catch_up)
