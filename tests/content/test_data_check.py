"""The data's own checks find what is planted, with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.adapters.data_check import check_data, read_phrases
from bot.adapters.phrase_breadth import frame_of

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copy(PROJECT / "domain.yml", tmp_path / "domain.yml")
    return tmp_path


def plant(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_project_is_in_order() -> None:
    assert check_data(PROJECT) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "nlu/faq/cancel_order.yml",
            "    examples: |\n",
            "    examples: |\n      - client injoignable\n",
            "stands also under faq_",
        ),
        (
            "nlu/faq/cancel_order.yml",
            "    examples: |\n",
            "    examples: |\n      - /request_extension\n",
            "no commands",
        ),
        (
            "nlu/faq/cancel_order.yml",
            "- fact: cancel_order.resolution_center_first",
            "- fact: cancel_order.unheard_of",
            "unknown fact",
        ),
        (
            "nlu/faq/block_buyer.yml",
            "fact: block_buyer.active_order}",
            "fact: block_buyer.nowhere}",
            "unknown fact",
        ),
        (
            "nlu/faq/block_buyer.yml",
            "intent: faq_report_buyer}",
            "intent: faq_nothing}",
            "leads to unknown",
        ),
        ("rules/requests.yml", "action: action_", "action: action_un", "unknown action"),
        ("nlu/out_of_scope.yml", "against: faq_availability", "against: x", "no contrast phrase"),
    ],
)
def test_a_planted_problem_is_found(
    project: Path, file: str, old: str, new: str, problem: str
) -> None:
    plant(project / "data" / file, old, new)
    found = [line for line in check_data(project) if problem in line]
    assert found, check_data(project)
    assert all("data/" in line for line in found)


def test_too_few_and_too_alike_are_found(project: Path) -> None:
    path = project / "data" / "nlu" / "faq" / "cancel_order.yml"
    head = path.read_text(encoding="utf-8").split("    examples: |\n")[0]
    alike = "".join(f"      - comment je peux annuler la commande {n}\n" for n in "abcdefgh")
    path.write_text(f"{head}    examples: |\n{alike}", encoding="utf-8")
    found = "\n".join(check_data(project))
    assert "faq_cancel_order has 8 phrases" in found
    assert "on the frame « comment je peux annuler … »" in found
    assert "0% of faq_cancel_order do without" in found


def test_greetings_are_no_part_of_a_frame() -> None:
    assert frame_of("Bonjour, je veux bien annuler ça") == frame_of("slt je veux bien annuler tout")
    assert frame_of("annuler") == ""


def test_phrases_know_where_they_stand() -> None:
    phrases = list(read_phrases(PROJECT / "data" / "nlu"))
    for phrase in phrases[::200]:
        path, _, line = phrase.location.rpartition(":")
        assert phrase.text in Path(path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
