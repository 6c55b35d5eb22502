"""What staff see beside a conversation, and which approved answers are suggested there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.content_yaml import load_content
from bot.errors import AssistantUnavailable, MarketplaceUnavailable, UnknownConversation
from bot.marketplace.extensions import RefusalReason, answer_extension, open_extension
from bot.marketplace.orders import ExtensionState, Order, OrderStatus
from bot.services.case_file import SLOTS, CaseFiles, slots_of
from bot.services.case_file_ports import Traces, Tried
from bot.services.desk_ports import Case
from bot.services.live_content import LiveContent
from bot.services.suggestions import Suggestions
from bot.support.conversations import (
    Author,
    Conversation,
    ConversationState,
    Effect,
    EffectState,
    Message,
)
from bot.support.desk import CaseTopic, Source
from bot.support.feedback import ThumbValue
from bot.support.triage import Urgency

PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)
LIVE = LiveContent(load_content(PROJECT / "data", "https://example.com/{article}"))
ORDER = Order(
    "FO21B8A4C9", "lea", "b1", "Julie Martin", "Logo", OrderStatus.IN_PROGRESS,
    NOW - timedelta(days=3), 7, due_at=NOW + timedelta(days=4),
)  # fmt: skip
DONE = replace(ORDER, number="FO1DONE001", status=OrderStatus.COMPLETED, completed_at=NOW)
CASE = Case(
    conversation=Conversation("c_1", "lea", "site", ConversationState.WAITING, 1, 1, NOW),
    seller_name="Léa",
    source=Source.CHAT,
    topic=None,
    urgency=Urgency("low", 0),
    prioritised=None,
    order_number="FO21B8A4C9",
    order=None,
    reason=None,
    waiting_since=NOW,
    holder=None,
    last_message=None,
    snoozed_until=None,
    merged_into=None,
    outcome=None,
)


@dataclass
class Kept:
    """Stands for the store: one conversation's traces, or none."""

    left: Traces | None

    def traces(self, conversation_id: str) -> Traces | None:
        return self.left


@dataclass
class Orders:
    """A marketplace that only reads; ``down`` does not answer."""

    orders: Sequence[Order] = (ORDER, DONE)
    down: bool = False

    def orders_of(self, seller_id: str) -> Sequence[Order]:
        if self.down:
            raise MarketplaceUnavailable("no answer")
        return self.orders


class StillClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class Reader:
    """Understands texts by a table; anything else it cannot read now."""

    model: str = "m"
    knows: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def parse(self, text: str) -> dict[str, Any]:
        self.asked.append(text)
        if text not in self.knows:
            raise AssistantUnavailable("no model")
        return understood((self.knows[text], 0.9))


def understood(*scores: tuple[str, float]) -> dict[str, Any]:
    ranking = [{"name": name, "confidence": confidence} for name, confidence in scores]
    return {"intent": ranking[0], "intent_ranking": ranking, "segments": []}


def said(number: int, text: str = "…", *scores: tuple[str, float], **facts: Any) -> Message:
    facts.setdefault("understanding", understood(*scores) if scores else {})
    return Message("c_1", number, Author.SELLER, text, NOW, **facts)


def told(number: int, response: str, version: int = 1) -> Message:
    return Message("c_1", number, Author.BOT, "…", NOW, response=response, response_version=version)


def tried(state: EffectState, outcome: Mapping[str, Any] | None = None) -> Tried:
    request = {"number": "FO21B8A4C9", "days": 3, "reason": "Panne d'ordinateur."}
    effect = Effect("k", "c_1", 4, "request_extension", "lea", request, state, outcome)
    return Tried(effect, NOW)


def file_of(left: Traces | None, marketplace: Any = None, case: Case = CASE) -> Any:
    files = CaseFiles(Kept(left), marketplace or Orders(), LIVE, StillClock())
    return files.of(case)


def test_the_seller_and_the_order_as_it_is_now() -> None:
    found = file_of(Traces(None))
    assert (found.seller_id, found.seller_name) == ("lea", "Léa")
    assert (found.orders_open, found.completion_rate) == (1, 1.0)
    assert found.order_now["number"] == "FO21B8A4C9"
    assert (found.slots, found.answers, found.actions) == ((), (), ())


def test_a_marketplace_that_is_down_leaves_the_rest() -> None:
    left = Traces(None, told=[told(2, "faq_success_score")])
    found = file_of(left, Orders(down=True))
    assert (found.orders_open, found.completion_rate, found.order_now) == (None, None, None)
    assert not found.marketplace_known and len(found.answers) == 1


def test_an_order_nobody_knows_is_none() -> None:
    assert file_of(Traces(None), Orders(orders=())).order_now is None
    assert file_of(Traces(None), case=replace(CASE, order_number=None)).order_now is None


def test_an_unknown_conversation_is_said_to_be() -> None:
    with pytest.raises(UnknownConversation):
        file_of(None)


def test_slots_are_those_of_the_checkpoint_and_what_was_noted_since() -> None:
    tracker = json.dumps(
        {
            "checkpoint": {"slots": {"extension_order": "FO21B8A4C9", "extension_days": 2}},
            "events": [
                {"event": "user", "text": "non, 5 jours"},
                {"event": "slot", "name": "extension_days", "value": 5},
                {"event": "slot", "name": "extension_confirmed", "value": True},
                {"event": "slot", "name": "extension_reason", "value": None},
            ],
        }
    )
    found = {slot.name: slot.value for slot in file_of(Traces(tracker)).slots}
    assert found == {
        "extension_order": "FO21B8A4C9", "extension_days": "5 jours", "extension_confirmed": "oui",
    }  # fmt: skip
    forgotten = json.dumps({"checkpoint": {"slots": {"a": 1}}, "events": [{"event": "restart"}]})
    assert slots_of(forgotten) == {}
    assert slots_of(None) == slots_of('{"checkpoint": null, "events": []}') == {}


def test_every_slot_has_a_label() -> None:
    tracker = json.dumps({"checkpoint": {"slots": dict.fromkeys(SLOTS, "x")}, "events": []})
    slots = file_of(Traces(tracker)).slots
    assert len({slot.label for slot in slots}) == len(SLOTS)


def test_answers_given_with_titles_and_thumbs_and_nothing_else_that_was_said() -> None:
    left = Traces(
        None,
        told=[
            told(2, "faq_success_score", 3),
            told(3, "talk_thank"),
            told(4, "order_late"),
            told(5, "preview_counts"),
            told(6, "rate_current"),
        ],
        thumbs={2: ThumbValue.DOWN},
    )
    found = [(a.number, a.version, a.title, a.thumb) for a in file_of(left).answers]
    assert found == [
        (2, 3, LIVE.current.entries["faq_success_score"].title, "down"),
        (4, 1, "Savoir où en est une commande", None),
        (5, 1, "Effet d'une annulation", None),
        (6, 1, "Connaître mon taux d'exécution", None),
    ]


@pytest.mark.parametrize("state", EffectState)
def test_actions_with_what_was_asked(state: EffectState) -> None:
    [action] = file_of(Traces(None, tried=[tried(state)])).actions
    assert (action.label, action.state) == ("Demande de prolongation", state.value)
    assert action.state_french and action.state_french != state.value
    assert "3 jours" in action.request and "Panne d'ordinateur." in action.request
    assert action.outcome is None


@pytest.mark.parametrize("code", [*(reason.value for reason in RefusalReason), "unavailable"])
def test_a_refusal_says_why(code: str) -> None:
    key = "error" if code == "unavailable" else "refusal"
    [action] = file_of(Traces(None, tried=[tried(EffectState.REFUSED, {key: code})])).actions
    assert action.outcome


@pytest.mark.parametrize("accept", [None, True, False])
def test_a_request_that_was_sent_says_what_the_client_answered(accept: bool | None) -> None:
    asked = NOW - timedelta(hours=2)
    order = open_extension(ORDER, request_id="e1", days=3, reason="Panne.", now=asked)
    if accept is not None:
        order = answer_extension(order, accept=accept, now=NOW)
    left = Traces(None, tried=[tried(EffectState.CONFIRMED, {"extension_id": "e1"})])
    [action] = file_of(left, Orders([order])).actions
    states = {None: "pas encore répondu", True: "a accepté", False: "a refusé"}
    assert states[accept] in action.outcome
    [other] = file_of(replace(left, tried=[tried(EffectState.CONFIRMED, {"extension_id": "e2"})]),
                      Orders([order])).actions  # fmt: skip
    assert other.outcome is None


def test_every_state_of_a_request_has_words() -> None:
    for state in ExtensionState:
        assert LIVE.current.render(f"case_outcome_extension_{state.value}").text


def best(left: Traces, reader: Reader | None = None, case: Case = CASE) -> list[str]:
    suggestions = Suggestions(Kept(left), LIVE, reader or Reader())  # type: ignore[arg-type]
    return [each.response for each in suggestions.best(case)]


def test_the_newest_message_counts_most_and_runners_up_count_too() -> None:
    left = Traces(
        None,
        said=[
            said(1, "…", ("faq_success_score", 0.9)),
            said(3, "…", ("faq_block_buyer", 0.8), ("faq_report_buyer", 0.75), ("greet", 0.9)),
        ],
    )
    assert best(left) == ["faq_block_buyer", "faq_report_buyer", "faq_success_score"]


def test_no_answer_is_suggested_that_was_given_sent_or_dismissed() -> None:
    left = Traces(
        None,
        told=[told(2, "faq_block_buyer")],
        said=[said(3, "…", ("faq_block_buyer", 0.9), ("faq_report_buyer", 0.5), ("faq_success_score", 0.3))],
        suggestions_used=frozenset({"faq_report_buyer"}),
    )  # fmt: skip
    assert best(left) == ["faq_success_score"]


def test_what_is_unlikely_or_needs_the_sellers_data_is_not_suggested() -> None:
    left = Traces(None, said=[said(1, "…", ("order_status", 0.9), ("faq_block_buyer", 0.05))])
    assert best(left) == []


def test_a_topic_the_staff_set_comes_first() -> None:
    left = Traces(None, said=[said(1, "…", ("faq_block_buyer", 0.99))])
    case = replace(CASE, topic=CaseTopic("faq_multiple_orders", 1.0))
    assert best(left, case=case) == ["faq_multiple_orders", "faq_block_buyer"]


def test_what_no_turn_has_read_is_read_once() -> None:
    reader = Reader(knows={"il répond plus": "faq_buyer_unresponsive"})
    left = Traces(None, said=[said(1, "…", ("faq_block_buyer", 0.9)), said(2, "il répond plus")])
    suggestions = Suggestions(Kept(left), LIVE, reader)  # type: ignore[arg-type]
    for _ in range(3):
        found = [each.response for each in suggestions.best(CASE)]
        assert found == ["faq_buyer_unresponsive", "faq_block_buyer"]
    assert reader.asked == ["il répond plus"]


def test_without_the_model_what_was_understood_before_is_suggested() -> None:
    left = Traces(None, said=[said(1, "…", ("faq_block_buyer", 0.9)), said(2, "illisible")])
    assert best(left) == ["faq_block_buyer"]


def test_in_danger_nothing_is_suggested() -> None:
    left = Traces(None, said=[said(1, "je vais me suicider", ("faq_block_buyer", 0.9))])
    assert best(left) == []


def test_a_suggestion_is_the_approved_text_as_it_is_served() -> None:
    left = Traces(None, said=[said(1, "…", ("faq_block_buyer", 0.9))])
    suggestions = Suggestions(Kept(left), LIVE, Reader())  # type: ignore[arg-type]
    [found] = suggestions.best(CASE)
    entry = LIVE.current.entries["faq_block_buyer"]
    assert (found.version, found.title) == (entry.version, entry.title)
    assert found.text.startswith(entry.text) and found.source_link in found.text
    assert entry.offer not in found.text
