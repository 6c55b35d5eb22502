"""A server whose only model is broken starts all the same, and takes up a whole one by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

from bot.adapters.rasa_training import model_path
from tests.conversations.conftest import Seller, Server
from tests.waiting import until

pytestmark = pytest.mark.model

PROJECT = Path(__file__).resolve().parents[2]


def test_a_broken_file_lets_people_answer_until_a_whole_one_comes(tmp_path: Path) -> None:
    trained = model_path(PROJECT, PROJECT / "models")
    assert trained.is_file(), "no model for the present data: run `make train`"
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "cut.tar.gz").write_bytes(trained.read_bytes()[: trained.stat().st_size // 2])
    server = Server(tmp_path, ASSISTANT_BURST_SECONDS="0", ASSISTANT_MODEL_DIR=str(folder))
    server.start()
    try:
        address = f"{server.address}/readyz"
        assert httpx.get(address, timeout=60).status_code == 503
        seller = Seller(server)
        answer = httpx.post(
            f"{server.address}/webhooks/rest/webhook",
            json={"sender": "moi", "message": "mon client ne répond plus", "message_id": "m1"},
            headers={"Authorization": f"Bearer {server.token(seller.id)}"},
            timeout=60,
        )
        # Kept, and not answered at once: nobody is told anything that is not so.
        assert (answer.status_code, set(answer.json())) == (503, {"error"})
        escalations = server.application.store.escalations
        until(lambda: len(escalations()) == 1)
        shutil.copyfile(trained, folder / "whole.tar.gz")
        until(lambda: httpx.get(address, timeout=60).status_code == 200)
        assert httpx.get(address, timeout=60).json()["model"] == "whole.tar.gz"
        assert seller.says("bonjour à toute l'équipe") == ["talk_greet"]
    finally:
        server.stop()
