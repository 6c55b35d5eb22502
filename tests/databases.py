"""Databases for tests, on both engines: each one's own, or as if it were.

A SQLite file is a copy of a migrated one. A PostgreSQL database is emptied after a test and used
again: making one takes longer than most tests.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg2

from bot.adapters.sql.migrate import upgrade
from cluster.postgres import PostgresServer

ENGINES = ("sqlite", "postgresql")


_EMPTY = """
SET lock_timeout = '2s';
SET session_replication_role = replica;  -- neither triggers nor foreign keys object
DO $$
DECLARE each record;
BEGIN
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('alembic_version', 'calendar')
    LOOP EXECUTE format('DELETE FROM %I', each.tablename); END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP PERFORM setval(each.sequencename::regclass, 1, false); END LOOP;
END $$;
"""
"""Takes out all that tests put in; what migrations filled in stays."""

_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat(attrelid::regclass, '.', attname, atttypid, attnotnull, attisdropped)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat(conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT version_num FROM alembic_version
) AS shape (part)
"""
"""Says what tables there are and how they are made; an error where there are none."""


class QuickPostgres(PostgresServer):
    """A PostgreSQL that loses what it held when the machine stops."""

    def command(self) -> Sequence[str]:
        quick = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
        pairs = [part for name, value in quick.items() for part in ("-c", f"{name}={value}")]
        return [*super().command(), *pairs]

    def empty_database(self, name: str) -> str:
        """Takes out what a test put in, and returns the tables' shape."""
        connection = self._connect(name)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(_SHAPE)
                shape = str(cursor.fetchone())
                cursor.execute(_EMPTY)
        finally:
            connection.close()
        return shape


class Databases:
    """Makes databases, empty or migrated; ``postgres`` starts when it is needed first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres: QuickPostgres | None = None
        self._free: list[str] = []  # migrated databases of PostgreSQL with nothing in them
        self._shape = ""

    @property
    def postgres(self) -> QuickPostgres:
        if self._postgres is None:
            server = QuickPostgres(self._folder / "postgres")
            server.start()
            self._postgres = server
        return self._postgres

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """Yields the URL of a database without any table, which nobody uses afterwards."""
        if engine == "sqlite":
            with self._file() as file:
                yield f"sqlite:///{file}"
        else:
            name = f"test_{uuid4().hex}"
            yield self.postgres.create_database(name)
            self.postgres.drop_database(name)

    @contextmanager
    def migrated(self, engine: str) -> Iterator[str]:
        """Yields the URL of a database with all tables, and nothing in them."""
        if engine == "sqlite":
            with self._file() as file:
                shutil.copy(self._migrated_file(), file)
                yield f"sqlite:///{file}"
        else:
            name = self._free.pop() if self._free else self._new()
            yield self.postgres.url(name)
            self._take_back(name)

    def stop(self) -> None:
        if self._postgres is not None:
            self._postgres.remove()

    def _new(self) -> str:
        name = f"test_{uuid4().hex}"
        upgrade(self.postgres.create_database(name))
        self._shape = self.postgres.empty_database(name)
        return name

    def _take_back(self, name: str) -> None:
        try:
            shape = self.postgres.empty_database(name)
        except psycopg2.Error:  # a test that failed may hold locks there
            shape = ""
        if shape == self._shape:
            self._free.append(name)
        else:  # a test changed its tables
            self.postgres.drop_database(name)

    def _migrated_file(self) -> Path:
        file = self._folder / "migrated.db"
        if not file.exists():
            upgrade(f"sqlite:///{file}")
        return file

    @contextmanager
    def _file(self) -> Iterator[Path]:
        file = self._folder / f"test_{uuid4().hex}.db"
        yield file
        for part in self._folder.glob(f"{file.name}*"):
            part.unlink()
