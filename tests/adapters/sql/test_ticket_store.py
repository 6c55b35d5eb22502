"""Tickets become conversations in the queue, each once, whatever is repeated or races."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.desk_store import SqlDeskStore
from bot.adapters.sql.ticket_store import TicketStore
from bot.services.desk_ports import InboxQuery
from bot.services.ports import IncomingMessage
from bot.services.triage_ports import NewTicket
from bot.support.conversations import Author, ConversationState, EscalationReason
from bot.support.desk import Source
from tests.adapters.sql.conftest import run_together

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.utc)
UNDERSTOOD = {
    "intent": {"name": "faq_buyer_unresponsive", "confidence": 0.9},
    "segments": [{"intent": "faq_buyer_unresponsive", "confidence": 0.9, "start": 0, "end": 5}],
}
ORDER = {
    "number": "FO21B8A4C9", "title": "Logo", "buyer": "Julie", "status": "late",
    "due_at": "2026-11-23T10:00:00+00:00", "delivered_at": None, "extension": None,
    "cancellation_request": None, "taken_at": NOW.isoformat(),
}  # fmt: skip
TICKET = NewTicket(
    seller_id="lea",
    label="ticket:desk:T-1",
    text="Mon client ne répond plus.",
    asked_at=NOW - timedelta(hours=5),
    reason=EscalationReason.CUSTOMER_REQUEST,
    understanding=UNDERSTOOD,
    model="m1",
    order_number="FO21B8A4C9",
    order=ORDER,
    facts={"late": True, "order_status": "late"},
)


@pytest.fixture
def tickets(engine: Engine) -> TicketStore:
    return TicketStore(engine)


@pytest.fixture
def desk(engine: Engine) -> SqlDeskStore:
    return SqlDeskStore(engine)


def test_a_ticket_waits_in_the_queue_with_all_that_is_known(
    tickets: TicketStore, desk: SqlDeskStore
) -> None:
    opened = tickets.open_ticket(TICKET, NOW)
    assert opened.created and opened.conversation.state is ConversationState.WAITING
    happened = desk.timeline(opened.conversation.id, 0, 1).events
    assert [event.kind.value for event in happened] == [
        "conversation.opened",
        "conversation.escalated",
    ]
    [case] = desk.cases(InboxQuery(), NOW).cases
    assert case.id == opened.conversation.id
    assert (case.source, case.reason) == (Source.TICKET, EscalationReason.CUSTOMER_REQUEST)
    assert (case.order_number, case.order) == ("FO21B8A4C9", ORDER)
    assert case.topic is not None and case.topic.intent == "faq_buyer_unresponsive"
    assert case.waiting_since == TICKET.asked_at
    assert case.urgency.level == "urgent"
    assert "urgency_late" in case.urgency.why and "urgency_waited_4_hours" in case.urgency.why
    assert case.last_message is not None
    assert (case.last_message.author, case.last_message.text) == (Author.SELLER, TICKET.text)
    [found] = desk.cases(InboxQuery(text="REPOND plus"), NOW).cases
    assert found.id == case.id


def test_sent_again_it_opens_nothing(tickets: TicketStore, desk: SqlDeskStore) -> None:
    first = tickets.open_ticket(TICKET, NOW)
    again = tickets.open_ticket(replace(TICKET, text="Autre texte"), NOW + timedelta(days=1))
    assert (again.created, again.conversation.id) == (False, first.conversation.id)
    assert [m.text for m in desk.timeline(first.conversation.id, 0, 10).messages] == [TICKET.text]
    assert len(desk.cases(InboxQuery(), NOW).cases) == 1


@pytest.mark.parametrize("other", [{"label": "ticket:mail:T-1"}, {"seller_id": "karim"}])
def test_another_system_or_seller_has_conversations_of_its_own(
    tickets: TicketStore, other: dict[str, Any]
) -> None:
    first, second = (
        tickets.open_ticket(TICKET, NOW),
        tickets.open_ticket(replace(TICKET, **other), NOW),
    )
    assert second.created and second.conversation.id != first.conversation.id


def test_opened_by_many_at_once_it_is_opened_once(engine: Engine, desk: SqlDeskStore) -> None:
    opened = run_together(lambda _: TicketStore(engine).open_ticket(TICKET, NOW), 8)
    assert sorted(each.created for each in opened) == [False] * 7 + [True]
    assert len({each.conversation.id for each in opened}) == 1
    timeline = desk.timeline(opened[0].conversation.id, 0, 10)
    assert len(timeline.messages) == 1
    escalated = [e for e in timeline.events if e.kind.value == "conversation.escalated"]
    assert len(escalated) == 1


def test_a_seller_who_named_a_chat_like_it_gets_the_ticket_into_the_queue_all_the_same(
    engine: Engine, tickets: TicketStore
) -> None:
    store = SqlConversationStore(engine)
    chat = store.open_conversation("lea", TICKET.label, NOW)
    store.accept(chat.id, IncomingMessage("bonjour", "m1"), "one", NOW)
    opened = tickets.open_ticket(TICKET, NOW)
    assert opened.created and opened.conversation.id == chat.id
    assert [m.text for m in store.messages_after(chat.id, 0)] == ["bonjour", TICKET.text]
    assert opened.conversation.state is ConversationState.WAITING


def test_the_bot_does_not_answer_a_ticket_by_itself(engine: Engine, tickets: TicketStore) -> None:
    tickets.open_ticket(TICKET, NOW)
    assert SqlConversationStore(engine).waiting_conversations(NOW + timedelta(days=1)) == []
