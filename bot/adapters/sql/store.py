"""What the parts of the conversation store share: transactions, and one kind of insert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from bot.adapters.sql.engine import reading, writing
from bot.errors import BadInput, StorageError


class SqlStore:
    """Gives its subclasses transactions on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Opens a transaction that reads; raises StorageError for the database's errors."""
        with storage_errors(), reading(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Opens a transaction that writes; raises StorageError for the database's errors."""
        with storage_errors(), writing(self._engine) as connection:
            yield connection


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turns the library's errors into StorageError, a NUL that PostgreSQL refuses into BadInput."""
    try:
        yield
    except ValueError as error:
        if "NUL" not in str(error):
            raise
        raise BadInput("a text holds a NUL") from error  # the driver raises it bare
    except sa.exc.SQLAlchemyError as error:
        # The library's own text names statements and values, which are people's messages.
        raise StorageError(f"the database refused: {type(error).__name__}") from error


def insert_unless_present(
    connection: Connection, table: sa.Table, values: Mapping[str, Any], *unique: str
) -> bool:
    """Inserts a row unless one agrees with it in the columns ``unique``; tells whether it did."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(dict(values))
    inserted = connection.execute(statement.on_conflict_do_nothing(index_elements=unique))
    return bool(inserted.rowcount == 1)


def insert_or_update(
    connection: Connection, table: sa.Table, values: Mapping[str, Any], *unique: str
) -> None:
    """Inserts a row, or writes its values over the one that agrees in the columns ``unique``."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(dict(values))
    changed = {name: value for name, value in values.items() if name not in unique}
    connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=changed))
