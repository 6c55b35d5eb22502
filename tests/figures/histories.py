"""Random histories: whatever can stand in the tables, plausible or not, and in the database too."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bot.adapters.sql.tables import conversations, events, messages, thumbs
from tests.figures.recount import Happened, History, Said, Thumbed

BEGINNINGS = [
    datetime(2026, 10, 24, 21, 30, tzinfo=timezone.utc),  # the night that is 25 hours long
    datetime(2026, 3, 28, 22, 30, tzinfo=timezone.utc),  # the one that loses an hour
    datetime(2026, 10, 27, 9, 0, tzinfo=timezone.utc),
]
TOPICS = [
    "faq_cancel_order", "order_status", "greet", "thank", "request_human", "nlu_fallback",
    "out_of_scope", None,
]  # fmt: skip
RESPONSES = ["faq_cancel_order", "order_late", "extension_receipt", "clarify", "talk_greet", None]
REASONS = ["customer_request", "policy", "abuse"]
OUTCOMES = ["solved", "answered"]
KINDS = [
    "seller", "seller", "bot", "bot", "agent", "agent", "system", "escalated", "escalated",
    "claimed", "withdrawn", "merged", "released", "resolved", "reopened", "undone", "corrected",
    "thumb",
]  # fmt: skip
HOUR = 3_600_000
GAPS = st.one_of(
    st.sampled_from([0, 1, 999, 1_000, 60_000, HOUR, 23 * HOUR, 72 * HOUR - 1, 72 * HOUR]),
    st.integers(0, 5 * 24 * HOUR),
)
STEPS = st.tuples(st.sampled_from(KINDS), GAPS, st.integers(0, 23))
PLANS = st.lists(
    st.tuples(st.sampled_from(BEGINNINGS), GAPS, st.integers(0, 23), st.lists(STEPS, max_size=9)),
    max_size=5,
)
"""Conversations: where they begin, how much later, the first message, and what follows."""


def history_of(plans: list[Any]) -> History:
    """Returns the history that plans describe, events numbered in the order of time."""
    history = History()
    for place, (beginning, gap, choice, steps) in enumerate(plans):
        conversation = f"c_{place}"
        at = beginning + timedelta(milliseconds=gap)
        said = [Said(conversation, 1, "seller", at, TOPICS[choice % len(TOPICS)])]
        happened: list[Happened] = []
        for kind, wait, which in steps:
            at += timedelta(milliseconds=wait)
            _step(history, conversation, kind, at, which, said, happened)
        history.said += said
        history.happened += happened
    ordered = sorted(history.happened, key=lambda event: event.at)
    numbers = {id(event): number for number, event in enumerate(ordered, 1)}
    for event in ordered:
        event.id = numbers[id(event)]
        if event.kind == "conversation.undone":
            event.after["undone"] = numbers.get(id(event.after["undone"]), 0)
    history.happened = ordered
    return history


def _step(
    history: History, conversation: str, kind: str, at: datetime, which: int,
    said: list[Said], happened: list[Happened],
) -> None:  # fmt: skip
    if kind in ("seller", "bot", "agent", "system"):
        topic = TOPICS[which % len(TOPICS)] if kind == "seller" else None
        response = RESPONSES[which % len(RESPONSES)] if kind in ("bot", "system") else None
        said.append(Said(conversation, len(said) + 1, kind, at, topic, response))
        return
    if kind == "thumb":
        given = {(each.conversation, each.number) for each in history.thumbed}
        answer = next(
            (m for m in said if m.response and (conversation, m.number) not in given), None
        )
        if answer:
            value = ("up", "down")[which % 2]
            history.thumbed.append(
                Thumbed(conversation, answer.number, str(answer.response), value, at)
            )
        return
    after: dict[str, Any] = {}
    if kind == "escalated":
        hours: dict[str, Any] = [{"open": True}, {"open": False}, {}][which % 3]
        after = {"reason": REASONS[which % len(REASONS)], **hours}
    elif kind == "resolved":
        after = {"outcome": OUTCOMES[which % len(OUTCOMES)]}
    elif kind == "corrected":
        after = {"topic": TOPICS[which % 3]}
    elif kind == "undone":
        after = {"undone": happened[-1] if happened else None}
    name = "topic.corrected" if kind == "corrected" else f"conversation.{kind}"
    happened.append(Happened(0, conversation, name, at, after))


def write(connection: Connection, history: History) -> None:
    """Writes a history into the tables, its events after those that are there."""
    there = connection.execute(sa.select(sa.func.max(events.c.id))).scalar_one() or 0
    begun = {m.conversation: m.at for m in reversed(history.said)}
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        conversations: [
            {
                "id": id, "seller_id": "s", "label": id, "state": "bot", "epoch": 0,
                "next_number": 99, "fence": 0, "created_at": at, "updated_at": at,
            }
            for id, at in begun.items()
        ],
        messages: [
            {
                "conversation_id": m.conversation, "number": m.number, "author": m.author,
                "text": "…", "entities": {}, "status": "done", "response": m.response,
                "values": {}, "understanding": {}, "topic": m.topic, "created_at": m.at,
            }
            for m in history.said
        ],
        events: [
            {
                "id": e.id + there, "at": e.at, "kind": e.kind, "actor_kind": "bot",
                "conversation_id": e.conversation, "before": {}, "after": _numbered(e.after, there),
            }
            for e in history.happened
        ],
        thumbs: [
            {
                "conversation_id": t.conversation, "message_number": t.number, "value": t.value,
                "response": t.response, "response_version": 1, "given_at": t.at,
            }
            for t in history.thumbed
        ],
    }  # fmt: skip
    for table, values in rows.items():
        if values:
            connection.execute(sa.insert(table), values)


def _numbered(after: dict[str, Any], there: int) -> dict[str, Any]:
    return {**after, "undone": after["undone"] + there} if after.get("undone") else after
