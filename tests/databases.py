"""Databases for tests, on both engines: each one's own, made quickly as a copy of a migrated one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from psycopg2 import sql

from bot.adapters.sql.migrate import upgrade
from cluster.postgres import PostgresServer

ENGINES = ("sqlite", "postgresql")


class QuickPostgres(PostgresServer):
    """A PostgreSQL that loses what it held when the machine stops, and copies databases."""

    def command(self) -> Sequence[str]:
        quick = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
        pairs = [part for name, value in quick.items() for part in ("-c", f"{name}={value}")]
        return [*super().command(), *pairs]

    def copy_database(self, name: str, of: str) -> str:
        names = sql.Identifier(name), sql.Identifier(of)
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(name)


class Databases:
    """Makes databases, empty or migrated; ``postgres`` starts when it is needed first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres: QuickPostgres | None = None
        self._migrated: dict[str, str] = {}

    @property
    def postgres(self) -> QuickPostgres:
        if self._postgres is None:
            server = QuickPostgres(self._folder / "postgres")
            server.start()
            self._postgres = server
        return self._postgres

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """Yields the URL of an empty database."""
        with self._new(engine, None) as url:
            yield url

    @contextmanager
    def migrated(self, engine: str) -> Iterator[str]:
        """Yields the URL of a database with all tables, and nothing in them."""
        if engine not in self._migrated:
            if engine == "sqlite":
                url = f"sqlite:///{self._folder / 'migrated.db'}"
            else:
                url = self.postgres.create_database("migrated")
            upgrade(url)
            self._migrated[engine] = url
        with self._new(engine, self._migrated[engine]) as url:
            yield url

    def stop(self) -> None:
        if self._postgres is not None:
            self._postgres.remove()

    @contextmanager
    def _new(self, engine: str, of: str | None) -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        if engine == "sqlite":
            file = self._folder / f"{name}.db"
            if of is not None:
                shutil.copy(of.removeprefix("sqlite:///"), file)
            yield f"sqlite:///{file}"
            for part in self._folder.glob(f"{name}.db*"):
                part.unlink()
            return
        if of is None:
            yield self.postgres.create_database(name)
        else:
            yield self.postgres.copy_database(name, of.rpartition("/")[2])
        self.postgres.drop_database(name)
