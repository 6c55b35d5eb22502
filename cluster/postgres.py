"""A real PostgreSQL, as Debian's package installs it, with data of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg2
from psycopg2 import sql

from cluster.processes import Server, ServerFailed, accepts

USER = "postgres"
_INSTALLED = Path("/usr/lib/postgresql")


class PostgresServer(Server):
    """PostgreSQL that anybody on this machine may use as ``postgres``; durable as by default.

    It refuses to run as root and then runs as Debian's user ``postgres``, who must be able to
    reach its data: they lie in a temporary folder, which ``remove`` deletes.
    """

    def __init__(self, folder: Path, *, max_connections: int = 200) -> None:
        super().__init__("postgres", folder, user=USER if os.geteuid() == 0 else None)
        self._data: Path | None = None
        self._max_connections = max_connections

    def command(self) -> Sequence[str]:
        """Returns the server's command."""
        data = self._initialised()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(data),
            "max_connections": str(self._max_connections),
            "log_line_prefix": "%m [%p] ",
        }
        pairs = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(_program("postgres")), "-D", str(data), "-p", str(self.port), *pairs]

    def is_ready(self) -> bool:
        """Tells whether it lets somebody in."""
        if not accepts(self.port):
            return False
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    @property
    def stop_signal(self) -> int:
        """Returns the signal of a fast shutdown, which waits for no client."""
        return signal.SIGINT

    def url(self, database: str) -> str:
        """Returns the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg2://{USER}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Makes an empty database and returns its URL."""
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database, whoever is connected to it."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def remove(self) -> None:
        """Stops it and deletes its data; the log stays."""
        self.stop()
        if self._data is not None:
            shutil.rmtree(self._data, ignore_errors=True)
            self._data = None

    def _initialised(self) -> Path:
        """Returns the folder of its data, made at the first call."""
        if self._data is None:
            data = Path(tempfile.mkdtemp(prefix="assistant-postgres-"))
            if self._user:
                shutil.chown(data, self._user, self._user)
            made = subprocess.run(
                [str(_program("initdb")), "-D", str(data), "-U", USER, "-A", "trust",
                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
                capture_output=True, text=True, cwd="/", user=self._user, group=self._user,
                extra_groups=[] if self._user else None,
            )  # fmt: skip
            if made.returncode:
                raise ServerFailed(f"initdb failed:\n{made.stdout}{made.stderr}")
            self._data = data
        return self._data

    def _execute(self, statement: sql.Composed) -> None:
        connection = self._connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def _connect(self, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, connect_timeout=2
        )


def _program(name: str) -> Path:
    """Returns a program of the newest installed version; raises ServerFailed without one."""
    found = sorted(_INSTALLED.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise ServerFailed("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1]
