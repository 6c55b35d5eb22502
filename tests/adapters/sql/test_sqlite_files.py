"""Connections to a SQLite file stay open, and never outlive the file they are for."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.adapters.sql.engine import create_engine, reading, writing


def put(engine: sa.engine.Engine, word: str) -> None:
    with writing(engine) as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS words (word TEXT)"))
        connection.execute(sa.text("INSERT INTO words VALUES (:word)"), {"word": word})


def words(engine: sa.engine.Engine) -> list[str]:
    with reading(engine) as connection:
        return [row[0] for row in connection.execute(sa.text("SELECT word FROM words"))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


def test_one_after_another_is_one_connection(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    opened = []
    sa.event.listen(engine, "connect", lambda connection, record: opened.append(connection))
    for word in ["one", "two", "three"]:
        put(engine, word)
    assert words(engine) == ["one", "two", "three"]
    assert len(opened) == 1


def test_a_restored_file_is_the_one_that_is_read_and_written(path: Path) -> None:
    other = path.with_name("backup.db")
    restored, engine = create_engine(f"sqlite:///{other}"), create_engine(f"sqlite:///{path}")
    put(restored, "restored")
    restored.dispose()  # the log is written back: the file is whole
    put(engine, "lost")
    path.unlink()
    for log in path.parent.glob("bot.db-*"):
        log.unlink()
    other.rename(path)
    assert words(engine) == ["restored"]
    put(engine, "more")
    assert words(create_engine(f"sqlite:///{path}")) == ["restored", "more"]


def test_in_memory_there_is_one_for_each_engine() -> None:
    engine, another = create_engine("sqlite://"), create_engine("sqlite://")
    put(engine, "here")
    put(another, "there")
    assert (words(engine), words(another)) == (["here"], ["there"])
