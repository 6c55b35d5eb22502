"""Plays the client in demo mode: answers an extension and tells the assistant, as a site would."""

from __future__ import annotations

import json

import httpx

from bot.adapters.clock import SystemClock
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.marketplace.signatures import each_secret, sign
from bot.settings import Settings


def answer_extension(settings: Settings, order: str, *, accept: bool) -> None:
    """Accepts or refuses the order's pending extension, and sends the signed webhook."""
    clock = SystemClock()
    marketplace = SqlMarketplace(create_engine(settings.database_url), clock)
    request = marketplace.answer_extension(order, accept)
    print(f"{order}: {request.state.value}")
    body = json.dumps({"event": "extension.answered", "extension_id": request.id}).encode()
    stamp = str(int(clock.now().timestamp()))
    headers = {
        "X-Marketplace-Timestamp": stamp,
        "X-Marketplace-Signature": sign(each_secret(settings.webhook_secret)[0], stamp, body),
    }
    url = f"http://{settings.host}:{settings.port}/webhooks/marketplace"
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=5)
        print("The assistant was told." if answer.is_success else f"It said {answer.status_code}.")
    except httpx.TransportError:
        print("The assistant is not running: it will see it by itself later.")
