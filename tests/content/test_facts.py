"""Every answer of the FAQ tells every fact of shared/FAQ.md, and each sentence is needed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.content_yaml import load_content
from bot.support.answer_checks import AnswerRules, answer_problems
from bot.support.fact_checkers import FACT_CHECKERS, is_told
from bot.support.responses import FaqEntry
from bot.support.sentences import sentences

PROJECT = Path(__file__).resolve().parents[2]
CONTENT = load_content(PROJECT / "data", "https://aide.example.com/{article}")
RULES = AnswerRules.of(CONTENT)
INTENTS = sorted(CONTENT.entries)


def facts_not_told(entry: FaqEntry) -> list[str]:
    return [fact for fact in entry.facts if not is_told(fact, entry.text)]


def test_there_are_thirteen_entries_and_a_checker_for_each_fact() -> None:
    assert len(INTENTS) == 13
    assert FACT_CHECKERS.keys() == {f for e in CONTENT.entries.values() for f in e.facts}


@pytest.mark.parametrize("intent", INTENTS)
def test_no_check_finds_anything(intent: str) -> None:
    found = answer_problems(CONTENT.entries[intent], RULES)
    assert [(problem.place, problem.says) for problem in found] == []


@pytest.mark.parametrize("intent", INTENTS)
def test_no_sentence_can_be_deleted_unnoticed(intent: str) -> None:
    entry = CONTENT.entries[intent]
    for place, (text, facts) in enumerate(entry.parts):
        told = sentences(text)
        for index, sentence in enumerate(told):
            rest = " ".join(told[:index] + told[index + 1 :])
            parts = (*entry.parts[:place], (rest, facts), *entry.parts[place + 1 :])
            less = replace(entry, parts=tuple(part for part in parts if part[0]))
            assert facts_not_told(less), f"nobody would miss {sentence!r}"
            assert any(problem.blocks for problem in answer_problems(less, RULES)), sentence


@pytest.mark.parametrize("intent", INTENTS)
def test_an_answer_names_its_source(intent: str) -> None:
    entry = CONTENT.entries[intent]
    shown = CONTENT.render(intent).text
    assert entry.source_name in shown and f"https://aide.example.com/{entry.source_link}" in shown


@pytest.mark.parametrize("intent", INTENTS)
def test_what_is_said_to_a_follow_up_is_part_of_the_answer(intent: str) -> None:
    entry = CONTENT.entries[intent]
    for follow_up in entry.follow_ups:
        shown = CONTENT.render(intent, {"follow_up": follow_up.name})
        said = shown.text.split("\n\nSource :")[0]
        assert said and all(part in entry.text for part in said.split("\n\n"))


def test_no_text_of_ours_breaks_french_typography() -> None:
    wrong = [
        f"{response.location}: {response.text[:60]}"
        for response in CONTENT.responses.values()
        if re.search(r"[^\s\u00a0\u202f][?!;](?:\s|$)|\w :\w|«\S|\S»|\.\.\.|'' ", response.text)
        or re.search(r"\b(?:tu|ton|tes|toi)\b", response.text)
    ]
    assert wrong == []
