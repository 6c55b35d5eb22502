"""The reference server over the embedded marketplace; it is described by openapi.json beside it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import (
    BadInput,
    ExtensionRefused,
    MarketplaceUnavailable,
    OrderNotFound,
    OutcomeUnknown,
    SettingsError,
)
from bot.marketplace.extensions import ExtensionRefusal
from bot.marketplace.signatures import each_secret
from bot.marketplace.wire import is_key, to_json
from bot.services.ports import OrderBook

OPENAPI = Path(__file__).with_name("openapi.json")
LARGEST_BODY = 16 * 1024

Handler = Callable[[Request], Awaitable[Response]]


def create_marketplace_app(marketplace: OrderBook, api_key: str) -> Starlette:
    """Returns the ASGI app; ``api_key`` is the bearer token callers must show.

    While it is replaced: the new and the old one, with a comma.

    Raises SettingsError without one: nothing is ever open to everybody.
    """
    if not api_key:
        raise SettingsError("the reference marketplace needs an API key")
    app = Starlette(
        routes=[
            Route("/openapi.json", _openapi),
            Route("/v1/orders/{number}", _guarded(_any_order)),
            Route("/v1/sellers/{seller}/orders", _guarded(_orders)),
            Route("/v1/sellers/{seller}/orders/{number}", _guarded(_order)),
            Route(
                "/v1/sellers/{seller}/orders/{number}/extensions",
                _guarded(_request_extension),
                methods=["POST"],
            ),
            Route("/v1/sellers/{seller}/extensions/{key:path}", _guarded(_extension)),
        ],
        exception_handlers={HTTPException: _http_problem, Exception: _failure},
    )
    app.router.redirect_slashes = False
    app.state.marketplace = marketplace
    app.state.api_key = api_key
    return app


def _guarded(handler: Handler) -> Handler:
    """Checks the API key and translates errors into problem documents."""

    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        keys = [f"Bearer {key}".encode() for key in each_secret(request.app.state.api_key)]
        if not any(hmac.compare_digest(given, key) for key in keys):
            return _problem(401, "A valid API key is needed.")
        try:
            return await handler(request)
        except BadInput as error:
            return _problem(400, str(error))
        except OrderNotFound:
            return _problem(404, "There is no such order or request here.")
        except ExtensionRefused as error:
            assert isinstance(error.refusal, ExtensionRefusal)
            return _problem(409, "A rule forbids it.", refusal=to_json(error.refusal))
        except MarketplaceUnavailable:
            return _problem(503, "Nothing was done; please try again later.")
        except OutcomeUnknown:
            return _problem(500, "It may have been done; please repeat it under the same key.")

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


async def _any_order(request: Request) -> Response:
    number = request.path_params["number"]
    order = await run_in_threadpool(request.app.state.marketplace.find_order, number)
    return JSONResponse(to_json(order))


async def _extension(request: Request) -> Response:
    seller, key = request.path_params["seller"], request.path_params["key"]
    found = await run_in_threadpool(request.app.state.marketplace.find_extension, seller, key)
    if found is None:
        raise OrderNotFound(key)
    return JSONResponse(to_json(found))


async def _request_extension(request: Request) -> Response:
    key = request.headers.get("idempotency-key", "")
    if not is_key(key):
        raise BadInput("An Idempotency-Key header of 1 to 200 visible ASCII characters is needed.")
    days, reason = _asked(await _read_body(request))
    made = await run_in_threadpool(
        request.app.state.marketplace.request_extension,
        request.path_params["seller"],
        request.path_params["number"],
        days,
        reason,
        key,
    )
    return JSONResponse(to_json(made), 201)


def _asked(raw: bytes) -> tuple[int, str]:
    """Returns days and reason of a body; raises BadInput."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadInput("The body is no JSON.") from error
    if not isinstance(body, dict):
        raise BadInput("The body is no JSON object.")
    days, reason = body.get("days"), body.get("reason")
    if not isinstance(days, int) or isinstance(days, bool) or not isinstance(reason, str):
        raise BadInput("days is a whole number, reason a text.")
    return days, reason


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise HTTPException(413, f"A body has at most {LARGEST_BODY} bytes.")
    return bytes(body)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, error.detail, headers=error.headers)


async def _failure(request: Request, error: Exception) -> Response:
    return _problem(500, "The server failed; a request may have been acted on.")


def _problem(status: int, detail: str, *, headers: Any = None, **more: Any) -> Response:
    """Returns an RFC 9457 problem document."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else headers
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
