"""A question that names no subject asks about what was said before it."""

from __future__ import annotations

import pytest

from bot.language.leaning import leans_on_the_rest


@pytest.mark.parametrize(
    "text",
    [
        "comment je dois gérer ça ?",
        "c'est possible ou pas",
        "et quelle est la solution ?",
        "je fé koi",
    ],
)
def test_leaning(text: str) -> None:
    assert leans_on_the_rest(text)


@pytest.mark.parametrize(
    "text",
    ["où en est la 48213 ?", "c'est quoi mon taux ?", "je veux parler à un humain", "et le délai ?",
     "je peux le bloquer ?", "12", "", "???"],
)  # fmt: skip
def test_with_a_subject_of_its_own(text: str) -> None:
    assert not leans_on_the_rest(text)
