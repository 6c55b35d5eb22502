"""Engines and transactions, with SQLite's traps closed in one place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.adapters.sql.functions import add_missing_to_sqlite

WAIT_SECONDS = 10
"""How long a thread waits for a connection, and a statement for a lock, before it is an error."""
STATEMENT_SECONDS = 30
CONNECT_SECONDS = 3

_BEGIN = "begin_with"
_FILE = "file"
_KEPT_OPEN = 8
"""Connections to a SQLite file that stay open while nobody uses them."""


def create_engine(url: str, connections: int = 20) -> Engine:
    """Returns an engine; nothing is opened yet.

    SQLite gets WAL (readers do not wait for the writer), full durability, foreign keys, and a
    patient writer. A write transaction there begins as such: one that began by reading would
    fail when another wrote in between. PostgreSQL gets at most so many ``connections``, tried
    before they are used, and limits to how long anything waits. Transactions there read what is
    committed: every fence is a compare-and-set or a row lock. Errors of the database do not quote
    the values of a statement, which are people's messages.
    """
    if sa.engine.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, future=True, hide_parameters=True, **_sqlite_pool(url))
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "checkout", _refuse_another_file)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    return sa.create_engine(
        url,
        future=True,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=connections,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args=_postgresql_arguments(url),
    )


def _sqlite_pool(url: str) -> dict[str, Any]:
    """Returns how connections to a file are kept; in memory each engine has its one.

    Opening one and closing it again costs more than most transactions: the last to close writes
    the whole log back. Any thread may use any of them, one at a time.
    """
    if sa.engine.make_url(url).database in (None, "", ":memory:"):
        return {}
    return {
        "poolclass": sa.pool.QueuePool,
        "pool_size": _KEPT_OPEN,
        "max_overflow": -1,
        "connect_args": {"check_same_thread": False},
    }


def _postgresql_arguments(url: str) -> dict[str, Any]:
    """Returns what the driver is told: a dead server is noticed, nothing hangs for ever.

    What the URL itself says stands last, and counts.
    """
    limits = {
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": f"{WAIT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{2 * STATEMENT_SECONDS}s",
    }
    options = [f"-c {name}={value}" for name, value in limits.items()]
    given = sa.engine.make_url(url).query
    return {
        "options": " ".join([*options, str(given.get("options", ""))]).strip(),
        "application_name": given.get("application_name", "assistant"),
        "connect_timeout": int(given.get("connect_timeout", CONNECT_SECONDS)),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Opens a transaction that reads."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Opens a transaction that writes."""
    with engine.connect() as plain:
        connection = plain.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        with connection.begin():
            yield connection


def _prepare_sqlite(dbapi_connection: Any, record: Any) -> None:
    dbapi_connection.isolation_level = None  # pysqlite's own BEGIN comes too late
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "secure_delete=ON",  # what was deleted is overwritten: the file holds no more of it
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    add_missing_to_sqlite(dbapi_connection)
    record.info[_FILE] = _file_of(dbapi_connection)


def _refuse_another_file(dbapi_connection: Any, record: Any, proxy: Any) -> None:
    """Has a connection opened anew whose file was moved, removed or replaced since.

    It would go on writing where nobody reads any more.
    """
    path, identity = record.info[_FILE]
    if path and _identity(path) != identity:
        raise sa.exc.DisconnectionError("another file stands in the database's place")


def _file_of(dbapi_connection: Any) -> tuple[str, tuple[int, int] | None]:
    path = str(dbapi_connection.execute("PRAGMA database_list").fetchone()[2] or "")
    return path, _identity(path)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
