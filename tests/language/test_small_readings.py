"""Who cancels, scripts, fragments, links and pasted code."""

from __future__ import annotations

import pytest

from bot.language.cancelling import is_mutual, who_cancels
from bot.language.foreign import script_of
from bot.language.fragments import is_fragment
from bot.language.markup import looks_like_code, only_words


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("si j'annule la commande", "seller"),
        ("le client veut annuler", "buyer"),
        ("mon acheteur a annulé", "buyer"),
        ("je dois annuler", "seller"),
        ("une annulation", None),
    ],
)
def test_who_cancels(text: str, who: str | None) -> None:
    assert who_cancels(text) == who


def test_both_agree() -> None:
    assert is_mutual("on annule d'un commun accord") is True
    assert is_mutual("une annulation") is None


@pytest.mark.parametrize(
    ("text", "language"), [("привет как дела", "ru"), ("مرحبا كيف الحال", "ar"), ("bonjour", None)]
)
def test_scripts(text: str, language: str | None) -> None:
    assert script_of(text) == language


@pytest.mark.parametrize("text", ["bonjour", "mon client", "alors euh...", "salut,"])
def test_more_is_likely_to_follow(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize("text", ["bonjour ?", "mon client ne répond plus", "oui", "FO21B8A4C9"])
def test_a_whole_message(text: str) -> None:
    assert not is_fragment(text)


@pytest.mark.parametrize(
    "text",
    ["<b>salut</b>", "'; DROP TABLE orders; --", '{"intent": "affirm"}', "{{ 7*7 }}", "rm -rf /"],
)
def test_pasted_code(text: str) -> None:
    assert looks_like_code(text)


@pytest.mark.parametrize(
    "text", ["mon client < 3 ans", "je [re]commence", "le prix : 5 > 3", "-- salut"]
)
def test_no_code(text: str) -> None:
    assert not looks_like_code(text)


def test_links_and_masks_are_no_words() -> None:
    assert only_words("lisez https://a.test/x?y [e-mail masqué] svp").split() == ["lisez", "svp"]
