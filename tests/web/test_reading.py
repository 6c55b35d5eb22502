"""A body that is never finished: its sender is gone, and nothing of ours failed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from bot.errors import BadInput
from bot.web.reading import read_body


def test_a_sender_who_leaves_in_the_middle_is_no_failure_of_ours() -> None:
    received: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"text": "bonj', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return received.pop(0)

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(BadInput):
        asyncio.run(read_body(request))
