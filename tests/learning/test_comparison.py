"""What other data would change is known before anything is trained for real."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.adapters.data_check import read_phrases
from bot.evaluation.blind_sets import BlindPhrase, BlindSet
from bot.evaluation.comparison import comparison
from bot.evaluation.figures import Judged

PROJECT = Path(__file__).resolve().parents[2]
FEW = 12
TOPICS = ("faq_block_buyer", "faq_community_forum", "greet", "faq_success_score")


def judged(text: str, meant: str, label: str) -> Judged:
    return Judged(BlindPhrase(text, meant, "plain"), label, 0.8, ())


def compared(name: str) -> list[str]:
    live = [
        judged("un", "greet", "thank"), judged("deux", "greet", "greet"),
        judged("trois", "thank", "greet"), judged("quatre", "out_of_scope", "out_of_scope"),
        judged("cinq", "stop", "greet"),
    ]  # fmt: skip
    candidate = [
        judged("un", "greet", "greet"), judged("deux", "greet", "thank"),
        judged("trois", "thank", "help"), judged("quatre", "out_of_scope", "out_of_scope"),
        judged("cinq", "stop", "greet"),
    ]  # fmt: skip
    return list(comparison(BlindSet(name, (), (), (), ()), live, candidate))


def test_what_becomes_right_and_wrong_is_listed() -> None:
    lines = compared("development")
    assert "-- messages whose label changes: 3 (1 become right, 1 wrong)" in lines
    assert lines[-3:] == [
        "   + thank 0.80 → greet 0.80  un",
        "   - greet 0.80 → thank 0.80  deux",
        "   · greet 0.80 → help 0.80, meant thank  trois",
    ]
    assert [line.split()[0] for line in lines if "points" in line] == []  # 1 of 4 right, both


def test_no_text_of_a_sealed_set_is_shown() -> None:
    lines = compared("unseen")
    assert "   + thank 0.80 → greet 0.80  (sealed)" in lines
    assert not any(word in line.split() for line in lines for word in ("un", "deux", "trois"))


def small_project(folder: Path, extra: dict[str, list[str]]) -> Path:
    """A project of a few topics with a dozen phrases each, and a blind set of its own."""
    shutil.copy(PROJECT / "config.yml", folder)
    shutil.copy(PROJECT / "domain.yml", folder)
    blocks = []
    every = list(read_phrases(PROJECT / "data" / "nlu"))
    for topic in TOPICS:
        phrases = [p.text for p in every if p.intent == topic][:FEW] + extra.get(topic, [])
        blocks.append({"intent": topic, "examples": "".join(f"- {text}\n" for text in phrases)})
    (folder / "data" / "nlu").mkdir(parents=True)
    YAML().dump({"version": "3.1", "nlu": blocks}, folder / "data" / "nlu" / "small.yml")
    sets = folder / "tests" / "nlu"
    sets.mkdir(parents=True)
    asked = [("zorglub le bidule", "faq_success_score"), ("bonjour à tous", "greet")]
    content = {
        "phrases": [{"text": t, "intent": i, "style": "plain"} for t, i in asked],
        "two_requests": [], "one_request": [], "entities": [],
    }  # fmt: skip
    path = sets / "development.yml"
    path.write_text(json.dumps(content), "utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (sets / "frozen.sha256").write_text(f"{digest}  development.yml\n", "utf-8")
    return folder


def candidate_of(project: Path) -> dict[str, Any]:
    target = project / "var" / "candidate.json"
    done = subprocess.run(
        [
            sys.executable, "-m", "bot", "evaluate", "--set", "development",
            "--project", str(project), "--write-candidate", str(target),
        ],
        cwd=PROJECT, env={**os.environ, "ASSISTANT_DEMO": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return found


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_candidate_is_trained_on_the_phrases_as_they_are_now(tmp_path: Path) -> None:
    """Two small data sets that differ in three phrases: only one of them knows the word."""
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    said = ["zorglub le truc", "c'est quoi le zorglub", "mon zorglub est bas"]
    before = candidate_of(small_project(tmp_path / "one", {}))
    after = candidate_of(small_project(tmp_path / "other", {"faq_success_score": said}))
    assert before["bonjour à tous"]["intent"]["name"] == "greet"
    assert before["zorglub le bidule"]["intent"]["name"] != "faq_success_score"
    assert after["zorglub le bidule"]["intent"]["name"] == "faq_success_score"
    assert {"intent", "intent_ranking", "segments"} <= after["bonjour à tous"].keys()
