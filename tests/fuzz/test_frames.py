"""Any frame, in any order, on either stream: the server closes it or answers, and never breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from .conftest import CONSOLE, PROFILE, SITE, Site, json_objects, json_values, said

BROKEN = 1011
"""The close code for what nobody thought of."""


def frames(hello: dict[str, Any]) -> st.SearchStrategy[list[Any]]:
    known = st.sampled_from([hello, {"type": "token", "token": "x"}, {"type": "typing"}])
    changed = st.tuples(known, json_objects()).map(lambda pair: {**pair[0], **pair[1]})
    texts = st.one_of(known, changed, json_values()).map(json.dumps)
    return st.lists(st.one_of(texts, said(), st.binary(max_size=40)), min_size=1, max_size=4)


@pytest.mark.parametrize("which", ["seller", "staff"])
@pytest.mark.parametrize("said_hello", [True, False])
def test_any_frames(site: Site, which: str, said_hello: bool) -> None:
    token = site.seller["Authorization"].removeprefix("Bearer ")
    hello = {"type": "hello", "token": token, "after": 0}
    path = f"{SITE}/conversations/{site.conversation}/stream"
    path = path if which == "seller" else f"{CONSOLE}/stream"
    client = (
        site.client if which == "staff" else TestClient(site.app, base_url=site.client.base_url)
    )
    headers = {"origin": "http://127.0.0.1:8000"}
    codes: set[int] = set()

    @PROFILE
    @given(frames(hello))
    def sends(sent: list[Any]) -> None:
        try:
            with client.websocket_connect(path, headers=headers) as stream:
                if said_hello:
                    stream.send_json(hello)
                for frame in sent:
                    if isinstance(frame, bytes):
                        stream.send_bytes(frame)
                    else:
                        stream.send_text(frame)
                stream.send_text("{no json")  # closes what is still open
                while True:
                    stream.receive_text()
        except WebSocketDisconnect as closed:
            codes.add(closed.code)

    sends()
    assert BROKEN not in codes
