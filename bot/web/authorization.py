"""Who asks: the seller a verified bearer token names, and nobody else."""

from __future__ import annotations

from starlette.requests import Request

from bot.errors import AuthenticationError
from bot.services.site_ports import Identity


def identity_of(request: Request) -> Identity:
    """Returns whom the request's token names; raises AuthenticationError without a valid one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationError("no bearer token")
    identity: Identity = request.app.state.application.tokens.identify(token.strip())
    return identity


def seller_of(request: Request) -> str:
    """Returns the seller of the request's token; raises AuthenticationError without one."""
    return identity_of(request).seller_id
