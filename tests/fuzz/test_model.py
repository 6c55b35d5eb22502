"""The really trained model reads any text: each message gets an answer, through the real endpoint."""

from __future__ import annotations

import uuid

import httpx
import pytest
from hypothesis import given, settings

from tests.conversations.conftest import Server, server  # noqa: F401 - the fixture

from .conftest import EXAMPLES, PROFILE, said

pytestmark = pytest.mark.model


def test_any_message_is_answered(server: Server) -> None:  # noqa: F811
    seller = f"fuzz-{uuid.uuid4().hex[:8]}"
    headers = {"Authorization": f"Bearer {server.application.tokens.issue(seller)}"}

    @settings(PROFILE, max_examples=max(EXAMPLES // 3, 8))
    @given(said())
    def answered(text: str) -> None:
        body = {"sender": uuid.uuid4().hex, "message": text, "message_id": uuid.uuid4().hex}
        url = f"{server.address}/webhooks/rest/webhook"
        answer = httpx.post(url, json=body, headers=headers, timeout=60)
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 200:
            assert answer.json() and all(each["text"] for each in answer.json())

    answered()
