"""The migrations make exactly the tables the code describes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

import bot.adapters.marketplace_tables  # registers its tables with the metadata
import bot.adapters.sql.account_tables
import bot.adapters.sql.answer_tables
import bot.adapters.sql.learning_tables
import bot.adapters.sql.privacy_tables
import bot.adapters.sql.slack_tables
import bot.adapters.sql.tables  # noqa: F401 - and these theirs
from bot.adapters.sql.engine import create_engine, reading, writing
from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.migrate import downgrade, upgrade
from bot.errors import StorageError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """A migrated database nobody uses afterwards: its tables are changed here."""
    upgrade(empty_database_url)
    return empty_database_url


def differences(engine: Engine) -> list[Any]:
    """Returns what a new migration would have to change."""
    with reading(engine) as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), metadata)
        return found


def partial_indexes(engine: Engine) -> dict[str, str]:
    """Returns the conditions of partial indexes, which Alembic does not compare."""
    if engine.dialect.name == "postgresql":
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with reading(engine) as connection:
        rows = connection.execute(sa.text(query)).all()
    conditions = {name: re.search(r"WHERE (.*)", sql) for name, sql in rows}
    return {name: found[1] for name, found in conditions.items() if found}


def constraints(engine: Engine) -> dict[str, list[Any]]:
    """Returns keys and constraints with their names, which a later migration may need."""
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        return {
            name: [
                inspector.get_pk_constraint(name),
                sorted(inspector.get_foreign_keys(name), key=repr),
                sorted(inspector.get_unique_constraints(name), key=repr),
            ]
            for name in metadata.tables
        }


def test_the_migrated_schema_equals_the_metadata(engine: Engine) -> None:
    assert differences(engine) == []


def test_the_comparison_can_fail(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("ALTER TABLE jobs ADD COLUMN forgotten INTEGER"))
        connection.execute(sa.text("DROP INDEX ix_effects_state"))
    assert len(differences(engine)) == 2


def test_what_alembic_does_not_compare_is_the_same_too(engine: Engine) -> None:
    migrated = (partial_indexes(engine), constraints(engine))
    downgrade(engine, "base")
    with writing(engine) as connection:
        metadata.create_all(connection)

    assert migrated == (partial_indexes(engine), constraints(engine))
    assert set(migrated[0]) == {
        "ix_messages_received",
        "ix_messages_notices",
        "ix_messages_unsure",
        "uq_models_live",
        "uq_models_shadow",
        "uq_escalations_open",
        "ix_jobs_due",
        "uq_answer_drafts_open",
        "uq_erasures_under_way",
        "ix_slack_deliveries_open",
        "ix_slack_outbox_open",
        "ix_slack_threads_watched",
        "ux_marketplace_extensions_one_pending",
    }


def test_down_and_up_again(engine: Engine) -> None:
    downgrade(engine, "base")
    with reading(engine) as connection:
        left = sa.inspect(connection).get_table_names()
    assert left == ["alembic_version"]
    upgrade(engine)
    assert differences(engine) == []


def test_migrating_again_changes_nothing(engine: Engine, chat: Any) -> None:
    chat.say("bonjour")
    upgrade(engine)
    assert chat.texts() == [(1, "seller", "bonjour")]


def test_processes_that_start_together_migrate_once(engine: Engine, together: Any) -> None:
    downgrade(engine, "base")
    together(lambda _: upgrade(engine), 4)
    assert differences(engine) == []


def test_a_failed_migration_leaves_nothing(engine: Engine) -> None:
    downgrade(engine, "base")

    @sa.event.listens_for(engine, "before_cursor_execute")
    def fail(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "CREATE TABLE jobs" in statement:
            raise sa.exc.OperationalError(statement, {}, Exception("disk full"))

    with pytest.raises(StorageError):
        upgrade(engine)
    sa.event.remove(engine, "before_cursor_execute", fail)
    upgrade(engine)
    assert differences(engine) == []


def test_a_url_will_do(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    made = create_engine(empty_database_url)
    assert differences(made) == []
    made.dispose()


def alembic(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "alembic", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_line_migrates_the_database_it_is_given(empty_database_url: str) -> None:
    done = alembic("-x", f"url={empty_database_url}", "upgrade", "head")
    assert done.returncode == 0, done.stderr
    checked = alembic("-x", f"url={empty_database_url}", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_command_line_shows_the_statements(empty_database_url: str) -> None:
    shown = alembic("-x", f"url={empty_database_url}", "upgrade", "head", "--sql")
    assert shown.returncode == 0, shown.stderr
    assert "CREATE TABLE messages" in shown.stdout


def test_the_command_line_asks_for_a_database() -> None:
    refused = alembic("upgrade", "head")
    assert refused.returncode != 0
    assert "url=" in refused.stderr


def test_replicas_that_start_together_migrate_one_after_another(empty_database_url: str) -> None:
    environment = {
        **os.environ, "ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": empty_database_url
    }  # fmt: skip
    command = [sys.executable, "-m", "bot", "migrate"]
    starting = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    problems = [process.communicate(timeout=120)[1] for process in starting]
    assert [process.returncode for process in starting] == [0, 0], problems
    made = create_engine(empty_database_url)
    assert differences(made) == []
    made.dispose()
