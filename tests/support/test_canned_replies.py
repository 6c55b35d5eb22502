"""Filling in a reply; what is left open never goes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnknownVariable
from bot.support.canned_replies import VARIABLES, CannedReply, fill, require_filled

REPLY = CannedReply("x", 1, "X", "Bonjour {seller_name}, {order_number} est à livrer {due_date}.")


def test_what_is_known_is_filled_in_and_the_rest_is_named() -> None:
    filled = fill(REPLY, {"seller_name": "Léa", "order_number": "FO1", "due_date": None})
    assert filled.text == "Bonjour Léa, FO1 est à livrer {due_date}."
    assert filled.missing == ("due_date",)
    assert fill(REPLY, dict.fromkeys(VARIABLES, "x")).missing == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bonjour {seller_name}", ("seller_name",)),
        ("{ prenom } et {due_date} et {prenom}", ("prenom", "due_date")),
        ("{}", ("",)),
        ("{Nom du client}", ("Nom du client",)),
    ],
)
def test_a_name_in_braces_blocks_the_send(text: str, names: tuple[str, ...]) -> None:
    with pytest.raises(UnknownVariable) as refused:
        require_filled(text)
    assert (refused.value.names, refused.value.code) == (names, "unknown_variable")


@pytest.mark.parametrize("text", ["", "Bonjour", "a } b { c", "{\n}", "une accolade {"])
def test_plain_text_goes_out(text: str) -> None:
    require_filled(text)


@given(st.text(), st.text(min_size=1))
def test_a_filled_reply_holds_its_values_as_they_are(name: str, number: str) -> None:
    """A value with braces of its own is not read for variables, only kept from being sent."""
    filled = fill(REPLY, {"seller_name": name, "order_number": number, "due_date": "demain"})
    assert number in filled.text
    assert filled.missing == (() if name else ("seller_name",))
