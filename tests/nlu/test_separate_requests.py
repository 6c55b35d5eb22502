"""Which separate requests a message holds, given what each of its parts was ranked as."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu.intent_model import IntentScore
from bot.nlu.separate_requests import every, parts_of, separate_requests

CONFIG: dict[str, Any] = {
    "segment_at_least": 0.6,
    "segment_certain": 0.95,
    "segment_beyond_doubt": 0.97,
    "never_a_segment": ["greet", "help"],
    "acted_on_first": ["request_human", "request_extension", "order_status"],
    "named_is_asked": ["request_human"],
}
LIKELY = ("report", "block", "order_status", "request_human", "request_extension", "greet")


def found(message: str, scores: dict[str, tuple[str, float]]) -> list[tuple[str, str]]:
    """Returns the requests with their texts; a part is scored by the words it contains."""
    parts = parts_of(message)
    ranked = {}
    for clause in every(parts):
        label, sure = next(
            (s for words, s in scores.items() if words in clause.text), ("help", 0.3)
        )
        ranked[clause.text] = [IntentScore(label, sure)]
    return [
        (best.intent, message[clause.start : clause.end])
        for best, clause in separate_requests(parts, ranked, LIKELY, CONFIG)
    ]


def test_each_sentence_is_a_request_with_its_own_text() -> None:
    said = found(
        "Comment je signale ce type ? Et où en est la 12 ?",
        {"signale": ("report", 0.9), "la 12": ("order_status", 0.9)},
    )
    assert said == [
        ("report", "Comment je signale ce type ?"),
        ("order_status", "Et où en est la 12 ?"),
    ]


def test_a_sentence_says_more_than_one_of_its_clauses() -> None:
    said = found(
        "Il m'insulte et il me menace, comment je le bloque ? Et la 12, elle en est où ?",
        {
            "Il m'insulte et il me menace, comment": ("report", 0.9),
            "comment je le bloque": ("block", 0.5),
            "la 12": ("order_status", 0.9),
        },
    )
    assert [label for label, _ in said] == ["report", "order_status"]


def test_two_clauses_of_one_sentence_are_two_requests() -> None:
    said = found(
        "Comment je signale ce type et comment je le bloque",
        {
            "signale ce type et": ("report", 0.9),
            "signale": ("report", 0.9),
            "bloque": ("block", 0.9),
        },
    )
    assert [label for label, _ in said] == ["report", "block"]


@pytest.mark.parametrize(
    ("second", "score", "requests"),
    [
        ("Un humain aussi.", ("request_human", 0.97), 2),
        ("Un humain aussi.", ("request_human", 0.7), 0),
        ("Bonne journée à vous.", ("greet", 1.0), 0),
        ("La commande est livrée.", ("order_status", 1.0), 0),  # told, not asked
        ("Comment va le temps ?", ("weather", 0.9), 0),  # nothing that the whole is about
        ("Comment va le temps ?", ("weather", 0.98), 2),  # but asked for beyond doubt
    ],
)
def test_what_counts_beside_a_question(
    second: str, score: tuple[str, float], requests: int
) -> None:
    said = found(
        f"Comment je signale ce type ? {second}",
        {"signale": ("report", 0.9), second.strip(" .?"): score},
    )
    assert len(said) == requests


def test_one_label_twice_is_one_request() -> None:
    scores = {"signale": ("report", 0.9), "dénonce": ("report", 0.9)}
    assert found("Comment je signale ce type ? Où je le dénonce ?", scores) == []


def test_a_question_that_leans_on_what_was_said_is_no_second_request() -> None:
    assert (
        found(
            "Je cherche un forum de vendeurs, comment faire ?",
            {"forum": ("report", 0.97), "comment": ("order_status", 0.97)},
        )
        == []
    )
