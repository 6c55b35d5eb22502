"""Personal data are masked; order numbers, dates and amounts are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.redaction import redact


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("écrivez à lea.martin@exemple.fr merci", "écrivez à [e-mail masqué] merci"),
        ("lea (at) exemple point fr", "[e-mail masqué]"),
        ("mon tel 06 12 34 56 78", "mon tel [téléphone masqué]"),
        ("appelle le +33612345678", "appelle le [téléphone masqué]"),
        ("+225 07 08 09 10 11", "[téléphone masqué]"),
        ("FR76 3000 6000 0112 3456 7890 189", "[IBAN masqué]"),
        (
            "iban FR76 3000 6000 0112 3456 7890 189 pour le virement",
            "iban [IBAN masqué] pour le virement",
        ),
        ("carte 4970 1012 3456 7893", "carte [carte masquée]"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "où en est FO21B8A4C9",
        "la commande 48213 du 12/03/2026",
        "j'ai gagné 1500 euros en 30 jours",
        "3 commandes, 10 jours, 2 clients",
        "@ tout le monde",
    ],
)
def test_left_alone(text: str) -> None:
    assert redact(text) == text


@given(st.from_regex(r"FO[0-9]{2}[A-Z0-9]{6,10}", fullmatch=True))
def test_an_order_number_and_the_words_after_it_are_no_iban(number: str) -> None:
    text = f"+4 jours sur {number} car le client m'a fait attendre"
    assert redact(text) == text


def test_a_faroese_iban_is_one() -> None:
    assert redact("FO62 6460 0001 6316 34") == "[IBAN masqué]"


@given(st.text(max_size=120))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)
