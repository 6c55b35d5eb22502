"""The reference server over the embedded marketplace; it is described by openapi.json beside it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import ExtensionRefused, MarketplaceUnavailable, OrderNotFound, OutcomeUnknown
from bot.marketplace.extensions import ExtensionRefusal
from bot.marketplace.wire import to_json
from bot.services.ports import Marketplace

OPENAPI = Path(__file__).with_name("openapi.json")
LARGEST_BODY = 16 * 1024
LONGEST_KEY = 200


def create_marketplace_app(marketplace: Marketplace, api_key: str) -> Starlette:
    """Returns the ASGI app; ``api_key`` is the bearer token callers must show."""
    app = Starlette(
        routes=[
            Route("/openapi.json", _openapi),
            Route("/v1/sellers/{seller}/orders", _guarded(_orders)),
            Route("/v1/sellers/{seller}/orders/{number}", _guarded(_order)),
            Route(
                "/v1/sellers/{seller}/orders/{number}/extensions",
                _guarded(_request_extension),
                methods=["POST"],
            ),
            Route("/v1/sellers/{seller}/extensions/{key:path}", _guarded(_extension)),
        ]
    )
    app.state.marketplace = marketplace
    app.state.api_key = api_key
    return app


Handler = Callable[[Request], Awaitable[Response]]


def _guarded(handler: Handler) -> Handler:
    """Checks the API key and translates errors into problem documents."""

    async def guarded(request: Request) -> Response:
        expected = f"Bearer {request.app.state.api_key}".encode()
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            return _problem(401, "A valid API key is needed.")
        try:
            return await handler(request)
        except OrderNotFound:
            return _problem(404, "This seller has no such order or request.")
        except ExtensionRefused as error:
            assert isinstance(error.refusal, ExtensionRefusal)
            return _problem(409, "A rule forbids it.", refusal=to_json(error.refusal))
        except (MarketplaceUnavailable, OutcomeUnknown):
            return _problem(500, "The database did not answer.")

    return guarded


async def _openapi(request: Request) -> Response:
    return Response(OPENAPI.read_bytes(), media_type="application/json")


async def _orders(request: Request) -> Response:
    seller = request.path_params["seller"]
    found = await run_in_threadpool(request.app.state.marketplace.orders_of, seller)
    return JSONResponse({"orders": [to_json(order) for order in found]})


async def _order(request: Request) -> Response:
    seller, number = request.path_params["seller"], request.path_params["number"]
    order = await run_in_threadpool(request.app.state.marketplace.order, seller, number)
    return JSONResponse(to_json(order))


async def _extension(request: Request) -> Response:
    seller, key = request.path_params["seller"], request.path_params["key"]
    found = await run_in_threadpool(request.app.state.marketplace.find_extension, seller, key)
    if found is None:
        raise OrderNotFound(key)
    return JSONResponse(to_json(found))


async def _request_extension(request: Request) -> Response:
    key = request.headers.get("idempotency-key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        return _problem(400, "An Idempotency-Key header is needed.")
    raw = await request.body()
    try:
        body = json.loads(raw) if len(raw) <= LARGEST_BODY else None
        days, reason = body["days"], body["reason"]  # type: ignore[index]
    except (ValueError, TypeError, KeyError):
        return _problem(400, "A JSON object with days and reason is needed.")
    if not isinstance(days, int) or isinstance(days, bool) or not isinstance(reason, str):
        return _problem(400, "days is a whole number, reason a text.")
    made = await run_in_threadpool(
        request.app.state.marketplace.request_extension,
        request.path_params["seller"],
        request.path_params["number"],
        days,
        reason,
        key,
    )
    return JSONResponse(to_json(made), 201)


def _problem(status: int, detail: str, **more: Any) -> Response:
    body = {"status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type="application/problem+json")
