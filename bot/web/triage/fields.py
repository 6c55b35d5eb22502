"""The fields of a ticket, one by one; anything else is refused with a code of its own."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from bot.errors import BadInput
from bot.services.ticket_reading import MAX_SUBJECT_LENGTH, MAX_TICKET_LENGTH, Ticket

MOST_TICKETS = 100
_FIELDS = frozenset(
    {"text", "subject", "seller_id", "order_number", "reference", "received_at", "open"}
)
_SELLER = re.compile(r"[!-~]{1,128}", re.ASCII)
_ORDER = re.compile(r"[A-Za-z0-9]{4,14}", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_MOMENT = re.compile(
    r"(20\d\d-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d{1,6})?\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def read_tickets(body: dict[str, Any]) -> list[Any]:
    """Returns the tickets of a batch, not looked at yet; raises BadInput for what is no batch."""
    found = body["tickets"]
    if body.keys() != {"tickets"} or not isinstance(found, list):
        raise BadInput("tickets is a list, and stands alone")
    if not 1 <= len(found) <= MOST_TICKETS:
        raise BadInput(f"{len(found)} tickets", "batch_size")
    return found


def read_ticket_fields(raw: Any) -> Ticket:
    """Returns one ticket; raises BadInput with the code of the first field that does not fit."""
    if not isinstance(raw, dict):
        raise BadInput("a ticket is an object")
    if raw.keys() - _FIELDS:
        raise BadInput("a field nobody knows", "field_unknown")
    text = raw.get("text")
    if not isinstance(text, str):
        raise BadInput("text is no text", "text_missing")
    if len(text) > MAX_TICKET_LENGTH:
        raise BadInput("text is too long", "text_too_long")
    subject = raw.get("subject")
    if subject is not None and not (
        isinstance(subject, str) and len(subject) <= MAX_SUBJECT_LENGTH
    ):
        raise BadInput("subject", "subject")
    opens = raw.get("open", False)
    if not isinstance(opens, bool):
        raise BadInput("open", "open")
    ticket = Ticket(
        text=text,
        subject=subject or "",
        seller_id=_matching(raw, "seller_id", _SELLER),
        order_number=_matching(raw, "order_number", _ORDER),
        reference=_matching(raw, "reference", _REFERENCE),
        received_at=_moment(raw.get("received_at")),
        open=opens,
    )
    for needed, code in (
        (ticket.seller_id, "seller_missing"),
        (ticket.reference, "reference_missing"),
    ):
        if opens and needed is None:
            raise BadInput("to be opened it lacks something", code)
    return ticket


def reference_of(raw: Any) -> str | None:
    """Returns the reference of whatever was sent as a ticket, so that its error can name it."""
    value = raw.get("reference") if isinstance(raw, dict) else None
    return value if isinstance(value, str) and _REFERENCE.fullmatch(value) else None


def _matching(raw: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadInput(name, name)
    return value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise BadInput("received_at", "received_at")
    day, clock, fraction, zone = found.groups()
    zone = "+00:00" if zone in "Zz" else zone
    micros = (fraction or ".0")[1:].ljust(6, "0")
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{micros}{zone}")
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise BadInput("received_at", "received_at") from error
