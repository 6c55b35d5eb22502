"""Second thoughts about a value, as they are typed."""

from __future__ import annotations

import pytest

from bot.language.second_thoughts import goes_back, with_word_replaced


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("non, garde la première raison", "reason"),
        ("remettez l'ancien motif svp", "reason"),
        ("laissez la durée d'avant", "days"),
        ("remets la commande", "order"),
        ("en fait remets comme avant", None),
    ],
)
def test_an_earlier_value_is_wanted_back(text: str, field: str | None) -> None:
    wish = goes_back(text)
    assert wish is not None and wish.former
    assert wish.field == field


@pytest.mark.parametrize("text", ["non non 4 c'était bien", "remets l'écran", "garde 4"])
def test_only_the_value_tells_which(text: str) -> None:
    wish = goes_back(text)
    assert wish is not None and not wish.former


@pytest.mark.parametrize(
    "text",
    [
        "oui envoie",
        "5 jours",
        "vous gardez combien de temps ?",
        "on garde le délai d'origine",
        "la raison c'est la grippe",
    ],
)
def test_other_words_want_nothing_back(text: str) -> None:
    assert goes_back(text) is None


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [
        ("c'est pas l'écran, c'est la carte", "l'écran a lâché", "la carte a lâché"),
        ("non, pas mon fils mais ma fille", "je garde mon fils malade", "je garde ma fille malade"),
        ("c'est pas les accès, c'est la grippe", "j'attends toujours les accès", "la grippe"),
        ("c'est pas les accès, c'est les textes", "j'attends les accès", "j'attends les textes"),
        ("pas lundi, mardi", "l'écran a lâché", None),
        ("c'est pas grave", "l'écran a lâché", None),
        ("non c'est pas ça, c'est la grippe", "la carte graphique a lâché", None),
        ("c'est pas grave, envoie", "un problème familial grave", None),
        ("c'est pas art, c'est lard", "la carte a lâché", None),
    ],
)
def test_a_word_is_put_in_the_place_of_another(text: str, value: str, right: str | None) -> None:
    assert with_word_replaced(text, value) == right
