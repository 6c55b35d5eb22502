"""All servers together: replicas behind nginx over PostgreSQL, Redis and a marketplace."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from bot.adapters.sql.migrate import upgrade
from bot.settings import DEMO_SECRETS
from cluster.marketplace import MarketplaceServer
from cluster.nginx import NginxServer
from cluster.postgres import PostgresServer
from cluster.processes import Server
from cluster.redis_server import RedisServer
from cluster.replica import Replica

DATABASE = "assistant"
_NO_LIMIT = "1000000/minute"
UNLIMITED = {
    "ASSISTANT_LIMIT_ADDRESS": _NO_LIMIT,
    "ASSISTANT_LIMIT_SELLER": _NO_LIMIT,
    "ASSISTANT_LIMIT_MESSAGES": _NO_LIMIT,
    "ASSISTANT_LIMIT_STAFF": _NO_LIMIT,
    "ASSISTANT_LIMIT_SIGN_IN_ACCOUNT": _NO_LIMIT,
    "ASSISTANT_LIMIT_SIGN_IN_ADDRESS": _NO_LIMIT,
}
"""Settings for a load that comes from one address."""


class Cluster:
    """The servers of one service in one folder; in a ``with`` they start, and end with it.

    ``settings`` are environment variables of all replicas, over those that name the other
    servers. Without a folder there is a temporary one, deleted at the end. ``marketplace=False``
    leaves the orders in the assistant's own database, as in the demo.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        replicas: int = 2,
        marketplace: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._temporary = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="assistant-cluster-"))
        self.postgres = PostgresServer(self.folder / "postgres")
        self.redis = RedisServer(self.folder / "redis")
        self.marketplace = MarketplaceServer(self.folder / "marketplace") if marketplace else None
        self.database_url = self.postgres.url(DATABASE)
        told = {**self._common_settings(), **(settings or {})}
        self.replicas = [
            Replica(f"replica-{number}", self.folder / f"replica-{number}", told)
            for number in range(1, replicas + 1)
        ]
        ports = [replica.port for replica in self.replicas]
        self.nginx = NginxServer(self.folder / "nginx", lambda: ports)

    @property
    def url(self) -> str:
        """Returns the address of the whole service."""
        return self.nginx.url

    def servers(self) -> Iterator[Server]:
        """Yields all servers, in the order in which they start."""
        yield from (self.postgres, self.redis)
        if self.marketplace is not None:
            yield self.marketplace
        yield from self.replicas
        yield self.nginx

    def start(self) -> None:
        """Starts everything and returns when it serves; raises ServerFailed."""
        self.start_stores()
        for replica in self.replicas:
            replica.start(wait=False)
        for replica in self.replicas:
            replica.wait_until_ready()
        self.nginx.start()

    def start_stores(self) -> None:
        """Starts all but replicas and nginx, with the database up to date and still empty.

        Does nothing when they run already.
        """
        if self.postgres.is_running:
            return
        self.postgres.start()
        self.postgres.create_database(DATABASE)
        self.redis.start()
        if self.marketplace is not None:
            self.marketplace.forget()
            self.marketplace.start()
        upgrade(self.database_url)

    def stop(self) -> None:
        """Ends everything; logs stay where a folder was given."""
        for server in reversed(list(self.servers())):
            server.stop()
        self.postgres.remove()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Cluster:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _common_settings(self) -> dict[str, str]:
        found = {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": self.database_url,
            "ASSISTANT_REDIS_URL": self.redis.url,
        }
        if self.marketplace is not None:
            found["ASSISTANT_MARKETPLACE_URL"] = self.marketplace.url
            found["ASSISTANT_MARKETPLACE_KEY"] = DEMO_SECRETS["marketplace_key"]
        return found
