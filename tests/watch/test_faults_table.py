"""The table of what happens when something breaks says what is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.adapters.content_yaml import load_content
from bot.settings import PREFIX, Settings
from bot.web.refusals import SENTENCES
from tests.watch.test_health import alerts, known_metrics

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "faults.md").read_text("utf-8")
ROWS = [line for line in PAGE.split("## Room")[0].splitlines() if line.startswith("| ")][1:]
DEMANDED = ["marketplace down", "marketplace slow", "Redis down", "database read-only", "database gone", "disk full", "Slack down", "new model is broken", "no model", "replica dies", "clock is wrong"]  # fmt: skip


def test_every_fault_has_its_row() -> None:
    names = [row.split("|")[1] for row in ROWS]
    assert [fault for fault in DEMANDED if not any(fault in name for name in names)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_a_row_names_tests_there_are(row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
    assert named, "no test"
    for file, test in named:
        tree = ast.parse((PROJECT / file).read_text("utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_sellers_read_approved_sentences() -> None:
    content = load_content(PROJECT / "data", "https://aide.example.com/{article}")
    written = (PROJECT / "data" / "responses").glob("*.yml")
    approved = "\n".join([*SENTENCES.values(), *(path.read_text("utf-8") for path in written)])
    assert content
    said = re.findall(r"« (.*?) »", PAGE)
    assert len(said) >= 8
    assert [sentence for sentence in said if sentence not in approved] == []


def test_figures_alerts_and_settings_are_ours() -> None:
    assert set(re.findall(r"\bassistant_\w+", PAGE)) <= known_metrics()
    assert set(re.findall(r"\bAssistant[A-Z]\w+", PAGE)) <= {alert["alert"] for alert in alerts()}
    settings = {PREFIX + name.upper() for name in Settings.__dataclass_fields__}
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+", PAGE)) <= settings


def test_the_room_is_what_the_settings_give() -> None:
    defaults = {name: field.default for name, field in Settings.__dataclass_fields__.items()}
    room = PAGE.split("## Room")[1].split("\n\n")[0]
    for line in room.splitlines():
        for name in re.findall(rf"{PREFIX}(MOST_[A-Z_]+)", line)[:1]:
            assert str(defaults[name.lower()]) in line, name
