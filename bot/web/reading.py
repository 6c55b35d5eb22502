"""Reading what callers send: small JSON objects, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from bot.errors import BadInput, TooLarge

LARGEST_BODY = 64 * 1024


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Returns the body; raises TooLarge as soon as it is, BadInput when its sender has left."""
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > largest:
                raise TooLarge("the body is too large")
    except ClientDisconnect as error:  # nobody reads the answer, and nothing of ours is broken
        raise BadInput("whoever sent it left in the middle") from error
    return bytes(raw)


async def read_json(request: Request) -> dict[str, Any]:
    """Returns a small JSON object; raises TooLarge, or BadInput for anything else."""
    return parse_json(await read_body(request))


async def read_json_or_nothing(request: Request) -> dict[str, Any]:
    """Returns a small JSON object, an empty one for an empty body."""
    raw = await read_body(request)
    return parse_json(raw) if raw else {}


def parse_json(raw: bytes | str) -> dict[str, Any]:
    """Returns a JSON object of sound text; raises BadInput."""
    try:
        body = json.loads(raw, parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()  # half a character cannot be stored
    except (ValueError, RecursionError) as error:
        raise BadInput("no JSON") from error
    if not isinstance(body, dict):
        raise BadInput("no JSON object")
    return body


def _no_number(name: str) -> None:
    """Refuses NaN and Infinity, which Python reads and JSON does not have."""
    raise ValueError(name)
