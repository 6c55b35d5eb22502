"""Canned replies as staff see them in one conversation: the variables filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.language import phrasing
from bot.support.canned_replies import CannedReply, FilledReply, fill
from bot.support.staff import Staff


class CannedReplies:
    """Fills in the approved replies for a conversation."""

    def __init__(self, replies: Sequence[CannedReply]) -> None:
        self._replies = tuple(replies)

    def filled(
        self, staff: Staff, seller_name: str | None, order: Mapping[str, Any] | None
    ) -> list[FilledReply]:
        """Returns all replies, in the order of the files.

        ``order`` is an ``order_snapshot``, as it is now if that is known; what nobody knows stays
        as ``{name}`` and blocks the send.
        """
        values = _values(staff, seller_name, order or {})
        return [fill(reply, values) for reply in self._replies]


def _values(
    staff: Staff, seller_name: str | None, order: Mapping[str, Any]
) -> dict[str, str | None]:
    due_at = order.get("due_at")
    return {
        "agent_name": staff.name,
        "seller_name": seller_name,
        "order_number": order.get("number"),
        "order_title": order.get("title"),
        "buyer_name": order.get("buyer"),
        "due_date": phrasing.day_and_time(datetime.fromisoformat(due_at)) if due_at else None,
    }
