"""Every bot message, rendered again from what was recorded, is the same byte for byte.

What all other conversations said is checked when their server stops (conftest).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conversations.conftest import rendered_again

pytestmark = pytest.mark.model

SAID = (
    "bonjour", "mon client ne répond plus", "et s'il refuse ?", "où en sont mes commandes ?",
    "c'est quoi mon taux ?", "prolonge la commande du logo de 4 jours", "le brief a changé", "oui",
    "quel temps fait-il", "je veux parler à quelqu'un", "hola amigo necesito ayuda", "????",
)  # fmt: skip


def test_byte_for_byte(server: Any, seller: Any) -> None:
    seller.has_order()
    seller.says(*SAID)
    assert len(rendered_again(server)) >= len(SAID)


def test_all_responses_from_values_as_they_are_stored(server: Any) -> None:
    content = server.application.content
    for response in content.responses.values():
        given = {name: f"« {name} » é — {{x}}" for name in response.placeholders}
        first = content.render(response.id, {**given, "more": "not used"})
        assert not response.placeholders - first.values.keys()
        assert content.render(response.id, as_stored(first.values)).text == first.text


def test_all_answers_with_every_follow_up(server: Any) -> None:
    content = server.application.content
    for entry in content.entries.values():
        for follow_up in ("", *(f.name for f in entry.follow_ups)):
            for offers in (True, False):
                first = content.render(entry.intent, {"follow_up": follow_up, "offers": offers})
                again = content.render(entry.intent, as_stored(first.values))
                assert (again.text, again.version) == (first.text, first.version)
                assert again.values == first.values


def as_stored(values: Any) -> Any:
    """The values after a way through the database."""
    return json.loads(json.dumps(dict(values)))
