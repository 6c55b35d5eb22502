"""The fields clients send, one by one; anything else is refused with a code of its own."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request

from bot.errors import BadInput

LARGEST_NUMBER = 2**31 - 1
_CLIENT_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)


def client_id(body: dict[str, Any]) -> str:
    """Returns the client's own id of what it sends: 1 to 64 of ``A-Z a-z 0-9 _ . -``."""
    value = body.get("client_id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise BadInput("client_id")
    return value


def only(body: dict[str, Any], *names: str) -> None:
    """Raises BadInput when a body has a field nobody knows: it would be lost in silence."""
    unknown = body.keys() - set(names)
    if unknown:
        raise BadInput(f"unknown fields: {len(unknown)}")


def whole_number(body: dict[str, Any], name: str, lowest: int, highest: int) -> int:
    """Returns a whole number of a body: in JSON 3.0 is one too, and true is none."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise BadInput(f"{name} is no whole number")
    if not lowest <= value <= highest:
        raise BadInput(f"{name} is out of range")
    return int(value)


def number_in_query(request: Request, name: str, default: int, highest: int, lowest: int) -> int:
    """Returns a whole number of the query string."""
    values = request.query_params.getlist(name)
    if not values:
        return default
    if len(values) > 1 or not re.fullmatch(r"[0-9]{1,10}", values[0], re.ASCII):
        raise BadInput(f"{name} is no number")
    number = int(values[0])
    if not lowest <= number <= highest:
        raise BadInput(f"{name} is out of range")
    return number
