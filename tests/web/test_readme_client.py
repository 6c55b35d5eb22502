"""The client of the README is a whole one: it talks to the real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.web.site.app import PREFIX
from tests.conversations.conftest import Seller, Server

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")


def snippet() -> str:
    found = re.search(r"<!-- client: run by a test -->\n```python\n(.*?)```", README, re.S)
    assert found
    return found[1]


def test_it_is_about_twenty_lines() -> None:
    code = [line for line in snippet().splitlines() if line.strip() and line.strip()[0] != "#"]
    assert len(code) <= 20


@pytest.mark.model
def test_it_holds_a_conversation(server: Server, tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(snippet(), "utf-8")
    seller = Seller(server)
    order = seller.has_order(title="Logo d'une librairie")
    typed = f"bonjour\nprolonge {order.number} de 3 jours, je déménage\noui\n"
    environment = {
        **os.environ,
        "SITE_API": f"{server.address}{PREFIX}",
        "SELLER_TOKEN": server.token(seller.id),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "client.py"],
        cwd=tmp_path, input=typed, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert said.count("seller>") == 3 and said.count("bot>") == 3
    assert "Logo d'une librairie" in said and "[Oui, envoyer la demande]" in said
    assert [request.days for request in seller.requests(order)] == [3]
