"""Names never reach a reviewer or the training data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.names import mask_names, training_phrase
from bot.language.normalisation import fold
from bot.language.redaction import redact

NAMES = ["Julie Martin", "Jean-Pierre de La Tour", "Éloïse Ñandú", "lea"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Julie Martin ne répond plus", "[nom masqué] ne répond plus"),
        ("julie répond pas", "[nom masqué] répond pas"),
        ("JULIE MARTIN !", "[nom masqué] !"),
        ("c'est eloise qui veut annuler", "c'est [nom masqué] qui veut annuler"),
        ("jean pierre de la tour insiste", "[nom masqué] de la [nom masqué] insiste"),
        ("le client d'Éloïse", "le client d'[nom masqué]"),
        ("mme Durand veut annuler", "mme [nom masqué] veut annuler"),
        ("Monsieur Karim Benali est absent", "Monsieur [nom masqué] est absent"),
        ("bonjour, je m'appelle Thomas", "bonjour, je m'appelle [nom masqué]"),
        ("où en est-elle ?\nCordialement,\nInès Faure", "où en est-elle ?\nCordialement,\n[nom masqué]"),
        ("voir https://exemple.fr/u/julie", "voir [lien masqué]"),
        ("mon logo et ma commande de juillet", "mon logo et ma commande de juillet"),
        ("madame veut annuler", "madame veut annuler"),
    ],
)  # fmt: skip
def test_masked(text: str, masked: str) -> None:
    assert mask_names(text, NAMES) == masked


@given(
    before=st.text(st.characters(blacklist_categories=("Cs",)), max_size=30),
    name=st.sampled_from(["julie", "JULIE", "Martin", "martin", "éloïse", "Eloise", "Léa"]),
    after=st.text(max_size=30),
)
def test_no_known_name_is_left_and_masking_again_changes_nothing(
    before: str, name: str, after: str
) -> None:
    masked = mask_names(f"{before} {name} {after}", NAMES)
    left = fold(masked.replace("[nom masqué]", " ").replace("[lien masqué]", " "))
    assert fold(name) not in left.split()
    assert mask_names(masked, NAMES) == masked


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("ma commande FO21B8A4C9 avec Julie", "ma commande FO12345678 avec Camille"),
        ("n°48213 et fo 21b8a4c9", "n°FO12345678 et FO12345678"),
        ("écrivez à lea@exemple.fr\nmerci", "écrivez à merci"),
        ("appelez le 06 12 34 56 78 svp", "appelez le svp"),
        ("mon iban FR76 3000 6000 0112 3456 7890 189", "mon iban"),
        ("voir https://exemple.fr/u/julie", "voir"),
    ],
)
def test_a_training_phrase_is_nobodys(text: str, phrase: str) -> None:
    assert training_phrase(mask_names(redact(text), NAMES)) == phrase
