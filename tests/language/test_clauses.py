"""Which parts of a message ask, and which only set the scene for what another part asks."""

from __future__ import annotations

import pytest

from bot.language.clauses import asks_something, only_sets_the_scene, split_clauses


@pytest.mark.parametrize(
    "text",
    [
        "repousse la 71230 de trois jours",
        "prolonge-la jusqu'à mardi",
        "faudrait reporter l'échéance",
        "rallongez svp",
        "c'est où le bouton",
        "mon taux du jour",
        "pouvez-vous prévenir mon client",
    ],
)
def test_asks(text: str) -> None:
    assert asks_something(text)


@pytest.mark.parametrize(
    "text",
    ["il ne répond plus", "c'est juste pour décaler", "je suis malade"],
)
def test_only_tells(text: str) -> None:
    assert not asks_something(text)


@pytest.mark.parametrize(
    ("text", "scene"),
    [
        ("si on tombe d'accord tous les deux", True),
        ("et s'il refuse", True),
        ("quand il aura payé", True),
        ("si je lâche tout, je risque quoi", False),
        ("s'il dit non, que se passe-t-il", False),
        ("annulez-la", False),
        ("stp rallonge-la de deux jours", False),  # « s'il te plaît » is no condition
        ("s'il vous plaît, bloquez-le", False),
    ],
)
def test_a_condition_is_no_request(text: str, scene: bool) -> None:
    assert only_sets_the_scene(text) is scene


def test_a_clause_is_a_part_of_its_message() -> None:
    message = "Décalez la 71230 de deux jours, et comment je bloque ce client ?"
    for clause in split_clauses(message):
        assert message[clause.start : clause.end] == clause.text
