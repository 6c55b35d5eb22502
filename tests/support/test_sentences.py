"""Sentences are told apart, and nothing a seller can come to read changes unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.support.conversations import Button
from bot.support.responses import FaqEntry, FollowUp
from bot.support.sentences import changed_sentences, sentences

ENTRY = FaqEntry(
    intent="faq_x",
    title="Le titre",
    version=1,
    source_name="La source",
    source_link="faq_x",
    facts={"x.a": "A.", "x.b": "B."},
    parts=(("Un. Deux ?", ("x.a",)), ("Trois.", ("x.b",))),
    leads_on=(Button("Voir", "order_status"),),
    follow_ups=(FollowUp("where", ("où ?",), frozenset({"x.a"})),),
    offer="Et puis ?",
)


def changed(**changes: Any) -> list[tuple[str, str, str, str]]:
    found = changed_sentences(ENTRY, replace(ENTRY, **changes))
    return [(c.kind, c.place, c.before, c.after) for c in found if c.kind != "same"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Un. Deux ? Trois !", ["Un.", "Deux ?", "Trois !"]),
        ("Un…\nDeux : trois ; quatre.", ["Un…", "Deux : trois ; quatre."]),
        ("  ", []),
        ("Sans fin", ["Sans fin"]),
    ],
)
def test_sentences(text: str, told: list[str]) -> None:
    assert sentences(text) == told


def test_the_same_answer_has_no_changes() -> None:
    assert changed() == []
    assert [c.after for c in changed_sentences(ENTRY, ENTRY)][:3] == ["Le titre", "Un.", "Deux ?"]


def test_one_sentence_of_several() -> None:
    first, second = ENTRY.parts
    assert changed(parts=(("Un. Autre ? Neuf.", first[1]), second)) == [
        ("changed", "parts", "Deux ?", "Autre ?"),
        ("added", "parts", "", "Neuf."),
    ]
    assert changed(parts=(("Deux ?", first[1]), second)) == [("removed", "parts", "Un.", "")]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": "Autre"}, "title"),
        ({"source_name": "Autre"}, "source"),
        ({"source_link": "faq_y"}, "source"),
        ({"offer": ""}, "offer"),
        ({"leads_on": (Button("Voir", "request_human"),)}, "leads_on"),
        ({"leads_on": ()}, "leads_on"),
        ({"follow_ups": ()}, "follow_ups"),
        ({"follow_ups": (replace(ENTRY.follow_ups[0], partial=True),)}, "follow_ups"),
        ({"follow_ups": (replace(ENTRY.follow_ups[0], facts=frozenset({"x.b"})),)}, "follow_ups"),
        ({"parts": ((ENTRY.parts[0][0], ("x.b",)), ENTRY.parts[1])}, "facts"),
    ],
)
def test_every_other_change_is_seen(change: dict[str, Any], place: str) -> None:
    assert [each[1] for each in changed(**change)] == [place]
