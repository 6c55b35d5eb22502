"""The reason somebody gives, and what is none."""

from __future__ import annotations

import pytest

from bot.language.reasons import is_courtesy, is_usable_reason, looks_like_question, reason_in


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("prolonge FO21B8A4C9 d'une semaine, je suis malade", "je suis malade"),
        ("3 jours de plus parce que j'ai une panne", "parce que j'ai une panne"),
        ("ajoute 2 jours, coupure de courant", "coupure de courant"),
        ("alors 4", None),
        ("disons 4 jours", None),
        ("4 jours merci d'avance", None),
        ("prolonge la commande, s'il te plaît", None),
        ("2 jours, c'est possible ?", None),
        ("faut repousser FO21B8A4C9 de 4 jours mon serveur a crashé", "mon serveur a crashé"),
        ("décale d'une semaine le client a changé le brief", "le client a changé le brief"),
        ("prolonge de 2 jours ma commande du logo", None),
        ("repousse de 3 jours mon flyer", None),
        ("", None),
    ],
)
def test_the_clause_that_says_why(text: str, reason: str | None) -> None:
    assert reason_in(text) == reason


@pytest.mark.parametrize("text", ["je sais pas", "rien", "aucune raison", "??", "ok"])
def test_no_usable_reason(text: str) -> None:
    assert not is_usable_reason(text) or is_courtesy(text)


@pytest.mark.parametrize("text", ["malade", "pc en panne", "le brief a changé deux fois"])
def test_a_usable_reason(text: str) -> None:
    assert is_usable_reason(text) and not is_courtesy(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("et s'il refuse ?", True),
        ("comment on fait", True),
        ("est ce que ça compte", True),
        ("je suis malade", False),
        ("le client comment dire est pénible", False),
    ],
)
def test_a_question(text: str, asks: bool) -> None:
    assert looks_like_question(text) is asks
