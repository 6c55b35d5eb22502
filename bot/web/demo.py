"""The demo: a seller's dashboard that carries the widget, as a marketplace's page would.

Outside demo mode none of this is there.
"""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.templating import Jinja2Templates

from bot.bootstrap import Application
from bot.language import phrasing
from bot.marketplace.extensions import check_order
from bot.marketplace.orders import Order, OrderStatus
from bot.marketplace.references import by_urgency
from bot.web.reading import read_body
from bot.web.security_headers import PAGE_POLICY

COOKIE = "demo_seller"
TOKEN_LIFE = timedelta(minutes=5)
TOKEN_PATH = "/demo/token"


@dataclass(frozen=True)
class OrderLine:
    """One order as the dashboard shows it; moments are for machines and in French."""

    number: str
    title: str
    client: str
    status_french: str
    due_at: str | None
    due_french: str | None
    late: bool
    extension_state: str | None
    can_extend: bool


def demo_routes(application: Application) -> list[BaseRoute]:
    """Returns the demo's routes in demo mode, and none otherwise."""
    if not application.settings.demo:
        return []
    return [
        Route("/", _dashboard),
        Route("/demo", _dashboard),
        Route(TOKEN_PATH, _token),
        Route("/demo/seller", _choose_seller, methods=["POST"]),
    ]


async def _dashboard(request: Request) -> Response:
    application: Application = request.app.state.application
    seller = _seller_of_cookie(request)
    loop = asyncio.get_running_loop()
    call = application.marketplace.orders_of
    orders = await loop.run_in_executor(application.threads, call, seller)
    now = application.clock.now()
    current = [order for order in by_urgency(orders, now) if order.is_current]
    context = {
        "seller": seller,
        "sellers": list(application.demo_sellers),
        "names": application.demo_sellers,
        "orders": [order_line(application, order, now) for order in current],
        "token_url": TOKEN_PATH,
    }
    response = _templates().TemplateResponse(request, "demo.html", context)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


async def _token(request: Request) -> Response:
    """Plays the marketplace's site: a short-lived token for whoever is signed in there."""
    application: Application = request.app.state.application
    seller = _seller_of_cookie(request)
    token = application.tokens.issue(seller, TOKEN_LIFE, application.demo_sellers[seller])
    return JSONResponse({"token": token}, headers={"Cache-Control": "no-store"})


async def _choose_seller(request: Request) -> Response:
    application: Application = request.app.state.application
    fields = parse_qs((await read_body(request)).decode("utf-8", errors="replace"))
    seller = fields.get("seller", [""])[0]
    if seller not in application.demo_sellers:
        raise HTTPException(404)
    response = RedirectResponse("/demo", 303)
    response.set_cookie(COOKIE, seller, httponly=True, samesite="strict")
    return response


@functools.lru_cache(maxsize=1)
def _templates() -> Jinja2Templates:
    return Jinja2Templates(Path(__file__).parent / "templates")


def order_line(application: Application, order: Order, now: datetime) -> OrderLine:
    """Returns what the dashboard shows of one order."""
    statuses = application.content.responses
    owed = order.status is not OrderStatus.DELIVERED
    return OrderLine(
        number=order.number,
        title=order.title,
        client=order.buyer_name,
        status_french=statuses[f"demo_status_{order.status.value}"].text,
        due_at=order.due_at.isoformat() if order.due_at else None,
        due_french=phrasing.day_and_time(order.due_at) if order.due_at else None,
        late=owed and order.due_at is not None and order.due_at < now,
        extension_state=order.extension.state.value if order.extension else None,
        can_extend=check_order(order, now) is None,
    )


def _seller_of_cookie(request: Request) -> str:
    application: Application = request.app.state.application
    chosen = request.cookies.get(COOKIE, "")
    if chosen in application.demo_sellers:
        return chosen
    return next(iter(application.demo_sellers))
