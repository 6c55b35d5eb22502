"""What staff see beside a conversation: the seller, the order now, what the bot noted and did."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import MarketplaceError, UnknownConversation
from bot.language import phrasing
from bot.marketplace.completion_rate import WINDOW, completion_rate
from bot.marketplace.orders import Order
from bot.marketplace.references import find_by_number
from bot.services.case_file_ports import CaseFileStore, Traces, Tried
from bot.services.desk_ports import Case
from bot.services.live_content import LiveContent
from bot.services.order_snapshots import order_snapshot
from bot.services.ports import Clock, Marketplace
from bot.services.topics import Topics
from bot.support.conversations import Effect, Message
from bot.support.responses import Content

logger = logging.getLogger(__name__)

SLOTS = (
    "order_number", "extension_order", "extension_days", "extension_reason", "extension_confirmed",
)  # fmt: skip
"""The slots staff can read something from, in their order."""

_SUBJECTS = {"order": "order_status", "rate": "my_completion_rate", "block": "faq_block_buyer"}
"""What answers from the seller's own data are about, by the first word of their id."""

_PREVIEW = "preview"


@dataclass(frozen=True)
class Slot:
    """Something the bot noted of the conversation, as staff read it."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class GivenAnswer:
    """An approved answer the bot gave, with the seller's thumb ("up", "down") if there is one."""

    number: int
    response: str
    version: int | None
    title: str
    at: datetime
    thumb: str | None


@dataclass(frozen=True)
class TriedAction:
    """An action the bot tried on the marketplace, in French what was asked and what came of it."""

    action: str
    label: str
    state: str
    state_french: str
    request: str
    outcome: str | None
    at: datetime


@dataclass(frozen=True)
class CaseFile:
    """The panel of one conversation.

    ``orders_open`` and ``order_now`` are None where the marketplace could not be asked, and
    ``marketplace_known`` is then False. ``completion_rate`` lies between 0 and 1, None while there
    is none. ``order_now`` is an ``order_snapshot``.
    """

    seller_id: str
    seller_name: str | None
    orders_open: int | None
    completion_rate: float | None
    order_now: Mapping[str, Any] | None
    slots: tuple[Slot, ...]
    answers: tuple[GivenAnswer, ...]
    actions: tuple[TriedAction, ...]
    marketplace_known: bool = True


class CaseFiles:
    """Puts case files together; ``window`` is how far back orders count in the rate."""

    def __init__(
        self,
        store: CaseFileStore,
        marketplace: Marketplace,
        live: LiveContent,
        clock: Clock,
        window: timedelta = WINDOW,
    ) -> None:
        self._store = store
        self._marketplace = marketplace
        self._live = live
        self._topics = Topics(live)
        self._clock = clock
        self._window = window

    def of(self, case: Case) -> CaseFile:
        """Returns a conversation's file; blocks.

        Raises UnknownConversation and StorageError. A marketplace that does not answer only
        leaves out what it would have said.
        """
        traces = self._store.traces(case.id)
        if traces is None:
            raise UnknownConversation(case.id)
        content, now = self._live.current, self._clock.now()
        seller_id = case.conversation.seller_id
        orders = self._orders(seller_id)
        order = find_by_number(orders or (), case.order_number) if case.order_number else None
        rate = completion_rate(orders, now, self._window).value if orders is not None else None
        return CaseFile(
            seller_id=seller_id,
            seller_name=case.seller_name,
            orders_open=None if orders is None else sum(order.is_current for order in orders),
            completion_rate=rate,
            order_now=order_snapshot(order, now) if order else None,
            slots=tuple(_slots(content, slots_of(traces.tracker))),
            answers=tuple(self._answers(content, traces)),
            actions=tuple(_action(content, tried, orders or ()) for tried in traces.tried),
            marketplace_known=orders is not None,
        )

    def _orders(self, seller_id: str) -> Sequence[Order] | None:
        try:
            return self._marketplace.orders_of(seller_id)
        except MarketplaceError as error:
            logger.warning("a case file lacks the seller's orders: %r", error)
            return None

    def _answers(self, content: Content, traces: Traces) -> Iterator[GivenAnswer]:
        for message in traces.told:
            if not content.is_answer(message.response):
                continue
            assert message.response is not None  # it would be no answer
            thumb = traces.thumbs.get(message.number)
            yield GivenAnswer(
                number=message.number,
                response=message.response,
                version=message.response_version,
                title=self._title(message),
                at=message.created_at,
                thumb=thumb.value if thumb else None,
            )

    def _title(self, message: Message) -> str:
        response = str(message.response)
        if response.startswith("faq_"):
            return self._topics.title(response)
        subject = response.partition("_")[0]
        if subject == _PREVIEW:
            return self._live.current.render("case_answer_preview").text
        return self._topics.title(_SUBJECTS.get(subject, response))


def slots_of(tracker: str | None) -> dict[str, Any]:
    """Returns the slots that are filled in a tracker's stored state (``rasa_tracker``'s format).

    The checkpoint is what was known when it was cut; what was noted since stands in the events.
    """
    if tracker is None:
        return {}
    stored = json.loads(tracker)
    slots: dict[str, Any] = dict((stored.get("checkpoint") or {}).get("slots") or {})
    for event in stored.get("events") or ():
        if event.get("event") in ("reset_slots", "restart"):
            slots.clear()
        elif event.get("event") == "slot":
            slots[event["name"]] = event.get("value")
    return {name: value for name, value in slots.items() if value is not None}


def _slots(content: Content, values: Mapping[str, Any]) -> Iterator[Slot]:
    for name in SLOTS:
        if name not in values:
            continue
        value = values[name]
        if isinstance(value, bool):
            shown = "oui" if value else "non"
        elif name == "extension_days" and isinstance(value, int):
            shown = phrasing.days(value)
        else:
            shown = str(value)
        yield Slot(name, content.render(f"case_slot_{name}").text, shown)


def _action(content: Content, tried: Tried, orders: Sequence[Order]) -> TriedAction:
    effect = tried.effect
    said = content.responses.get(f"case_action_{effect.action}")
    state = content.render(f"case_effect_{effect.state.value}").text
    return TriedAction(
        action=effect.action,
        label=said.text if said else effect.action,
        state=effect.state.value,
        state_french=state,
        request=_requested(content, effect.request),
        outcome=_outcome(content, effect, orders),
        at=tried.at,
    )


def _requested(content: Content, request: Mapping[str, Any]) -> str:
    known = {"number", "days", "reason"} <= request.keys()
    if not known:
        return ", ".join(f"{name} : {value}" for name, value in request.items())
    values = {**request, "days": phrasing.days(int(request["days"]))}
    return content.render("case_request_extension", values).text


def _outcome(content: Content, effect: Effect, orders: Sequence[Order]) -> str | None:
    """Returns what came of an action, where more is known than its state says."""
    outcome = effect.outcome or {}
    code = outcome.get("refusal") or outcome.get("error")
    if outcome.get("extension_id"):
        order = find_by_number(orders, str(effect.request.get("number")))
        extension = order.extension if order else None
        if extension is None or extension.id != outcome["extension_id"]:
            return None
        code = f"extension_{extension.state.value}"
    said = content.responses.get(f"case_outcome_{code}")
    return said.text if said else None
