"""Signs that a ticket is pressing: what counts, and the near misses that do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.ticket_signs import (
    chases,
    gist,
    money_at_stake,
    says_due_soon,
    says_late,
    support_judges,
)

SIGNS: list[tuple[Callable[[str], bool], list[str], list[str]]] = [
    (
        says_late,
        [
            "ma commande est en retard",
            "la FO21B8A4C9 est marquée en retard depuis hier",
            "la date de livraison est dépassée",
            "je suis en retard de 2 jours",
            "j'ai dépassé la date de livraison",
            "Je ne dors plus. La commande est en retard.",
        ],
        [
            "je ne veux pas être en retard",
            "elle va passer en retard",
            "mon taux de livraison en retard",
            "j'ai peur d'être en retard",
            "je risque d'être en retard",
            "je n'ai jamais été en retard",
            "il me paie en retard ?",
            "je risque un retard de 3 jours",
            "sans retard de 2 jours",
        ],
    ),
    (
        says_due_soon,
        ["je dois livrer ce soir", "livraison demain matin", "il me reste 5h", "je livre demain"],
        ["je dois livrer dans 3 jours", "il m'a écrit ce soir", "livrée hier"],
    ),
    (
        chases,
        [
            "c'est ma deuxième relance",
            "je vous relance",
            "toujours aucune réponse de votre part",
            "je vous ai déjà écrit lundi",
            "personne ne me répond chez vous",
        ],
        ["je relance mon client", "aucune réponse de mon client", "il ne m'a pas répondu"],
    ),
    (
        money_at_stake,
        [
            "il veut un remboursement",
            "mes 30 € de gains sont bloqués",
            "mon virement n'est toujours pas arrivé",
            "elle a ouvert un litige",
            "je vais perdre mes revenus",
            "il réclame son argent",
            "je n'ai jamais reçu mon paiement",
            "le paiement est en attente depuis lundi",
            "je n'arrive pas à retirer mes gains",
        ],
        [
            "il prend le dessous",
            "je veux prolonger",
            "mon client se tait",
            "réponse sous 48h",
            "il a payé 450 euros et ne répond plus",
            "comment marche le Gestionnaire de litiges ?",
            "le client est au fond du trou",
        ],
    ),
    (
        support_judges,
        ["il a commandé par erreur", "c'est une arnaque", "carte volée", "achat frauduleux"],
        ["j'ai fait une erreur dans le logo", "il veut annuler"],
    ),
]


@pytest.mark.parametrize(
    ("sign", "text"), [(sign, text) for sign, texts, _ in SIGNS for text in texts]
)
def test_a_sign(sign: Callable[[str], bool], text: str) -> None:
    assert sign(text)


@pytest.mark.parametrize(
    ("sign", "text"), [(sign, text) for sign, _, texts in SIGNS for text in texts]
)
def test_no_sign(sign: Callable[[str], bool], text: str) -> None:
    assert not sign(text)


STORY = "Il a choisi le bleu et puis encore le vert pour son enseigne. " * 60


def test_of_a_long_story_the_question_and_the_order_stay() -> None:
    asks = "Comment puis-je prolonger la commande FO21B8A4C9 de trois jours ?"
    found = gist(f"{STORY}{asks} {STORY}", 500)
    assert len(found) <= 500
    assert "prolonger la commande FO21B8A4C9" in found
    assert found.startswith("Il a choisi le bleu")


def test_without_a_full_stop_beginning_and_end_stay() -> None:
    text = f"debut {'mot ' * 900} fin"
    found = gist(text, 200)
    assert len(found) <= 200
    assert found.startswith("debut") and found.endswith("fin")


@given(st.text(max_size=400), st.integers(10, 100))
def test_a_gist_is_short_enough_and_never_nothing(text: str, limit: int) -> None:
    found = gist(text, limit)
    assert len(found) <= limit
    assert found.strip() or not text.strip() or len(text) > limit
    if len(text) <= limit:
        assert found == text
