"""The queue: sorted by the urgency staff read, searched folded, paged without gaps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.errors import BadInput
from bot.services.desk_ports import InboxPage, InboxQuery
from bot.support.conversations import ConversationState, Escalation, EscalationReason
from bot.support.desk import CaseTopic, Outcome
from bot.support.triage import LEVELS

from .conftest import START, Chat, staff

REASONS = tuple(EscalationReason)


def waiting(store: SqlConversationStore, number: int, **escalation: Any) -> Chat:
    """Returns a conversation whose seller waits for a human since ``number`` minutes."""
    chat = Chat(store, f"seller-{number}")
    chat.now = START - timedelta(minutes=number)
    reason = escalation.pop("reason", REASONS[number % len(REASONS)])
    intent = escalation.pop("intent", "faq_buyer_wants_cancel" if number % 3 else "order_status")
    understood = {"intent": {"name": intent, "confidence": 0.8}}
    asked = Escalation(chat.id, reason, chat.now, **escalation)
    chat.answer(chat.turn(f"Déjà {number} retards"), escalations=(asked,), understanding=understood)
    chat.now = START
    return chat


def page(chat: Chat, **query: Any) -> InboxPage:
    return chat.desk.cases(InboxQuery(**query), chat.now)


def all_pages(desk: SqlDeskStore, **query: Any) -> list[str]:
    """Returns the ids of all pages; time goes on while somebody reads them."""
    found, cursor, now = [], None, START
    while True:
        got = desk.cases(InboxQuery(cursor=cursor, limit=7, **query), now)
        found += [case.id for case in got.cases]
        cursor, now = got.next_cursor, now + timedelta(minutes=20)
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", ["urgency", "waiting", "recent"])
def test_pages_show_every_case_once_also_while_scores_rise(
    store: SqlConversationStore, sort: str
) -> None:
    chats = [waiting(store, number * 9) for number in range(30)]
    desk = chats[0].desk
    found = all_pages(desk, sort=sort)
    assert sorted(found) == sorted(chat.id for chat in chats)
    whole = desk.cases(InboxQuery(limit=50, sort=sort), START)
    assert found == [case.id for case in whole.cases]
    assert (whole.total, whole.counts.waiting) == (30, 30)


def test_the_database_sorts_by_the_scores_staff_read(store: SqlConversationStore) -> None:
    chats = [waiting(store, number * 37) for number in range(40)]
    for place, chat in enumerate(chats[::6]):
        chat.desk.prioritise(staff("nora"), chat.id, LEVELS[place % 4], START)
    late = {"facts": {"late": True, "very_late": True, "danger": True}}
    chats.append(waiting(store, 1, **late))
    cases = page(chats[0], limit=100).cases
    scores = [case.urgency.score for case in cases]
    assert scores == sorted(scores, reverse=True)
    assert cases[0].id == chats[-1].id
    for level in LEVELS:
        shown = {case.id for case in page(chats[0], limit=100, urgency=level).cases}
        assert shown == {case.id for case in cases if case.urgency.level == level}, level


def test_what_a_case_says(store: SqlConversationStore) -> None:
    order = {"number": "FO21B8A4C9", "title": "Logo", "status": "late"}
    chat = waiting(
        store, 12, reason=EscalationReason.POLICY, intent="faq_cancel_order",
        order_number="FO21B8A4C9", order=order, facts={"late": True},
    )  # fmt: skip
    [case] = page(chat).cases
    assert case == chat.desk.case(chat.id, chat.now)
    assert case.topic == CaseTopic("faq_cancel_order", 0.8)
    assert (case.reason, case.order_number, case.order) == (
        EscalationReason.POLICY, "FO21B8A4C9", order,
    )  # fmt: skip
    assert case.waiting_since == START - timedelta(minutes=12)
    assert case.urgency.why[0] == "urgency_late"
    assert case.last_message.text == "Déjà 12 retards"
    assert chat.desk.case("c_unknown", chat.now) is None


def test_filters(store: SqlConversationStore) -> None:
    one = waiting(store, 1, reason=EscalationReason.ABUSE, intent="order_status")
    two = waiting(store, 2, reason=EscalationReason.POLICY, intent="faq_block_buyer")
    one.claim("nora")

    def ids(**query: Any) -> list[str]:
        return [case.id for case in page(one, **query).cases]

    assert ids(states=(ConversationState.WAITING,)) == [two.id]
    assert ids(states=(ConversationState.HUMAN,)) == [one.id]
    assert ids(topic="faq_block_buyer") == ids(holder="none") == [two.id]
    assert ids(reason=EscalationReason.ABUSE) == ids(holder="nora") == [one.id]
    assert ids(holder="sam") == ids(states=(ConversationState.RESOLVED,)) == []
    one.desk.snooze(staff("nora"), one.id, START + timedelta(hours=1), START)
    assert ids() == [two.id]
    assert ids(snoozed=True) == [one.id]
    counts = page(one, asked_by="nora").counts
    assert (counts.waiting, counts.human, counts.mine, counts.snoozed) == (1, 0, 0, 1)
    one.desk.resolve(staff("nora"), one.id, Outcome.SOLVED, START)
    assert page(one).counts.resolved_today == 1
    assert ids(states=(ConversationState.RESOLVED,)) == [one.id]


@pytest.mark.parametrize(
    "text",
    [
        "deja", "DÉJÀ 5", "retards déjà", "seller-5", "fo21b8a4c9", "#FO21B8A4C9", "Zoé", "zoe",
        "zoe deja fo21",
    ],
)  # fmt: skip
def test_found_by_pieces_of_what_was_said_and_of_who_it_is(
    store: SqlConversationStore, text: str
) -> None:
    chat = waiting(store, 5, order_number="FO21B8A4C9")
    store.open_conversation("seller-5", "site", START, "Zoé")
    other = Chat(store, "seller-9")
    other.answer(other.turn("bonjour"), escalations=(
        Escalation(other.id, EscalationReason.POLICY, START),
    ))  # fmt: skip
    assert [case.id for case in page(chat, text=text).cases] == [chat.id]
    assert page(chat, text=text).total == 1
    assert page(chat, text=f"{text} bonjour").total == 0


@pytest.mark.parametrize("text", ["%", "_", "100%", "\\"])
def test_wildcards_are_letters(store: SqlConversationStore, text: str) -> None:
    chat = waiting(store, 5)
    assert page(chat, text=text).total == 0


@pytest.mark.parametrize("cursor", ["", "x", "W10", "eyJhIjoxfQ", "é"])
def test_a_forged_cursor_is_refused(chat: Chat, cursor: str) -> None:
    with pytest.raises(BadInput):
        page(chat, cursor=cursor)


def test_a_cursor_of_another_order_is_refused(store: SqlConversationStore) -> None:
    chats = [waiting(store, number) for number in range(3)]
    cursor = page(chats[0], limit=1, sort="waiting").next_cursor
    with pytest.raises(BadInput):
        page(chats[0], limit=1, sort="urgency", cursor=cursor)


def test_the_place_in_the_queue_counts_who_waits_longer(store: SqlConversationStore) -> None:
    first, second = waiting(store, 20), waiting(store, 10)
    desk = first.desk
    assert desk.place_in_queue(None) == 3
    assert [desk.place_in_queue(chat.id) for chat in (first, second)] == [1, 2]
    first.claim()
    assert desk.place_in_queue(second.id) == 1
    assert desk.place_in_queue(first.id) == 1  # back in the queue it would be first again
