"""Versions side by side: which tables a version of the code accepts, and what migrations may do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql import migrate
from bot.adapters.sql.engine import reading, writing
from bot.adapters.sql.migrate import downgrade, is_current, upgrade

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
BEFORE_REPLICAS = "0010"
TAKES_AWAY = {"drop_column", "drop_table", "rename_table", "drop_constraint"}


def revision_of(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())


def test_tables_of_this_version_are_accepted_and_older_ones_are_not(engine: Engine) -> None:
    assert is_current(engine)
    downgrade(engine, "-1")
    assert not is_current(engine)
    upgrade(engine)
    assert is_current(engine)


def test_an_empty_database_is_not_accepted(engine: Engine) -> None:
    downgrade(engine, "base")
    assert not is_current(engine)


def test_the_version_before_runs_on_tables_of_the_next_one_and_leaves_them(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999_from_later'"))
    assert is_current(engine)
    upgrade(engine)
    assert revision_of(engine) == "9999_from_later"


def taken_away(source: str) -> list[str]:
    """Returns what ``upgrade`` of a migration takes from a version that still runs."""
    upgrades = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    found = []
    for node in ast.walk(upgrades[0]):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, options = node.func.attr, {keyword.arg for keyword in node.keywords}
        if name in TAKES_AWAY or (name == "alter_column" and "new_column_name" in options):
            found.append(f"line {node.lineno}: {name}")
        if name == "add_column" and "nullable=False" in ast.unparse(node):
            if "server_default" not in ast.unparse(node):
                found.append(f"line {node.lineno}: a column that the version before does not fill")
    return found


def test_migrations_only_add_while_versions_run_side_by_side() -> None:
    problems = [
        f"{path.name}, {problem}"
        for path in sorted(VERSIONS.glob("*.py"))
        if path.name[:4] > BEFORE_REPLICAS
        for problem in taken_away(path.read_text("utf-8"))
    ]
    assert problems == []


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_table("jobs")',
        'batch.drop_column("state")',
        'op.alter_column("jobs", "kind", new_column_name="sort")',
        'op.add_column("jobs", sa.Column("lane", sa.Text(), nullable=False))',
    ],
)
def test_a_migration_that_takes_something_away_is_found(line: str) -> None:
    assert taken_away(f"def upgrade():\n    {line}\n") != []


def test_one_that_adds_is_not() -> None:
    line = 'op.add_column("jobs", sa.Column("lane", sa.Text(), nullable=False, server_default=""))'
    assert (
        taken_away(f"def upgrade():\n    {line}\n\ndef downgrade():\n    op.drop_table('x')\n")
        == []
    )
