"""A running server whose folder holds two trained models: the real one, and one that disagrees.

The second is the first with two of its labels changed for one another, so that nothing has to be
trained and it is known what it labels otherwise.
"""

from __future__ import annotations

import io
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.adapters.rasa_training import model_path
from tests.conversations.conftest import Seller, Server

PROJECT = Path(__file__).resolve().parents[2]
OLD, OTHER, BROKEN, HOLLOW = "old.tar.gz", "other.tar.gz", "broken.tar.gz", "hollow.tar.gz"
EXCHANGED = ("faq_cancel_order", "faq_community_forum")


def patched(model: Path, target: Path, patch: Callable[[bytes], bytes]) -> None:
    """Copies a model with its intent model changed."""
    with tarfile.open(model) as source, tarfile.open(target, "w:gz", compresslevel=1) as made:
        for member in source.getmembers():
            if not member.isfile():
                made.addfile(member)
                continue
            held = source.extractfile(member)
            assert held is not None
            content = held.read()
            if member.name.endswith("intent_model.pickle"):
                content = patch(content)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))


def exchange_labels(pickled: bytes) -> bytes:
    model = pickle.loads(pickled)
    one, other = EXCHANGED
    names = {one: other, other: one}
    model._classes = [names.get(label, label) for label in model._classes]
    return pickle.dumps(model)


@pytest.fixture(scope="session")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    trained = model_path(PROJECT, PROJECT / "models")
    assert trained.is_file(), "no model for the present data: run `make train`"
    folder = tmp_path_factory.mktemp("models")
    patched(trained, folder / OTHER, exchange_labels)
    patched(trained, folder / HOLLOW, lambda pickled: pickled[: len(pickled) // 2])
    (folder / BROKEN).write_bytes(b"this is no archive")
    shutil.copyfile(trained, folder / OLD)
    return folder


@pytest.fixture
def model_dir(model_files: Path, tmp_path: Path) -> Path:
    """A folder of the test's own with links to the models; the old one is the newest."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in model_files.iterdir():
        os.symlink(path, folder / path.name)
    os.utime(model_files / OLD)
    return folder


@pytest.fixture
def server(tmp_path: Path, model_dir: Path) -> Iterator[Server]:
    running = learning_server(tmp_path, model_dir)
    running.start()
    yield running
    running.stop()


def learning_server(folder: Path, model_dir: Path) -> Server:
    # A hundred messages at once may take long where other things run too; none is to be given up.
    plenty = {"ASSISTANT_TURN_SECONDS": "200"}
    plenty |= {f"ASSISTANT_LIMIT_{n}": "1000000/minute" for n in ("ADDRESS", "SELLER", "MESSAGES")}
    return Server(folder, ASSISTANT_BURST_SECONDS="0", ASSISTANT_MODEL_DIR=str(model_dir), **plenty)


@pytest.fixture
def seller(server: Server) -> Seller:
    return Seller(server)


@pytest.fixture
def command(server: Server) -> Callable[..., str]:
    """Runs a command of the command line in a process of its own, on the server's database."""
    settings = server.application.settings
    environment = {
        **os.environ,
        "ASSISTANT_DEMO": "1",
        "ASSISTANT_DATABASE_URL": settings.database_url,
        "ASSISTANT_MODEL_DIR": str(settings.model_dir),
    }

    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run
