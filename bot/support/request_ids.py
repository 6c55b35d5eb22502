"""The id that follows one request through turn, actions, marketplace calls, jobs and logs."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar

# Only what cannot hold anybody's name, number or words: a UUID, or 32 digits of its like.
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_current: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Returns an id nobody has had: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def read_request_id(sent: str | None) -> str:
    """Returns the id a client sent if it is a UUID or 32 hexadecimal digits, else a new one."""
    return sent if sent is not None and _ID.fullmatch(sent) else new_request_id()


def current_request_id() -> str:
    """Returns the id of what is being done now, "" where nobody asked for it."""
    return _current.get()


@contextlib.contextmanager
def under_request_id(request_id: str | None) -> Iterator[str]:
    """Lets what is done within the context belong to a request; without one it gets a new id."""
    known = request_id or new_request_id()
    token = _current.set(known)
    try:
        yield known
    finally:
        _current.reset(token)
