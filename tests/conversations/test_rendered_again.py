"""Every bot message, rendered again from what was recorded, is the same byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.sql.tables import messages

pytestmark = pytest.mark.model

SAID = (
    "bonjour", "mon client ne répond plus", "et s'il refuse ?", "où en sont mes commandes ?",
    "c'est quoi mon taux ?", "prolonge la commande du logo de 4 jours", "le brief a changé", "oui",
    "quel temps fait-il", "je veux parler à quelqu'un", "hola amigo necesito ayuda", "????",
)  # fmt: skip


def test_byte_for_byte(server: Any, seller: Any) -> None:
    seller.has_order()
    seller.says(*SAID)
    content = server.application.content
    with server.application.store._reading() as connection:
        rows = connection.execute(sa.select(messages)).mappings().all()
    rendered = 0
    for row in rows:
        if row["author"] != "bot":
            continue
        again = content.render(row["response"], row["values"])
        assert (again.text, again.version) == (row["text"], row["response_version"])
        rendered += 1
    assert rendered >= len(SAID)
