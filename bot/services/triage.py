"""Triage of tickets from elsewhere: what each is about, how urgent, and what may answer it.

Nothing here reads a seller's data: what comes out follows from the ticket's own words, so that
whoever holds a key learns nothing of anybody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import MarketplaceError
from bot.services.answers import SURE_OF_DANGER
from bot.services.desk import QUEUE
from bot.services.live_content import LiveContent
from bot.services.order_snapshots import order_snapshot, urgency_facts
from bot.services.out_of_scope import SURE as SURE_OF_INSULT
from bot.services.parse_lane import ParseLane, parse_now
from bot.services.ports import Assistant, Clock, Marketplace
from bot.services.suggestions import Suggestion, suggested
from bot.services.ticket_reading import Ticket, TicketReading, read_ticket
from bot.services.topics import NOT_UNDERSTOOD, OUT_OF_SCOPE, Topics
from bot.services.triage_ports import NewTicket, Opened, TicketStore
from bot.support.conversations import EscalationReason
from bot.support.triage import MONEY_TOPICS, Urgency, UrgencyFacts, urgency

logger = logging.getLogger(__name__)

MOST_RUNNERS_UP = 3
SURE = 0.6
"""From this probability on an approved answer may go out without a human reading the ticket."""

_NEEDS_NOTHING = frozenset({"greet", "goodbye", "thank", "stop"})
_MEANS_NOTHING_ALONE = frozenset({"help", "affirm", "deny", "bot_challenge", NOT_UNDERSTOOD})
_UNDERSTANDING = ("intent", "intent_ranking", "entities", "segments", "kind", "language")
_KEPT_FACTS = ("late", "due_soon", "money_at_stake", "abuse", "danger", "chased")
_PERSONAL = frozenset({"order_status", "my_completion_rate"})


@dataclass(frozen=True)
class Guess:
    """A topic with how likely it is."""

    intent: str
    title: str
    confidence: float


@dataclass(frozen=True)
class Assessment:
    """What triage makes of one ticket.

    ``kind`` and ``language`` say more of what is out of scope. ``human`` are the ids of the
    sentences that say why a human is needed; without any, approved answers cover the ticket.
    """

    reading: TicketReading
    topic: Guess
    runners_up: tuple[Guess, ...]
    second_topic: Guess | None
    kind: str | None
    language: str | None
    urgency: Urgency
    suggestions: tuple[Suggestion, ...]
    human: tuple[str, ...]
    model: str
    facts: UrgencyFacts
    understanding: Mapping[str, Any]


class Triage:
    """Assesses tickets; the model's part runs on the assistant's thread, the rest in threads."""

    def __init__(
        self,
        assistant: Assistant,
        live: LiveContent,
        clock: Clock,
        threads: Executor,
        marketplace: Marketplace,
        store: TicketStore,
        told: Callable[[str], None] = lambda topic: None,
    ) -> None:
        self.lane = ParseLane(assistant)
        self._assistant = assistant
        self._live = live
        self._topics = Topics(live)
        self._clock = clock
        self._threads = threads
        self._marketplace = marketplace
        self._store = store
        self._told = told

    async def take_in(self, ticket: Ticket, key: str) -> tuple[Assessment, Opened | None]:
        """Returns what a ticket is about, and its conversation where one was to be opened.

        ``key`` names the system it comes from. Raises BadInput for one that says nothing,
        AssistantUnavailable when the model does not answer, StorageError.
        """
        loop = asyncio.get_running_loop()
        reading = await loop.run_in_executor(self._threads, read_ticket, ticket)
        parsed = await self.lane.parse(reading.said)
        assessment = self.judge(ticket, reading, parsed)
        if not ticket.open:
            return assessment, None
        opened = await loop.run_in_executor(self._threads, self.enqueue, ticket, key, assessment)
        return assessment, opened

    def assess(self, ticket: Ticket) -> Assessment:
        """Returns what one ticket is about; blocks, for a thread that waits for nobody's batch.

        Raises BadInput for one that says nothing, AssistantUnavailable.
        """
        reading = read_ticket(ticket)
        return self.judge(ticket, reading, parse_now(self._assistant, reading.said))

    def judge(
        self, ticket: Ticket, reading: TicketReading, parsed: Mapping[str, Any]
    ) -> Assessment:
        """Returns the assessment of a ticket that was read and understood."""
        in_danger = reading.danger or _is(parsed, "distress", SURE_OF_DANGER)
        topic, second = self._topics_of(parsed, in_danger)
        found = {topic.intent, second.intent if second else ""}
        kind = "distress" if in_danger else str(parsed.get("kind") or "")
        ranking = [(str(s["name"]), float(s["confidence"])) for s in parsed["intent_ranking"]]
        segments = [(str(s["intent"]), float(s["confidence"])) for s in parsed["segments"]]
        others = (self._guess(*score) for score in ranking if score[0] not in found)
        facts = self._facts(ticket, reading, topic, in_danger, parsed)
        silent = in_danger or topic.intent in _NEEDS_NOTHING
        fitting = [] if silent else suggested(self._live.current, [*segments, *ranking])
        return Assessment(
            reading=reading,
            topic=topic,
            runners_up=tuple(others)[:MOST_RUNNERS_UP],
            second_topic=second,
            kind=(kind or None) if topic.intent == OUT_OF_SCOPE else None,
            language=str(parsed.get("language") or "") or None,
            urgency=urgency(facts),
            suggestions=tuple(fitting),
            human=tuple(_why_human(reading, parsed, topic, second, in_danger)),
            model=self._assistant.model,
            facts=facts,
            understanding={name: parsed[name] for name in _UNDERSTANDING if name in parsed},
        )

    def enqueue(self, ticket: Ticket, key: str, found: Assessment) -> Opened:
        """Puts a ticket into the queue, once per reference; blocks, raises StorageError.

        The order it is about is looked up for staff only.
        """
        assert ticket.seller_id is not None and ticket.reference is not None
        now = self._clock.now()
        number = next(iter(found.reading.order_numbers), None)
        order = self._order(ticket.seller_id, number, now)
        facts = {name: value for name in _KEPT_FACTS if (value := getattr(found.facts, name))}
        from_order = {name: value for name, value in urgency_facts(order, now).items() if value}
        lateness = {} if order is None else dict.fromkeys(("late", "very_late", "due_soon"), False)
        opened = self._store.open_ticket(
            NewTicket(
                seller_id=ticket.seller_id,
                label=f"ticket:{key}:{ticket.reference}",
                text=found.reading.said,
                asked_at=min(ticket.received_at or now, now),
                reason=found.facts.reason or EscalationReason.CUSTOMER_REQUEST,
                understanding=found.understanding,
                model=found.model,
                order_number=number,
                order=order,
                # What the marketplace says of an order counts, not what its seller says of it.
                facts={**facts, **lateness, **from_order},
            ),
            now,
        )
        if opened.created:
            self._told(opened.conversation.id)
            self._told(QUEUE)
        return opened

    def _order(self, seller_id: str, number: str | None, now: datetime) -> dict[str, Any] | None:
        if number is None:
            return None
        try:
            return order_snapshot(self._marketplace.order(seller_id, number), now)
        except MarketplaceError as error:
            logger.info("a ticket's order is not known: %r", error)
            return None

    def _topics_of(self, parsed: Mapping[str, Any], in_danger: bool) -> tuple[Guess, Guess | None]:
        """Returns what a ticket is about first, and second where it holds two requests."""
        lead = self._guess(parsed["intent"]["name"], parsed["intent"]["confidence"])
        if in_danger:
            return self._guess(OUT_OF_SCOPE, 1.0), None
        others = [s for s in parsed["segments"] if s["intent"] != lead.intent]
        if len(parsed["segments"]) < 2 or not others:
            return lead, None
        return lead, self._guess(others[0]["intent"], others[0]["confidence"])

    def _guess(self, intent: str, confidence: float) -> Guess:
        return Guess(intent, self._topics.title(intent), min(float(confidence), 1.0))

    def _facts(
        self,
        ticket: Ticket,
        reading: TicketReading,
        topic: Guess,
        in_danger: bool,
        parsed: Mapping[str, Any],
    ) -> UrgencyFacts:
        now = self._clock.now()
        received = ticket.received_at or now
        return UrgencyFacts(
            reason=reason_of(topic.intent, in_danger, parsed),
            topic=topic.intent,
            late=reading.late,
            money_at_stake=reading.money or topic.intent in MONEY_TOPICS,
            waiting=_since(received, now),
            # Rude words are French: "con" is a preposition elsewhere.
            abuse=(reading.rude and not _is_foreign(parsed))
            or _is(parsed, "insult", SURE_OF_INSULT),
            danger=in_danger,
            due_soon=reading.due_soon and not reading.late,
            chased=reading.chased,
        )


def reason_of(intent: str, in_danger: bool, parsed: Mapping[str, Any]) -> EscalationReason | None:
    """Returns why a ticket would be handed to a human, None when nothing speaks for it yet."""
    if in_danger:
        return EscalationReason.POLICY
    if _is(parsed, "insult", SURE_OF_INSULT):
        return EscalationReason.ABUSE
    if intent == NOT_UNDERSTOOD:
        return EscalationReason.NOT_UNDERSTOOD
    return EscalationReason.CUSTOMER_REQUEST if intent == "request_human" else None


def _why_human(
    reading: TicketReading,
    parsed: Mapping[str, Any],
    topic: Guess,
    second: Guess | None,
    in_danger: bool,
) -> Iterator[str]:
    """Yields why a human is needed, the gravest first."""
    topics: Sequence[Guess] = [topic, second] if second else [topic]
    intents = {found.intent for found in topics}
    insulted = _is(parsed, "insult", SURE_OF_INSULT)
    faq = [found for found in topics if found.intent.startswith("faq_")]
    if in_danger:
        yield "needs_human_danger"
    if insulted:
        yield "needs_human_abuse"
    if "request_human" in intents:
        yield "needs_human_requested"
    if reading.chased:
        yield "needs_human_chased"
    if reading.support_judges and topic.intent not in _NEEDS_NOTHING:
        yield "needs_human_judges"
    if "request_extension" in intents:
        yield "needs_human_acts"
    if intents & _PERSONAL:
        yield "needs_human_looks_up"
    if OUT_OF_SCOPE in intents and not in_danger and not insulted:
        yield _why_out_of_scope(parsed)
    if topic.intent in _MEANS_NOTHING_ALONE:
        yield "needs_human_unclear"
    if any(found.confidence < SURE for found in faq):
        yield "needs_human_unsure"


def _why_out_of_scope(parsed: Mapping[str, Any]) -> str:
    if _is_foreign(parsed):
        return "needs_human_language"
    return "needs_human_unclear" if parsed.get("kind") == "odd" else "needs_human_not_in_faq"


def _is_foreign(parsed: Mapping[str, Any]) -> bool:
    return bool(parsed.get("language")) or parsed.get("kind") == "other_language"


def _is(parsed: Mapping[str, Any], kind: str, sure: float) -> bool:
    intent = parsed["intent"]
    return parsed.get("kind") == kind and float(intent["confidence"]) >= sure


def _since(received: datetime, now: datetime) -> timedelta:
    return max(now - received, timedelta())
