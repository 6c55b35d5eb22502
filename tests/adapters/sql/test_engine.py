"""PostgreSQL never makes anybody wait for ever, and comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.sql import engine as engines
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import create_engine, reading, writing
from bot.errors import StorageError
from tests.adapters.sql.conftest import START
from tests.databases import Databases


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.migrated("postgresql") as made:
        yield made


@pytest.fixture
def postgres(url: str) -> Iterator[Engine]:
    made = create_engine(url)
    yield made
    made.dispose()


def shown(engine: Engine, name: str) -> str:
    with reading(engine) as connection:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())


def test_every_wait_has_an_end(postgres: Engine) -> None:
    assert shown(postgres, "statement_timeout") == "30s"
    assert shown(postgres, "lock_timeout") == "10s"
    assert shown(postgres, "idle_in_transaction_session_timeout") == "1min"
    assert shown(postgres, "transaction_isolation") == "read committed"
    assert shown(postgres, "application_name") == "assistant"


def test_what_the_url_says_counts(url: str) -> None:
    said = create_engine(f"{url}?options=-c%20statement_timeout%3D7s&application_name=mine")
    assert shown(said, "statement_timeout") == "7s"
    assert shown(said, "lock_timeout") == "10s"
    assert shown(said, "application_name") == "mine"
    said.dispose()


def test_a_lock_nobody_gives_back_is_an_error(url: str, postgres: Engine) -> None:
    conversation = SqlConversationStore(postgres).open_conversation("lea", "site", START)
    hurried = create_engine(f"{url}?options=-c%20lock_timeout%3D50ms")
    with writing(postgres) as connection:
        connection.execute(sa.text("SELECT * FROM conversations FOR UPDATE"))
        with pytest.raises(StorageError):
            SqlConversationStore(hurried).begin_turn(conversation.id, "one", START)
    assert SqlConversationStore(hurried).begin_turn(conversation.id, "one", START) is None
    hurried.dispose()


def test_a_connection_that_none_gives_back_is_an_error(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    small = create_engine(url, connections=1)
    with small.connect(), pytest.raises(StorageError):
        SqlConversationStore(small).conversation("c_1")
    assert SqlConversationStore(small).conversation("c_1") is None
    small.dispose()


def test_connections_that_were_cut_are_made_anew(postgres: Engine, url: str) -> None:
    store = SqlConversationStore(postgres)
    conversation = store.open_conversation("lea", "site", START)
    other = create_engine(url)
    with writing(other) as connection:
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        assert connection.execute(sa.text(cut)).scalar_one() >= 1
    other.dispose()
    assert store.conversation(conversation.id) == conversation


def test_a_server_that_is_not_there_is_an_error() -> None:
    nowhere = create_engine("postgresql+psycopg2://postgres@127.0.0.1:1/none")
    with pytest.raises(StorageError):
        SqlConversationStore(nowhere).conversation("c_1")
