"""Order numbers however they are typed, and numbers that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.order_numbers import find_order_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("FO21B8A4C9", ["FO21B8A4C9"]),
        ("où en est #fo21b8a4c9 svp", ["FO21B8A4C9"]),
        ("la fo 21b8a4c9 elle en est où", ["FO21B8A4C9"]),
        ("FO-58D2E1A7 ?", ["FO58D2E1A7"]),
        ("n°48213", ["48213"]),
        ("la commande 48213", ["48213"]),
        ("cmd numero 48213 et FO21B8A4C9", ["48213", "FO21B8A4C9"]),
        ("FO21B8A4C9,FO58D2E1A7", ["FO21B8A4C9", "FO58D2E1A7"]),
        ("la F021B8A4C9 stp", ["FO21B8A4C9"]),
        ("numero 48 213 svp", ["48213"]),
        ("où est N48213", ["48213"]),
        ("commande à 12 450 euros", []),
        ("je veux 5 jours de plus", []),
        ("j'ai 250 euros d'impayés", []),
        ("rendez-vous le 12/03/2026", []),
        ("il y a un défaut de forme", []),
        ("foire aux questions", []),
        ("", []),
    ],
)
def test_found_however_typed(text: str, values: list[str]) -> None:
    assert [number.value for number in find_order_numbers(text)] == values


@given(st.text(max_size=80))
def test_spans_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for number in find_order_numbers(text):
        assert end <= number.start < number.end <= len(text)
        end = number.end


@given(st.from_regex(r"FO[0-9A-F]{4}[0-9]{4}", fullmatch=True))
def test_a_number_is_found_inside_any_sentence(number: str) -> None:
    found = [n.value for n in find_order_numbers(f"svp où en est {number.lower()} aujourd'hui ?")]
    assert found == [number]
