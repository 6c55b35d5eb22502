"""What a ticket's text says by itself, before any model: its own words, and what stands out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.errors import BadInput
from bot.language import ticket_signs
from bot.language.danger import danger_in
from bot.language.durations import requested_durations
from bot.language.insults import is_rude
from bot.language.mail_text import (
    own_text,
    plain_subject,
    quoted_text,
    whole_text,
    without_other_numbers,
)
from bot.language.normalisation import fold, strip_command
from bot.language.order_numbers import find_order_numbers
from bot.language.redaction import find_personal_data
from bot.services.intake import kept_text
from bot.support.conversations import MAX_MESSAGE_LENGTH

MAX_TICKET_LENGTH = 20_000
"""The longest text of a ticket, in characters."""

MAX_SUBJECT_LENGTH = 300
_SENTENCE_END = re.compile(r"[.!?\n]+")
_TELLING_SUBJECT = 3
"""Words from which on a subject says more than "aide", "question" or "problème urgent"."""


@dataclass(frozen=True)
class Ticket:
    """A seller's message as another system hands it over.

    ``reference`` is that system's own id of it; ``open`` asks for a conversation in the queue.
    """

    text: str
    subject: str = ""
    seller_id: str | None = None
    order_number: str | None = None
    reference: str | None = None
    received_at: datetime | None = None
    open: bool = False


@dataclass(frozen=True)
class TicketReading:
    """What was found in a ticket's text.

    ``said`` is what the seller wrote themselves, cleaned, personal data masked, short enough for
    the model. ``personal_data`` are the kinds found anywhere in the ticket, never the data.
    """

    said: str
    order_numbers: tuple[str, ...]
    days: tuple[int, ...]
    personal_data: tuple[str, ...]
    danger: bool
    rude: bool
    money: bool
    late: bool
    due_soon: bool
    chased: bool
    support_judges: bool


def read_ticket(ticket: Ticket) -> TicketReading:
    """Returns what a ticket says; raises BadInput when there is nothing to read."""
    if not strip_command(ticket.text):
        raise BadInput("text is empty", "text_empty")
    own, subject = own_text(ticket.text), plain_subject(ticket.subject)
    said = kept_text(ticket_signs.gist(_with_subject(own, subject), MAX_MESSAGE_LENGTH))
    everything = f"{ticket.subject}\n{whole_text(ticket.text)}"
    return TicketReading(
        said=said,
        order_numbers=_order_numbers(ticket, own, subject),
        days=tuple(dict.fromkeys(d.days for d in requested_durations(said))),
        personal_data=_personal_data(ticket, everything),
        danger=any(danger_in(part) for part in _SENTENCE_END.split(everything)),
        rude=is_rude(own),
        money=ticket_signs.money_at_stake(own),
        late=ticket_signs.says_late(own),
        due_soon=ticket_signs.says_due_soon(own),
        chased=ticket_signs.chases(own),
        support_judges=ticket_signs.support_judges(own),
    )


def _personal_data(ticket: Ticket, everything: str) -> tuple[str, ...]:
    """Returns the kinds found as the text came, headers included, or once its HTML is read."""
    found = [
        *find_personal_data(f"{ticket.subject}\n{ticket.text}"),
        *find_personal_data(everything),
    ]
    return tuple(dict.fromkeys(each.kind for each in found))


def _with_subject(own: str, subject: str) -> str:
    """Returns the text with its subject in front, where that says something of its own."""
    telling = len(subject.split()) >= _TELLING_SUBJECT or find_order_numbers(subject)
    if not own or (telling and fold(subject) not in fold(own)):
        end = "" if subject.endswith((".", "?", "!")) else "."
        return f"{subject}{end}\n{own}".strip() if subject else own
    return own


def _order_numbers(ticket: Ticket, own: str, subject: str) -> tuple[str, ...]:
    """Returns the orders a ticket is about; those it only quotes where it names none itself."""
    named = [n.value for n in find_order_numbers(without_other_numbers(own))]
    if ticket.order_number:
        typed = find_order_numbers(f"commande {ticket.order_number}")
        named = [typed[0].value if typed else ticket.order_number, *named]
    named += [n.value for n in find_order_numbers(subject)]
    if not named:  # plain digits in other people's signatures are telephone numbers and postcodes
        quoted = find_order_numbers(quoted_text(ticket.text))
        named = [n.value for n in quoted if n.value.startswith("FO")]
    return tuple(dict.fromkeys(named))
