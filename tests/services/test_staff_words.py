"""What staff ask for in a few words, and Slack's markup around them."""

from __future__ import annotations

import pytest

from bot.language.slack_markup import escaped, question
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


def test_a_question_is_read_without_mentions_and_text_mentions_nobody() -> None:
    typed = (
        "<@UBOT> <!here> comment  bloquer &lt;un&gt; client ?\n<#C1|général> <mailto:a@b.fr|a@b.fr>"
    )
    assert question(typed) == "comment bloquer <un> client ?\n#général a@b.fr"
    assert question(escaped("a < b & <@U1>")) == "a < b & <@U1>"
