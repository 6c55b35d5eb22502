"""All that is held of a seller, row by row, as values that JSON knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.personal_tables import HOLDINGS
from bot.adapters.sql.slack_tables import slack_deliveries
from bot.adapters.sql.tables import conversations, jobs

_TECHNICAL = frozenset(
    {
        "search_text",  # the text again, folded
        "lease_owner", "lease_until", "turn_until", "fence", "tracker_epoch", "epoch",
        "next_number", "claimed_by", "claimed_until", "attempts", "handed_over", "token",
        "lane", "expires_at", "run_at", "tried_at",
    }
)  # fmt: skip
"""Columns that say nothing of a person: counters, leases, and keys that open something."""

ABOUT = {
    "conversations": "Each conversation, with whatever table holds something of it.",
    "messages": "What the seller, the assistant and the support team wrote, by number. "
    "E-mail addresses, phone numbers, IBANs and card numbers were masked before they were kept.",
    "understanding": "What the model took a message for, and with what probability.",
    "values": "What was put into an answer's approved text.",
    "tracker": "What the assistant remembers of the conversation.",
    "notes": "What the support team noted for themselves.",
    "effects": "What was asked of the marketplace for the seller, and what became of it.",
    "escalations": "Requests for a human.",
    "thumbs": "Opinions on answers.",
    "ratings": "Stars and comment on a conversation.",
    "phrase_reviews": "Messages that the team looked at to improve the assistant, masked.",
    "shadow_differences": "Messages that a model on trial understood otherwise, masked.",
    "events": "What happened to the conversation.",
    "slack_threads": "Where the conversation is mirrored in the team's Slack.",
    "slack_outbox": "What was sent to Slack within the last days.",
    "slack_deliveries": "What came from Slack within the last days, in the conversation's thread.",
    "jobs": "Work for the conversation that is due later, or was done.",
    "not here": "Orders, deliveries and payments: the marketplace keeps those.",
}
"""What the parts are, in the file itself."""


def export_of(connection: Connection, seller_id: str, now: datetime) -> dict[str, Any]:
    """Returns all that is held of a seller."""
    chosen = sa.select(conversations).where(conversations.c.seller_id == seller_id)
    rows = connection.execute(chosen.order_by(conversations.c.created_at)).mappings().all()
    return {
        "seller_id": seller_id,
        "made_at": now.isoformat(),
        "about": ABOUT,
        "conversations": [_conversation(connection, row) for row in rows],
    }


def rows_of_jobs(connection: Connection, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """Returns the jobs that name a conversation, in their key or in what they are about."""
    payload = sa.cast(jobs.c.payload, sa.Text)
    named = [place.contains(one, autoescape=True) for one in ids for place in (jobs.c.key, payload)]
    if not named:
        return []
    return list(connection.execute(sa.select(jobs).where(sa.or_(*named))).mappings())


def _conversation(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    found = _plain(row)
    if row["tracker"]:
        found["tracker"] = json.loads(row["tracker"])
    for name, holding in HOLDINGS.items():
        if holding.key is None or holding.table is conversations:
            continue
        of_theirs = holding.table.c[holding.key] == row["id"]
        order = list(holding.table.primary_key.columns)
        rows = connection.execute(sa.select(holding.table).where(of_theirs).order_by(*order))
        found[name] = [_plain(each, without=holding.key) for each in rows.mappings()]
    found["jobs"] = [_plain(each) for each in rows_of_jobs(connection, [row["id"]])]
    found["slack_deliveries"] = _deliveries(connection, found["slack_threads"])
    return {name: value for name, value in found.items() if value not in ([], {})}


def _deliveries(
    connection: Connection, threads: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    lanes = [f"thread:{each['channel']}:{each['ts']}" for each in threads if "ts" in each]
    statement = sa.select(slack_deliveries).where(slack_deliveries.c.lane.in_(lanes))
    return [_plain(row) for row in connection.execute(statement).mappings()]


def _plain(row: Mapping[str, Any], without: str = "") -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, (datetime, date)) else value
        for name, value in row.items()
        if value is not None and name not in _TECHNICAL and name != without
    }
