"""Pasted personal data: masked before anything is stored, and the seller is told."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.model


def everything_stored(server: Any) -> str:
    """All rows of all tables, as text."""
    found = []
    with server.application.store._reading() as connection:
        tables = sa.inspect(connection).get_table_names()
        for table in tables:
            for row in connection.execute(sa.text(f"SELECT * FROM {table}")):
                found.append(repr(tuple(row)))
    return "\n".join(found)


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("contactez moi sur {0} svp", "awa.d.{0}@exemple.ci"),
        ("mon numéro c'est le {0}", "06 98 7{0} 12"),
        ("voici ma carte {0}", "4970 1012 3456 7893"),
        ("mon iban {0} pour le virement", "FR76 3000 6000 0112 3456 7890 189"),
        ("mon mot de passe c'est {0} et ça marche plus", "Soleil2024!"),
    ],
)
def test_nothing_of_it_is_stored_or_logged(
    server: Any, seller: Any, message: str, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = secret.format("6 54" if "06" in secret else "konan")
    with caplog.at_level(logging.DEBUG):
        assert seller.says(message.format(secret))[0] == "personal_data_masked"
    assert secret not in everything_stored(server)
    assert secret not in caplog.text


def test_the_question_beside_it_is_answered(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"statut de {order.number} svp, réponse à moi@exemple.fr")
    assert said == ["personal_data_masked", "order_in_progress"]


def test_ten_thousand_characters_are_cut_and_said_so(seller: Any) -> None:
    said = seller.says("mon client ne répond plus " + "et j'attends encore " * 500)
    assert said[0] == "message_too_long"
    assert len(said) >= 2
