"""Sellers' tokens: short-lived JWTs, with the key's id in the header.

A key id names a key and its algorithm: HS256 with a secret the site shares with us, or RS256
with the site's public key. What a token says about its algorithm never chooses how it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bot.errors import AuthenticationError, SettingsError, TokenExpired
from bot.services.ports import Clock
from bot.services.site_ports import Identity

SHARED = "HS256"
PUBLIC = "RS256"
SHORTEST_RSA_KEY = 2_048
LONGEST_SELLER_ID = 128
LONGEST_NAME = 80
LONGEST_TOKEN = 4_096


def parse_keys(pairs: str) -> dict[str, str]:
    """Returns the keys by id of ``kid:secret,kid:secret``."""
    keys = {}
    for pair in filter(None, pairs.split(",")):
        kid, _, secret = pair.partition(":")
        keys[kid.strip()] = secret.strip()
    return keys


def read_public_keys(pairs: str) -> dict[str, RSAPublicKey]:
    """Returns the keys by id of ``kid:file.pem,kid:file.pem``.

    Raises SettingsError for a file that is no public RSA key of a safe size.
    """
    return {kid: _public_key(Path(path)) for kid, path in parse_keys(pairs).items()}


class JwtTokens:
    """Makes and checks tokens; the first secret signs, all keys verify.

    Raises SettingsError when a secret and a public key have the same id.
    """

    def __init__(
        self,
        secrets: Mapping[str, str],
        audience: str,
        clock: Clock,
        public_keys: Mapping[str, RSAPublicKey] | None = None,
    ) -> None:
        self._secrets = dict(secrets)
        self._keys: dict[str, tuple[str, Any]] = {
            kid: (SHARED, secret) for kid, secret in secrets.items() if secret
        }
        for kid, key in (public_keys or {}).items():
            if kid in self._keys:
                raise SettingsError(f"two keys have the id {kid}")
            self._keys[kid] = (PUBLIC, key)
        self._audience = audience
        self._clock = clock

    def issue(
        self, seller_id: str, life: timedelta = timedelta(hours=1), name: str | None = None
    ) -> str:
        """Returns a token for a seller: what the marketplace's site does for its own."""
        kid, key = next(iter(self._secrets.items()))
        now = self._clock.now()
        claims = {"sub": seller_id, "aud": self._audience, "iat": now, "exp": now + life}
        if name:
            claims["name"] = name
        return jwt.encode(claims, key, SHARED, headers={"kid": kid})

    def seller_of(self, token: str) -> str:
        """Returns the seller a token names; raises like ``identify``."""
        return self.identify(token).seller_id

    def identify(self, token: str) -> Identity:
        """Returns whom a token names.

        Raises TokenExpired for one that was good once, AuthenticationError for any other doubt.
        """
        claims = self._verified(token)
        expires_at = self._expiry(claims["exp"])
        seller = claims["sub"]
        if not isinstance(seller, str) or not 0 < len(seller) <= LONGEST_SELLER_ID:
            raise AuthenticationError("no seller")
        if expires_at <= self._clock.now():
            raise TokenExpired("expired")
        name = claims.get("name")
        return Identity(seller, expires_at, name[:LONGEST_NAME] if isinstance(name, str) else None)

    def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise AuthenticationError("too long")
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            found = self._keys.get(kid) if isinstance(kid, str) else None
            if found is None:
                raise AuthenticationError("unknown key")
            algorithm, key = found
            # Expiry is checked here and not by the library, so that time can be moved in tests.
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._audience,
                options={
                    "require": ["sub", "aud", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise AuthenticationError(str(error)) from error
        return claims

    def _expiry(self, expires: object) -> datetime:
        if not isinstance(expires, (int, float)) or isinstance(expires, bool):
            raise AuthenticationError("no expiry")
        try:
            return datetime.fromtimestamp(expires, self._clock.now().tzinfo)
        except (OverflowError, ValueError, OSError) as error:
            raise AuthenticationError("no expiry") from error


def _public_key(path: Path) -> RSAPublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} is no public key: {error}") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_RSA_KEY:
        raise SettingsError(f"{path} is no RSA key of {SHORTEST_RSA_KEY} bits or more")
    return key
