"""API keys of other systems: each has a name, by which its calls are counted."""

from __future__ import annotations

import hashlib
import hmac
import re

from bot.errors import AuthenticationError, SettingsError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


class ApiKeys:
    """Knows the keys of a setting ``name:secret,name:secret``; an empty one lets nobody in.

    Raises SettingsError for a pair that cannot be read, or a name that stands twice.
    """

    def __init__(self, pairs: str) -> None:
        self._digests: dict[str, bytes] = {}
        for pair in filter(None, (piece.strip() for piece in pairs.split(","))):
            name, _, secret = (part.strip() for part in pair.partition(":"))
            if not _NAME.fullmatch(name) or not secret or name in self._digests:
                raise SettingsError("API keys are name:secret, with every name once")
            self._digests[name] = _digest(secret)

    def name_of(self, secret: str) -> str:
        """Returns the name of a key; raises AuthenticationError for what is none.

        All keys are compared, each in constant time: how long it takes tells nothing.
        """
        given, found = _digest(secret), None
        for name, digest in self._digests.items():
            if hmac.compare_digest(given, digest):
                found = name
        if found is None:
            raise AuthenticationError("no such API key")
        return found


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
