"""Everything the assistant can do, put together over the ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.marketplace.completion_rate import WINDOW
from bot.services.clarification import Clarification
from bot.services.continuations import Continuations
from bot.services.extensions import Extensions
from bot.services.faq_answers import FaqAnswers
from bot.services.follow_ups import FollowUps, Likeness
from bot.services.handoff import Handoff, Queue
from bot.services.order_answers import OrderAnswers
from bot.services.out_of_scope import OutOfScope
from bot.services.ports import ConversationStore, Marketplace
from bot.services.rate_answers import RateAnswers
from bot.services.talk import Talk
from bot.services.tool_failures import ToolFailures
from bot.services.turn_scope import TurnScopes
from bot.services.waiting import WaitingWords


@dataclass(frozen=True)
class UseCases:
    """What actions call."""

    scopes: TurnScopes
    faq: FaqAnswers
    follow_ups: FollowUps
    continuations: Continuations
    orders: OrderAnswers
    rates: RateAnswers
    extensions: Extensions
    handoff: Handoff
    talk: Talk
    clarification: Clarification
    out_of_scope: OutOfScope
    tool_failures: ToolFailures


def use_cases(
    scopes: TurnScopes,
    marketplace: Marketplace,
    store: ConversationStore,
    likeness: Likeness,
    queue: Queue,
    words: WaitingWords,
    rate_window: timedelta = WINDOW,
    reached: Callable[[str], None] = lambda point: None,
) -> UseCases:
    """Returns the use cases over a marketplace, a conversation store and the queue of staff."""
    handoff = Handoff(marketplace, queue, words)
    orders = OrderAnswers(marketplace)
    rates = RateAnswers(marketplace, rate_window)
    clarification = Clarification(handoff)
    out_of_scope = OutOfScope(handoff, clarification)
    faq = FaqAnswers(orders, rates, handoff)
    return UseCases(
        scopes=scopes,
        faq=faq,
        follow_ups=FollowUps(likeness, handoff),
        continuations=Continuations(marketplace, orders, rates, faq, handoff),
        orders=orders,
        rates=rates,
        extensions=Extensions(marketplace, store, reached),
        handoff=handoff,
        talk=Talk(handoff, out_of_scope),
        clarification=clarification,
        out_of_scope=out_of_scope,
        tool_failures=ToolFailures(store, handoff),
    )
