"""Messages that only name another order, client or case: "et pour le flyer ?", "et si c'est lui ?".

They ask again what was asked last, about something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.language.answers import refers_to_other
from bot.language.cancelling import is_mutual, supposes_cancellation, who_cancels
from bot.language.normalisation import expand_sms, fold
from bot.language.waiting import asks_after_extension, asks_after_human
from bot.services.answers import Answer, Understood
from bot.services.faq_answers import FaqAnswers
from bot.services.handoff import Handoff
from bot.services.order_answers import OrderAnswers, meant_orders
from bot.services.order_memory import fresh_order_in_hand
from bot.services.ports import Marketplace
from bot.services.rate_answers import RateAnswers
from bot.services.turn_scope import TurnScope
from bot.support.conversations import ConversationState

MOST_WORDS = 10
MOST_WORDS_OF_NEWS = 18
_NOT_ABOUT_ORDERS = frozenset({"request_human", "my_completion_rate", "faq_report_buyer"})
_RATES = frozenset({"preview_cancellation", "faq_completion_rate_impact"})
_BLOCKING = "faq_block_buyer"
_OPENS = re.compile(
    r"^(?:ok|oui|non|et|ou|sinon|mais|alors|idem|pareil|meme (?:question|chose))\b[\s,]*"
    r"(?:et |si (?:c'est |c'etait |j'annule )?|pour |avec |sur |de |chez )*"
)
_SAYS_MORE = re.compile(
    r"\b(?:en est|quand|statut|dues?|livr\w*|rend\w*|retard|reste|temps|prolong\w*|decal\w*|"
    r"signal\w*|parl\w*|repond\w*|comment|pourquoi|combien|ou)\b"
)


class Continuations:
    """Asks the last question again about what is named now."""

    def __init__(
        self,
        marketplace: Marketplace,
        orders: OrderAnswers,
        rates: RateAnswers,
        faq: FaqAnswers,
        handoff: Handoff,
    ) -> None:
        self._handoff = handoff
        self._marketplace = marketplace
        self._orders = orders
        self._rates = rates
        self._faq = faq

    def answer(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer | None:
        """Returns the answer, or None when the message stands by itself.

        Raises MarketplaceUnavailable when the orders cannot be read.
        """
        topic = str(slots.get("topic") or "")
        if scope.state is ConversationState.WAITING and asks_after_human(said.text):
            return self._handoff.already_requested(scope)
        if slots.get("extension_draft"):  # a form is open, or just ending
            return None
        if said.choice is not None or len(said.segments) > 1:
            return None
        if _asks_after_extension(said):
            news = self._orders.extension_news(scope, said, slots)
            if news is not None:
                return news
        if not _short(said.text):
            return None
        if said.intent == "order_status" and supposes_cancellation(said.text):
            return self._rates.preview(scope, said, slots)
        if said.intent == "faq_buyer_wants_cancel" and _seller_supposes(said.text):
            meant = replace(said, intent="faq_completion_rate_impact", segments=())
            return self._faq.answer(scope, meant, slots)
        if topic in _RATES:
            return self._rate(scope, said, slots)
        if topic == "order_status" and said.intent != topic and refers_to_other(said.text):
            return self._orders.status(scope, said, slots)
        if topic == _BLOCKING and _only_names(said.text):
            answer = self._faq.about_buyer(scope, said, slots)
            return answer if answer.says else None
        return None

    def _rate(self, scope: TurnScope, said: Understood, slots: Mapping[str, Any]) -> Answer | None:
        in_hand = fresh_order_in_hand(slots, scope.now)
        if _only_names(said.text):
            orders = self._marketplace.orders_of(scope.seller_id)
            if not meant_orders(said, orders, slots, scope.now).everything:
                return self._rates.preview(scope, said, slots)
        if in_hand is None or slots.get("topic") != "preview_cancellation" or said.order_numbers:
            return None
        if who_cancels(said.text) or is_mutual(said.text) is not None:
            return self._rates.preview(scope, replace(said, order_numbers=(in_hand,)), slots)
        return None


def _seller_supposes(text: str) -> bool:
    """Tells "si je l'annule" from what a client does, whatever label the words were given."""
    return supposes_cancellation(text) and who_cancels(text) == "seller"


def _asks_after_extension(said: Understood) -> bool:
    """Tells "il a répondu pour ma prolongation ?", whatever topic its words were given."""
    may_be = said.intent not in _NOT_ABOUT_ORDERS and len(said.text.split()) <= MOST_WORDS_OF_NEWS
    return may_be and asks_after_extension(said.text)


def _short(text: str) -> bool:
    return len(text.split()) <= MOST_WORDS


def _only_names(text: str) -> bool:
    folded = " ".join(fold(expand_sms(text)).split())
    opening = _OPENS.match(folded)
    return opening is not None and not _SAYS_MORE.search(folded[opening.end() :])
