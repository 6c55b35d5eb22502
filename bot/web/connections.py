"""What every edge does with a connection: whose it is, whence it comes, and work off the loop."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import Scope

from bot.bootstrap import Application
from bot.errors import (
    AssistantError,
    ModelRefused,
    OrderNotFound,
    UnknownAccount,
    UnknownAnswer,
    UnknownConversation,
)
from bot.services.threads import run_in

T = TypeVar("T")

_QUOTING = (UnknownAccount, UnknownAnswer, UnknownConversation, ModelRefused, OrderNotFound)
"""Errors whose text names what somebody asked for, which may be anything they typed."""


async def in_thread(connection: HTTPConnection, call: Callable[..., T], *arguments: Any) -> T:
    """Runs what blocks on the application's threads."""
    application: Application = connection.app.state.application
    return await run_in(application.threads, call, *arguments)


def address_of(connection: HTTPConnection) -> str:
    """Returns the caller's address as it is counted: whole for IPv4, its network for IPv6."""
    host = connection.client.host if connection.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def logged_call(connection: HTTPConnection) -> str:
    """Returns method and path as logs have them."""
    return f"{connection.scope.get('method', 'stream')} {logged_path(connection.scope)}"


def logged_path(scope: Scope) -> str:
    """Returns a path as logs have it: a variable by its name, not as it was typed."""
    path: str = scope["path"]
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(f"/{value}", f"/{{{name}}}", 1)
    return path


def logged_error(error: AssistantError) -> str:
    """Returns an error as logs have it; of one that quotes what was asked for, its kind alone."""
    return type(error).__name__ if isinstance(error, _QUOTING) else repr(error)


def is_own_origin(connection: HTTPConnection, origin: str) -> bool:
    """Tells whether an Origin header names the server that is asked."""
    return urlsplit(origin).netloc == connection.headers.get("host")
