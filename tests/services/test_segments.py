"""What belongs to another request of the same message is taken out, and nothing else."""

from __future__ import annotations

import pytest

from bot.services.answers import Understood
from bot.services.segments import apart_from_others, requests


def message(text: str, *parts: tuple[str, str]) -> Understood:
    segments = tuple(
        {
            "intent": intent,
            "confidence": 0.9,
            "start": text.index(part),
            "end": text.index(part) + len(part),
        }
        for intent, part in parts
    )
    return Understood(text, parts[0][0], 0.9, segments=segments)


@pytest.mark.parametrize(
    ("text", "ours", "other", "left"),
    [
        (
            "mets 4 jours, et sinon comment je signale un client ?",
            "mets 4 jours",
            "comment je signale un client ?",
            "mets 4 jours",
        ),
        (
            "où en est FO22222222 ? et prolonge FO11111111 de 2 jours. Je suis malade",
            "prolonge FO11111111 de 2 jours",
            "où en est FO22222222 ?",
            "et prolonge FO11111111 de 2 jours. Je suis malade",
        ),
    ],
)
def test_only_what_is_ours_is_left(text: str, ours: str, other: str, left: str) -> None:
    said = message(text, ("request_extension", ours), ("order_status", other))
    assert apart_from_others(said, "request_extension").text == left


def test_numbers_of_another_request_are_not_ours() -> None:
    text = "prolonge FO11111111 de 2 jours et où en est FO22222222 ?"
    said = message(
        text,
        ("request_extension", "prolonge FO11111111 de 2 jours"),
        ("order_status", "où en est FO22222222 ?"),
    )
    assert apart_from_others(said, "request_extension").order_numbers == ("FO11111111",)
    assert [part.order_numbers for part in requests(said)] == [("FO11111111",), ("FO22222222",)]


def test_one_request_is_left_as_it_is() -> None:
    said = message("prolonge FO11111111", ("request_extension", "prolonge FO11111111"))
    assert apart_from_others(said, "order_status") is said
