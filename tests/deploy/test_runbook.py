"""The runbook's commands, taken from its text and run: backups bring everything back."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ruamel.yaml import YAML
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import create_engine, reading
from bot.adapters.sql.metadata import metadata
from bot.adapters.sql.migrate import is_current, upgrade
from bot.settings import read_settings
from bot.support.conversations import EffectState
from cluster.postgres import PostgresServer
from tests.adapters.sql.conftest import Chat

PROJECT = Path(__file__).resolve().parents[2]
RUNBOOK = (PROJECT / "docs" / "runbook.md").read_text("utf-8")
BLOCK = re.compile(r"<!-- run by a test: (.*?) -->\n```sh\n(.*?)```", re.S)
SCRIPTS = dict(BLOCK.findall(RUNBOOK))


def run(name: str, folder: Path, **environment: str) -> None:
    """Runs one block of the runbook in a folder, as somebody who follows it would."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", SCRIPTS[name]], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(PROJECT), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Returns all rows of all tables."""
    with reading(engine) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table)).all()), key=repr)
            for table in metadata.sorted_tables
        }


def lived_in(url: str) -> Chat:
    """Returns a conversation with an extension under way, in a migrated database."""
    upgrade(url)
    chat = Chat(SqlConversationStore(create_engine(url)))
    chat.offer("Oui", "Non")
    chat.store.open_effect(chat.effect(EffectState.PROPOSED), chat.now)
    chat.say("prolongez-la de deux jours, s'il vous plaît")
    return chat


def check_restored(chat: Chat, url: str, kept: dict[str, Any]) -> None:
    engine = create_engine(url)
    assert is_current(engine)
    assert everything(engine) == kept
    assert kept["messages"] and kept["effects"] and kept["conversations"]
    # Counters came back as well: what is written next has room.
    again = Chat(SqlConversationStore(engine), "somebody else")
    again.say("bonjour")
    assert [number for number, _, _ in again.texts()] == [1]
    engine.dispose()


def test_a_destroyed_postgresql_comes_back(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.create_database("assistant")
    chat = lived_in(url)
    address = url.replace("postgresql+psycopg2", "postgresql")
    environment = {"DATABASE": address, "BACKUP": str(tmp_path / "assistant.dump"),
                   "ASSISTANT_DATABASE_URL": url, "ASSISTANT_DEMO": "1"}  # fmt: skip
    kept = everything(chat.store._engine)

    run("back up PostgreSQL", tmp_path, **environment)
    chat.say("ceci vient après la sauvegarde")
    postgres.drop_database("assistant")
    with pytest.raises(sa.exc.OperationalError):
        everything(create_engine(url))
    postgres.create_database("assistant")
    run("restore PostgreSQL", tmp_path, **environment)

    check_restored(chat, url, kept)


def test_a_destroyed_sqlite_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "var" / "assistant.db"
    file.parent.mkdir()
    url = f"sqlite:///{file}"
    chat = lived_in(url)
    environment = {"BACKUP": str(tmp_path / "backup.db"), "ASSISTANT_DATABASE_URL": url,
                   "ASSISTANT_DEMO": "1"}  # fmt: skip

    with reading(chat.store._engine) as connection:  # somebody reads: the log is not written back
        connection.execute(sa.text("SELECT count(*) FROM messages"))
        chat.say("et ceci juste avant")
        kept = everything(chat.store._engine)
        assert file.with_name("assistant.db-wal").stat().st_size > 0
        run("back up SQLite", tmp_path, **environment)
    chat.say("ceci vient après la sauvegarde")
    chat.store._engine.dispose()
    file.write_bytes(b"this disk is broken" * 1000)
    run("restore SQLite", tmp_path, **environment)

    check_restored(chat, url, kept)


def test_a_backup_that_is_cut_off_is_noticed(postgres: PostgresServer, tmp_path: Path) -> None:
    dump = tmp_path / "cut.dump"
    dump.write_bytes(b"PGDMP\x01\x0e\x00")
    with pytest.raises(AssertionError, match="pg_restore"):
        run("restore PostgreSQL", tmp_path, BACKUP=str(dump), DATABASE=postgres.url("postgres"))


def test_secrets_are_made_for_the_accounts_that_read_them(tmp_path: Path) -> None:
    assert os.geteuid() == 0, "handing files to other accounts takes root, as in .ci/run"
    folder = tmp_path / "secrets"
    run("secrets", tmp_path, ASSISTANT_SECRETS=str(folder), MARKETPLACE_KEY="from-the-marketplace")
    made = {path.name: path for path in folder.iterdir()}
    for name, path in made.items():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, name
        assert path.stat().st_uid == (999 if name.endswith("password") else 10001), name
    settings = read_settings(
        {f"ASSISTANT_{name.upper()}_FILE": str(path) for name, path in made.items()}
    )
    assert settings.marketplace_key == "from-the-marketplace"
    assert len(settings.webhook_secret) >= 32 and len(settings.jwt_keys) >= 32
    password = made["database_password"].read_text().strip()
    assert password in settings.database_url
    assert sa.engine.make_url(settings.database_url).password == password


def test_every_block_for_a_test_is_run_by_one() -> None:
    source = Path(__file__).read_text("utf-8")
    assert len(SCRIPTS) == RUNBOOK.count("<!-- run by a test")
    for name in SCRIPTS:
        assert f'run("{name}"' in source, name


def test_every_alert_has_its_row_and_every_row_its_alert() -> None:
    rules = YAML(typ="safe").load((PROJECT / "deploy" / "alerts.yml").read_text("utf-8"))
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", RUNBOOK.split("## Alerts")[1], re.M)
    assert sorted(name for name, _, _ in rows) == sorted(alerts)
    assert len(set(alerts)) == len(alerts)


def commands(text: str) -> Iterator[list[str]]:
    for line in re.findall(r"python -m bot ([a-z][^`\n)]*)", text):
        yield line.split()


@pytest.mark.parametrize("command", list(commands(RUNBOOK)), ids=" ".join)
def test_every_command_named_exists(command: list[str]) -> None:
    from bot.cli import _parser

    accepts: Callable[[list[str]], Any] = _parser().parse_args
    words = [word for word in command if word not in ("…", "NAME")]
    try:
        accepts(words)
    except SystemExit as error:
        raise AssertionError(f"python -m bot {' '.join(words)}") from error
