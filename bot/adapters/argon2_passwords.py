"""Passwords hashed by argon2id, with the library's recommended parameters."""

from __future__ import annotations

import threading

import argon2

AT_ONCE = 2
"""How many hashes are computed at once: each takes 64 MiB and a core."""


class Argon2Passwords:
    """Hashes and checks passwords; ``hasher`` has the parameters."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """Returns the salted hash of a password."""
        with self._turns:
            return self._hasher.hash(password)

    def matches(self, stored: str, password: str) -> bool:
        """Tells whether a stored hash is one of this password."""
        try:
            with self._turns:
                return self._hasher.verify(stored, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Tells whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)
