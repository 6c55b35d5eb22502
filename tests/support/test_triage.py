"""The urgency table, rule by rule; and what must hold whatever the table says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.content_yaml import load_content
from bot.support.conversations import EscalationReason
from bot.support.triage import (
    FLOORS,
    LEVELS,
    PRIORITISED,
    RULES,
    WAITING_RULES,
    UrgencyFacts,
    level_of,
    urgency,
    waiting_points,
)

PROJECT = Path(__file__).resolve().parents[2]
FACTS = st.builds(
    UrgencyFacts,
    reason=st.none() | st.sampled_from(EscalationReason),
    topic=st.none() | st.sampled_from(["faq_buyer_unresponsive", "order_status"]),
    order_status=st.none() | st.sampled_from(["in_revision", "late", "completed"]),
    late=st.booleans(),
    money_at_stake=st.booleans(),
    waiting=st.timedeltas(timedelta(), timedelta(days=30)),
    abuse=st.booleans(),
    prioritised=st.none() | st.sampled_from(LEVELS),
    danger=st.booleans(),
    very_late=st.booleans(),
    due_soon=st.booleans(),
    chased=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "level", "why"),
    [
        ({}, "low", ()),
        ({"danger": True}, "urgent", ("urgency_danger",)),
        ({"late": True}, "high", ("urgency_late",)),
        ({"late": True, "very_late": True}, "high", ("urgency_late", "urgency_very_late")),
        ({"due_soon": True}, "normal", ("urgency_due_soon",)),
        ({"reason": EscalationReason.TOOL_FAILURE}, "high", ("urgency_tool_failure",)),
        ({"abuse": True}, "normal", ("urgency_abuse",)),
        ({"money_at_stake": True}, "normal", ("urgency_money",)),
        ({"reason": EscalationReason.REPEATED_ANSWER}, "normal", ("urgency_repeated_answer",)),
        ({"chased": True}, "normal", ("urgency_chased",)),
        ({"reason": EscalationReason.NOT_UNDERSTOOD}, "low", ("urgency_not_understood",)),
        ({"reason": EscalationReason.CUSTOMER_REQUEST}, "low", ("urgency_customer_request",)),
        ({"reason": EscalationReason.POLICY}, "low", ("urgency_policy",)),
        ({"reason": EscalationReason.ABUSE}, "low", ()),
        ({"topic": "faq_buyer_unresponsive"}, "low", ("urgency_unresponsive",)),
        ({"topic": "faq_success_score"}, "low", ()),
        ({"order_status": "in_revision"}, "low", ("urgency_in_revision",)),
        ({"order_status": "completed"}, "low", ()),
        ({"waiting": timedelta(minutes=4, seconds=59)}, "low", ()),
        ({"waiting": timedelta(minutes=5)}, "low", ("urgency_waited_5_minutes",)),
        ({"waiting": timedelta(minutes=15)}, "low", ("urgency_waited_15_minutes",)),
        ({"waiting": timedelta(hours=1)}, "normal", ("urgency_waited_1_hour",)),
        ({"waiting": timedelta(hours=4)}, "normal", ("urgency_waited_4_hours",)),
        ({"waiting": timedelta(days=1)}, "high", ("urgency_waited_1_day",)),
        ({"waiting": timedelta(days=9)}, "urgent", ("urgency_waited_2_days",)),
        ({"late": True, "money_at_stake": True}, "urgent", ("urgency_late", "urgency_money")),
    ],
)
def test_rule_by_rule(facts: dict[str, object], level: str, why: tuple[str, ...]) -> None:
    found = urgency(UrgencyFacts(**facts))  # type: ignore[arg-type]
    assert (found.level, found.why) == (level, why)


def test_the_table_above_meets_every_rule() -> None:
    (cases,) = (m.args[1] for m in test_rule_by_rule.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {why for _, _, found in cases for why in found} == {rule.why for rule in RULES}


def test_every_rule_and_the_teams_own_priority_have_a_sentence() -> None:
    responses = load_content(PROJECT / "data", "https://example.com/{article}").responses
    for why in (PRIORITISED, *(rule.why for rule in RULES)):
        assert responses[why].text and not responses[why].placeholders


def test_longer_waits_have_more_points() -> None:
    for shorter, longer in pairwise(WAITING_RULES):
        assert shorter.waited < longer.waited and shorter.points < longer.points  # type: ignore[operator]


@given(FACTS, st.timedeltas(timedelta(), timedelta(days=30)))
def test_waiting_longer_is_never_less_urgent(facts: UrgencyFacts, more: timedelta) -> None:
    before, after = urgency(facts), urgency(replace(facts, waiting=facts.waiting + more))
    assert after.score >= before.score
    assert LEVELS.index(after.level) <= LEVELS.index(before.level)


@given(FACTS)
def test_the_score_alone_tells_the_level(facts: UrgencyFacts) -> None:
    found = urgency(facts)
    assert found.level == level_of(found.score)
    assert found.level == (facts.prioritised or found.level)
    assert (PRIORITISED in found.why) == (facts.prioritised is not None)


@given(FACTS)
def test_the_wait_only_adds_its_own_points(facts: UrgencyFacts) -> None:
    """What is stored at escalation plus the wait is the urgency: the queue's query relies on it."""
    decided = replace(facts, prioritised=None)
    stored = urgency(replace(decided, waiting=timedelta()))
    assert urgency(decided).score == stored.score + waiting_points(facts.waiting)


@given(FACTS)
def test_danger_is_urgent_unless_the_team_decides(facts: UrgencyFacts) -> None:
    assert urgency(replace(facts, danger=True, prioritised=None)).level == "urgent"


def test_levels_are_told_apart_by_falling_floors() -> None:
    assert list(FLOORS) == list(LEVELS)
    assert sorted(FLOORS.values(), reverse=True) == list(FLOORS.values())
    assert FLOORS["low"] == 0
