"""A real Redis that keeps nothing on disk: what it holds may be lost."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import redis

from cluster.processes import Server, ServerFailed


class RedisServer(Server):
    """Redis on a loopback port, forgetting everything when it ends."""

    def __init__(self, folder: Path) -> None:
        super().__init__("redis", folder)

    def command(self) -> Sequence[str]:
        """Returns the server's command."""
        return [
            installed("redis-server", "redis-server"),
            *("--port", str(self.port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
        ]

    def is_ready(self) -> bool:
        """Tells whether it answers a ping."""
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    @property
    def url(self) -> str:
        """Returns its address as the setting ASSISTANT_REDIS_URL takes it."""
        return f"redis://127.0.0.1:{self.port}/0"


def installed(program: str, package: str) -> str:
    """Returns the path of a program; raises ServerFailed naming Debian's package without it."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise ServerFailed(f"{program} is not installed (Debian: apt-get install {package})")
    return found
