"""What Alembic runs: with a connection given by migrate.py, or from the command line.

From the command line the database is named by an argument, as in
``alembic -x url=sqlite:///bot.db upgrade head``: only ``bot.settings`` reads the environment.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

import bot.adapters.marketplace_tables  # registers its tables with the metadata
import bot.adapters.sql.account_tables
import bot.adapters.sql.answer_tables
import bot.adapters.sql.learning_tables
import bot.adapters.sql.privacy_tables
import bot.adapters.sql.slack_tables
import bot.adapters.sql.tables
import bot.adapters.sql.watch_tables  # noqa: F401 - and these theirs
from bot.adapters.sql.engine import create_engine, writing
from bot.adapters.sql.metadata import metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes a table by making it anew
    )
    with context.begin_transaction():
        context.run_migrations()


def _url() -> str:
    url = context.get_x_argument(as_dictionary=True).get("url")
    if not url:
        raise SystemExit("Name the database: alembic -x url=sqlite:///bot.db …")
    return url


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    _run(given)
elif context.is_offline_mode():
    context.configure(url=_url(), target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with writing(create_engine(_url())) as opened:
        _run(opened)
