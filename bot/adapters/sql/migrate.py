"""Brings a database to the tables this code expects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from bot.adapters.sql.engine import create_engine, writing
from bot.adapters.sql.store import storage_errors

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_214_365  # any number, the same in every replica


def upgrade(database: str | Engine, revision: str = "head") -> None:
    """Applies the migrations up to ``revision``, in one transaction.

    Processes that start together wait for each other; the later ones find nothing to do, and so
    does an earlier version of the code, to which one rolled back. Raises StorageError when the
    database does not answer or refuses.
    """
    with _migrating(database) as config:
        if not _is_newer(config):
            command.upgrade(config, revision)


def is_current(database: str | Engine) -> bool:
    """Tells whether the tables are those of this code, or of a later version.

    Migrations only add while versions run side by side (docs/runbook.md), so that the code before
    works on tables after. Raises StorageError when the database does not answer.
    """
    with _migrating(database) as config:
        heads = set(ScriptDirectory.from_config(config).get_heads())
        return _heads(config) == heads or _is_newer(config)


def downgrade(database: str | Engine, revision: str) -> None:
    """Takes back the migrations after ``revision`` ("base": all), in one transaction.

    Raises StorageError when the database does not answer or refuses.
    """
    with _migrating(database) as config:
        command.downgrade(config, revision)


@contextmanager
def _migrating(database: str | Engine) -> Iterator[Config]:
    """Opens a transaction for Alembic, with an engine of its own for a URL."""
    engine = create_engine(database) if isinstance(database, str) else database
    try:
        with storage_errors(), writing(engine) as connection:
            if connection.dialect.name == "postgresql":  # SQLite lets one writer in anyway
                _enter_alone(connection)
            yield _config(connection)
    finally:
        if engine is not database:
            engine.dispose()


def _heads(config: Config) -> set[str]:
    context = MigrationContext.configure(config.attributes["connection"])
    return set(context.get_current_heads())


def _is_newer(config: Config) -> bool:
    """Tells whether the database has been brought to a revision that this code does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return not _heads(config) <= known


def _enter_alone(connection: Connection) -> None:
    """Waits for other replicas that migrate; a statement may then take as long as it takes.

    A lock on a table is not waited for so long: whoever waits for one holds up all who come after.
    """
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(sa.text(f"SET LOCAL {limit} = 0"))
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    connection.execute(sa.text("SET LOCAL lock_timeout = '30s'"))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
