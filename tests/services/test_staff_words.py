"""What staff ask for in a few words, and Slack's markup around them."""

from __future__ import annotations

import pytest

from bot.language.slack_text import escaped, plain_text
from bot.services.staff_words import Asked, Request, read_request

NUMBER = "FO21B8A4C9"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("statut FO21B8A4C9", Asked(Request.ORDER, NUMBER)),
        ("Statut de la commande fo21b8a4c9 ?", Asked(Request.ORDER, NUMBER)),
        ("où en est la commande FO21B8A4C9 ?", Asked(Request.ORDER, NUMBER)),
        ("#FO21B8A4C9", Asked(Request.ORDER, NUMBER)),
        ("commande 48213", Asked(Request.ORDER, "48213")),
        ("statut", Asked(Request.ORDER)),
        ("commandes lea", Asked(Request.ORDERS, "lea")),
        ("les commandes en cours de Lea-42", Asked(Request.ORDERS, "Lea-42")),
        ("file", Asked(Request.QUEUE)),
        ("moi", Asked(Request.ME)),
        ("", Asked(Request.HELP)),
        ("comment annuler la commande FO21B8A4C9 ?",
         Asked(Request.QUESTION, "comment annuler la commande FO21B8A4C9 ?")),
    ],
)  # fmt: skip
def test_what_is_asked_for(text: str, asked: Asked) -> None:
    assert read_request(text) == asked


def test_markup_becomes_text_and_text_no_markup() -> None:
    assert plain_text("<@U1> voir <https://a.fr|le site> &amp; <mailto:a@b.fr|a@b.fr>") == (
        "voir le site & a@b.fr"
    )
    assert plain_text("<#C1|général> <!here> <https://a.fr>") == "général https://a.fr"
    assert plain_text(escaped("a < b & <@U1>")) == "a < b & <@U1>"
