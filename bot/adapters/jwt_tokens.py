"""Sellers' tokens: short-lived JWTs signed with HS256, with the key's id in the header."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import jwt

from bot.errors import AuthenticationError
from bot.services.ports import Clock

ALGORITHM = "HS256"
LONGEST_SELLER_ID = 128


def parse_keys(pairs: str) -> dict[str, str]:
    """Returns the keys by id of ``kid:secret,kid:secret``."""
    keys = {}
    for pair in filter(None, pairs.split(",")):
        kid, _, secret = pair.partition(":")
        keys[kid.strip()] = secret.strip()
    return keys


class JwtTokens:
    """Makes and checks tokens; the first key signs, all of them verify."""

    def __init__(self, keys: Mapping[str, str], audience: str, clock: Clock) -> None:
        self._keys = dict(keys)
        self._audience = audience
        self._clock = clock

    def issue(self, seller_id: str, life: timedelta = timedelta(hours=1)) -> str:
        """Returns a token for a seller: what the marketplace's site does for its own."""
        kid, key = next(iter(self._keys.items()))
        now = self._clock.now()
        claims = {"sub": seller_id, "aud": self._audience, "iat": now, "exp": now + life}
        return jwt.encode(claims, key, ALGORITHM, headers={"kid": kid})

    def seller_of(self, token: str) -> str:
        """Returns the seller a token names; raises AuthenticationError for any doubt."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = self._keys.get(kid) if isinstance(kid, str) else None
            if key is None:
                raise AuthenticationError("unknown key")
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                options={
                    "require": ["sub", "aud", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise AuthenticationError(str(error)) from error
        self._check_expiry(claims["exp"])
        seller = claims["sub"]
        if not isinstance(seller, str) or not 0 < len(seller) <= LONGEST_SELLER_ID:
            raise AuthenticationError("no seller")
        return seller

    def _check_expiry(self, expires: object) -> None:
        # Checked here and not by the library, so that time can be moved in tests.
        if not isinstance(expires, (int, float)) or isinstance(expires, bool):
            raise AuthenticationError("no expiry")
        try:
            moment = datetime.fromtimestamp(expires, self._clock.now().tzinfo)
        except (OverflowError, ValueError, OSError) as error:
            raise AuthenticationError("no expiry") from error
        if moment <= self._clock.now():
            raise AuthenticationError("expired")
