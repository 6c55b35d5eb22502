"""What the marketplace tells us: an order changed, an extension was answered."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import AuthenticationError, BadInput
from bot.marketplace.signatures import each_secret, verify

LARGEST_BODY = 64 * 1024


async def order_changed(request: Request) -> Response:
    """Lets the work that waits for this change run now; the marketplace is asked for the facts.

    The body is ``{"event", "extension_id"}``, signed over timestamp and raw body.
    """
    application = request.app.state.application
    raw = await request.body()
    if len(raw) > LARGEST_BODY:
        raise BadInput("the body is too large")
    sent = (
        request.headers.get("x-marketplace-timestamp", ""),
        request.headers.get("x-marketplace-signature", ""),
        raw,
        application.clock.now(),
    )
    secrets = each_secret(application.settings.webhook_secret)
    if not any(verify(secret, *sent) for secret in secrets):
        raise AuthenticationError("bad webhook signature")
    try:
        body = json.loads(raw)
        extension = body.get("extension_id")
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadInput("no JSON object") from error
    if isinstance(extension, str) and extension:
        loop = asyncio.get_running_loop()
        call = application.jobs.extension_changed
        await loop.run_in_executor(application.threads, call, extension)
    return JSONResponse({"status": "ok"})
