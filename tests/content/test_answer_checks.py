"""Each check of an answer finds what is planted, at its place."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.content_yaml import load_content
from bot.support.answer_checks import (
    LONGEST,
    LONGEST_TEXT,
    MOST_BUTTONS,
    SAYS,
    AnswerRules,
    Problem,
    answer_problems,
)
from bot.support.conversations import Button
from bot.support.responses import FaqEntry

PROJECT = Path(__file__).resolve().parents[2]
CONTENT = load_content(PROJECT / "data", "https://aide.example.com/{article}")
RULES = AnswerRules.of(CONTENT)
ENTRY = CONTENT.entries["faq_buyer_unresponsive"]
TWO_DAYS = "buyer_unresponsive.two_days_to_answer"


def with_part(place: int, change: Callable[[str], str]) -> FaqEntry:
    parts = list(ENTRY.parts)
    parts[place] = (change(parts[place][0]), parts[place][1])
    return replace(ENTRY, parts=tuple(parts))


def with_follow_up(**changes: Any) -> FaqEntry:
    first, *rest = ENTRY.follow_ups
    return replace(ENTRY, follow_ups=(replace(first, **changes), *rest))


def found(entry: FaqEntry, rules: AnswerRules = RULES) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in answer_problems(entry, rules)]


PLANTED: list[tuple[FaqEntry, str, str]] = [
    (with_part(1, lambda t: t.replace("2 jours", "3 jours")), "fact_not_told", "parts.1"),
    (with_part(1, lambda t: t.replace("2 jours", "12 jours")), "fact_not_told", "parts.1"),
    (with_part(1, lambda t: t.replace("2 jours", "3 jours")), "unknown_number", "parts.1"),
    (replace(ENTRY, parts=ENTRY.parts[1:]), "missing_fact", "parts"),
    (replace(ENTRY, parts=()), "empty", "parts"),
    (with_part(0, lambda t: f"{t} Bon courage."), "unneeded_sentence", "parts.0"),
    (with_part(0, lambda t: t * 8), "too_long", "parts"),
    (with_part(2, lambda t: f"{t}\n\nEt voilà."), "empty_line", "parts.2"),
    (with_part(2, lambda t: ""), "empty", "parts.2"),
    (with_part(0, lambda t: t + " {order}"), "brace", "parts.0"),
    (with_part(0, lambda t: t + " <b>ici</b>"), "markup", "parts.0"),
    (with_part(0, lambda t: t + " Voir https://aide.example.com/x"), "address", "parts.0"),
    (with_part(0, lambda t: t + " Écrivez à aide@exemple"), "address", "parts.0"),
    (with_part(0, lambda t: t.replace("page", "pa\u200bge")), "invisible", "parts.0"),
    (with_part(0, lambda t: t.replace("page", "pa\u202ege")), "invisible", "parts.0"),
    (with_part(0, lambda t: t + " Vraiment? Oui"), "typography", "parts.0"),
    (with_part(0, lambda t: t + " Voici: oui"), "typography", "parts.0"),
    (with_part(0, lambda t: t.replace("« ", "«")), "typography", "parts.0"),
    (with_part(0, lambda t: t + ".."), "typography", "parts.0"),
    (with_part(0, lambda t: t + ' "oui"'), "typography", "parts.0"),
    (with_part(0, lambda t: t + " C'est ton choix."), "informal", "parts.0"),
    (replace(ENTRY, title=""), "empty", "title"),
    (replace(ENTRY, title="a" * (LONGEST["title"] + 1)), "too_long", "title"),
    (replace(ENTRY, title="Mon client\nne répond pas"), "several_lines", "title"),
    (replace(ENTRY, source_link="nowhere"), "unknown_link", "source.link"),
    (replace(ENTRY, source_name=""), "empty", "source.name"),
    (replace(ENTRY, offer="Je demande cette prolongation."), "offer_no_question", "offer"),
    (replace(ENTRY, leads_on=()), "offer_without_button", "offer"),
    (replace(ENTRY, leads_on=(Button("Voir", "faq_gone"),)), "dead_button", "leads_on.0"),
    (replace(ENTRY, leads_on=(Button("Voir", ENTRY.intent),)), "leads_to_itself", "leads_on.0"),
    (replace(ENTRY, leads_on=ENTRY.leads_on * 2), "buttons_alike", "leads_on.1"),
    (replace(ENTRY, leads_on=ENTRY.leads_on * (MOST_BUTTONS + 1)), "too_many_buttons", "leads_on"),
    (replace(ENTRY, follow_ups=()), "no_follow_up", "follow_ups"),
    (with_follow_up(facts=frozenset()), "follow_up_without_facts", "follow_ups.where"),
    (with_follow_up(facts=frozenset({"x"})), "follow_up_unknown_fact", "follow_ups.where"),
    (with_follow_up(asks=()), "follow_up_without_asks", "follow_ups.where"),
    (with_follow_up(asks=("Où ?", "où  ?")), "asked_twice", "follow_ups.where"),
    (with_follow_up(name="refuses"), "named_twice", "follow_ups.refuses"),
    (replace(ENTRY, intent="faq_new"), "unknown_intent", "title"),
    (
        replace(ENTRY, parts=(*ENTRY.parts, ("Un mot de plus.", ("somewhere.else",)))),
        "unknown_fact",
        "parts.3",
    ),
]


@pytest.mark.parametrize(("entry", "code", "place"), PLANTED)
def test_what_is_planted_is_found_at_its_place(entry: FaqEntry, code: str, place: str) -> None:
    assert found(ENTRY) == []
    assert (code, place) in found(entry)


def test_a_fact_nobody_can_check_is_said() -> None:
    rules = replace(RULES, facts={**RULES.facts, ENTRY.intent: {"new.fact": "Un fait."}})
    assert ("no_checker", "parts") in found(ENTRY, rules)


def test_every_kind_of_problem_is_planted_once() -> None:
    assert {code for _, code, _ in PLANTED} | {"no_checker"} == SAYS.keys()


def test_every_kind_has_words_for_all_its_values() -> None:
    for entry, code, _ in PLANTED:
        for problem in answer_problems(entry, RULES):
            assert problem.says
        needed = {name for _, name, _, _ in string.Formatter().parse(SAYS[code]) if name}
        planted = next(p for p in answer_problems(entry, RULES) if p.code == code)
        assert needed <= {"place", *planted.values}


def test_a_sentence_that_says_something_else_only_needs_a_reader() -> None:
    entry = with_part(0, lambda text: f"{text} Un rappel suffit souvent.")
    assert [(p.code, p.blocks) for p in answer_problems(entry, RULES)] == [
        ("unneeded_sentence", False)
    ]
    assert Problem("fact_not_told", "parts.0").blocks


def test_a_fact_told_elsewhere_than_a_follow_up_looks_is_not_told() -> None:
    """A follow-up says only the paragraphs that carry its facts."""
    (first, ask), (second, days), third = ENTRY.parts
    swapped = replace(ENTRY, parts=((second, ask), (first, days), third))
    assert ("fact_not_told", "parts.1") in found(swapped)


@pytest.mark.parametrize("typed", ["l’Assistance client", "l'Assistance\u00a0client"])
def test_apostrophes_and_spaces_may_be_typed_as_people_do(typed: str) -> None:
    entry = CONTENT.entries["faq_cancel_order"]
    text = entry.text.replace("l'Assistance client", typed)
    edited = replace(entry, parts=((text, entry.parts[0][1]),))
    assert text != entry.text and found(edited) == []


def test_the_longest_text_fits() -> None:
    assert max(len(entry.text) for entry in CONTENT.entries.values()) <= LONGEST_TEXT
