"""Who asks: the seller a verified bearer token names, and nobody else."""

from __future__ import annotations

from starlette.requests import Request

from bot.errors import AuthenticationError


def seller_of(request: Request) -> str:
    """Returns the seller of the request's token; raises AuthenticationError without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationError("no bearer token")
    seller: str = request.app.state.application.tokens.seller_of(token.strip())
    return seller
