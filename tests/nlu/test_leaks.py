"""No training phrase stands in a blind set, and the check that says so can fail."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.adapters.data_check import read_phrases
from bot.cli import BLIND_SETS
from bot.errors import ContentError
from bot.evaluation.blind_sets import load_blind_set
from bot.evaluation.leaks import leaks

FOLDER = Path(__file__).resolve().parent
pytestmark = pytest.mark.model


def test_the_sets_are_blind() -> None:
    blind = [load_blind_set(FOLDER, name) for name in BLIND_SETS]
    phrases = [(p.text, p.location) for p in read_phrases(FOLDER.parents[1] / "data" / "nlu")]
    assert list(leaks(phrases, blind)) == []


@pytest.mark.parametrize("change", [str.upper, lambda t: t.replace("commande", "cmd"), str.strip])
def test_a_planted_phrase_is_found(change: object) -> None:
    blind = load_blind_set(FOLDER, "development")
    planted = next(p.text for p in blind.phrases if "commande" in p.text)
    assert list(leaks([(change(planted), "here:1")], [blind]))  # type: ignore[operator]


@pytest.mark.parametrize("name", ["development", "final", "unseen"])
def test_a_set_is_large_and_mixed(name: str) -> None:
    blind = load_blind_set(FOLDER, name)
    counts: dict[str, int] = {}
    for phrase in blind.phrases:
        counts[phrase.intent] = counts.get(phrase.intent, 0) + 1
    acts = {"order_status", "request_extension", "my_completion_rate", "request_human"}
    for intent, count in counts.items():
        if intent.startswith("faq_") or intent in acts:
            assert count >= 25, intent
    assert counts["out_of_scope"] >= 150
    styles = {p.style for p in blind.phrases}
    assert {"tidy", "sms", "typos", "dictation", "franglais", "regional", "rude"} <= styles


def test_the_acceptance_set_has_ten_messages_of_each_label() -> None:
    counts = Counter(p.intent for p in load_blind_set(FOLDER, "acceptance").phrases)
    assert counts.pop("out_of_scope") == 50
    assert set(counts.values()) == {10} and len(counts) == 17


def test_a_changed_set_is_refused(tmp_path: Path) -> None:
    for file in ("development.yml", "frozen.sha256"):
        (tmp_path / file).write_bytes((FOLDER / file).read_bytes())
    with (tmp_path / "development.yml").open("a", encoding="utf-8") as written:
        written.write("# changed\n")
    with pytest.raises(ContentError, match="not the frozen set"):
        load_blind_set(tmp_path, "development")
