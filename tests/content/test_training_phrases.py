"""Reviewed phrases reach the right block of the real training data, and nothing else changes."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bot.adapters.data_check import read_phrases
from bot.adapters.training_phrases import TrainingPhrases
from bot.errors import ContentError
from bot.evaluation.blind_sets import load_blind_set
from bot.evaluation.leaks import leaks
from bot.services.learning_ports import NewPhrase

PROJECT = Path(__file__).resolve().parents[2]


def no_leaks(phrases: Sequence[tuple[str, str]]) -> Iterable[str]:
    return ()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copy(PROJECT / "domain.yml", tmp_path)
    return tmp_path


def changes(project: Path) -> dict[str, list[str]]:
    """Every line that differs from the data as they were, by file."""
    found = {}
    for path in sorted((PROJECT / "data").rglob("*.yml")):
        name = path.relative_to(PROJECT).as_posix()
        before, after = path.read_text("utf-8"), (project / name).read_text("utf-8")
        lines = [
            line
            for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
            if not line.startswith(("---", "+++", "@@"))
        ]
        if lines:
            found[name] = lines
    return found


def test_each_phrase_goes_to_its_block_and_no_other_line_changes(project: Path) -> None:
    phrases = [
        NewPhrase("zut le type du forfait visuel m'a planté là", "faq_buyer_unresponsive"),
        NewPhrase("qui nettoie les vitres du bureau chez vous ?", "out_of_scope", "near"),
        NewPhrase("combien de pattes a un mille-pattes au juste ?", "out_of_scope", "far"),
        NewPhrase("tiens re-coucou l'équipe du soir", "greet"),
        NewPhrase("le machin qui devait venir", "nlu_fallback"),
        NewPhrase("c'est quoi le total « des jours » : 3 ou 4 # enfin bref ?", "order_status"),
    ]
    outcomes = TrainingPhrases(project, no_leaks).add(phrases, dry_run=False)
    assert [outcome.problem for outcome in outcomes] == [""] * 6
    changed = changes(project)
    assert set(changed) == {
        "data/nlu/faq/buyer_unresponsive.yml", "data/nlu/out_of_scope.yml",
        "data/nlu/smalltalk.yml", "data/nlu/vague.yml", "data/nlu/requests/order_status.yml",
    }  # fmt: skip
    assert sorted(line for lines in changed.values() for line in lines) == sorted(
        f"+      - {phrase.text}" for phrase in phrases
    )
    read = {phrase.text: phrase for phrase in read_phrases(project / "data" / "nlu")}
    for phrase, outcome in zip(phrases, outcomes):
        found = read[phrase.text]
        assert (found.intent, found.kind) == (phrase.intent, phrase.kind)
        assert found.location == f"{project}/{outcome.location}", "the line that was told"


def test_a_dry_run_says_the_same_and_writes_nothing(project: Path) -> None:
    phrases = [NewPhrase("tiens re-coucou l'équipe du soir", "greet")]
    data = TrainingPhrases(project, no_leaks)
    said = data.add(phrases, dry_run=True)
    assert changes(project) == {}
    assert data.add(phrases, dry_run=False) == said
    [again] = TrainingPhrases(project, no_leaks).add(phrases, dry_run=False)
    assert again.already and again.location == said[0].location
    assert len(changes(project)["data/nlu/smalltalk.yml"]) == 1


@pytest.mark.parametrize(
    ("text", "intent", "says"),
    [
        ("Comment annuler une commande ?", "faq_cancel_order", "stands twice (data/nlu/faq/cancel_order.yml:24)"),
        ("comment annuler une commande !", "faq_block_buyer", "stands also under faq_cancel_order"),
        ("le client](faq_block_buyer)", "faq_block_buyer", "no commands or annotations"),
        ("12345 67", "order_status", "nothing is left of it"),
    ],
)  # fmt: skip
def test_what_the_checks_would_refuse_is_refused_with_file_and_line(
    project: Path, text: str, intent: str, says: str
) -> None:
    [outcome] = TrainingPhrases(project, no_leaks).add([NewPhrase(text, intent)], dry_run=False)
    assert says in outcome.problem
    assert outcome.problem.startswith(outcome.location)
    assert changes(project) == {}


def test_the_fourth_phrase_on_one_frame_is_refused_and_the_others_are_written(
    project: Path,
) -> None:
    phrases = [
        NewPhrase(f"zébulon le facteur apporte {what} à midi", "faq_block_buyer")
        for what in ("des lys", "du miel", "un colis", "trois lettres")
    ]
    outcomes = TrainingPhrases(project, no_leaks).add(phrases, dry_run=False)
    assert [bool(outcome.problem) for outcome in outcomes] == [False, False, False, True]
    assert "the 4th on the frame « zebulon le facteur apporte … »" in outcomes[3].problem
    assert len(changes(project)["data/nlu/faq/block_buyer.yml"]) == 3


def test_the_same_phrase_accepted_twice_or_under_two_topics_is_written_once(project: Path) -> None:
    text = "zébulon le facteur apporte des lys à midi"
    phrases = [NewPhrase(text, "faq_block_buyer"), NewPhrase(text.upper(), "faq_report_buyer")]
    first, second = TrainingPhrases(project, no_leaks).add(phrases, dry_run=False)
    assert not first.problem and f"also under faq_block_buyer ({first.location})" in second.problem


def test_what_nearly_is_a_blind_phrase_is_refused(project: Path) -> None:
    blind = load_blind_set(PROJECT / "tests" / "nlu", "development")
    stolen = next(
        p for p in blind.phrases if len(p.text.split()) > 6 and p.intent == "faq_cancel_order"
    )
    phrases = [
        NewPhrase("tiens re-coucou l'équipe du soir", "greet"),
        NewPhrase(stolen.text + " !", stolen.intent),
    ]
    data = TrainingPhrases(project, lambda found: leaks(found, [blind]))
    greeting, leak = data.add(phrases, dry_run=False)
    assert not greeting.problem
    assert leak.problem.startswith(f"{leak.location}: nearly a phrase of the development set")
    assert set(changes(project)) == {"data/nlu/smalltalk.yml"}


def test_what_only_all_together_would_break_is_refused_together(project: Path) -> None:
    """One phrase with the key word is welcome; a thousand leave too few that do without."""
    words = ["lundi", "mardi", "jeudi", "samedi", "avril", "juin", "août", "mars", "lune", "soleil"]
    phrases = [
        NewPhrase(f"{a} {b} {c} bloquer {a} {c}", "faq_block_buyer")
        for a in words for b in words for c in words
    ]  # fmt: skip
    with pytest.raises(ContentError, match=r"only .* of faq_block_buyer do without"):
        TrainingPhrases(project, no_leaks).add(phrases, dry_run=False)
    assert changes(project) == {}
