"""Requests for a human: recorded with their reason, answered honestly."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from bot.errors import MarketplaceError
from bot.language.answers import Reply, read_reply
from bot.language.waiting import waves_off
from bot.services.answers import Answer, Say, Understood
from bot.services.order_snapshots import order_snapshot, urgency_facts
from bot.services.ports import Marketplace
from bot.services.turn_scope import TurnScope
from bot.services.waiting import WaitingWords
from bot.support.conversations import ConversationState, Escalation, EscalationReason

logger = logging.getLogger(__name__)


class Queue(Protocol):
    """Knows who waits for a human."""

    def place_in_queue(self, conversation_id: str | None) -> int:
        """Returns how many wait at least as long, this conversation included."""
        ...


class Handoff:
    """Brings a human in, or lets the seller withdraw that."""

    def __init__(self, marketplace: Marketplace, queue: Queue, words: WaitingWords) -> None:
        self._marketplace = marketplace
        self._queue = queue
        self._words = words

    def request(
        self,
        scope: TurnScope,
        reason: EscalationReason,
        order_number: str | None = None,
        *,
        danger: bool = False,
    ) -> Answer:
        """Records a request for a human; asked again it says that it is recorded already.

        The order spoken of is kept as it stands now. Raises StorageError.
        """
        if scope.state is ConversationState.WAITING or scope.escalations:
            return self.already_requested(scope)
        order = self._order(scope, reason, order_number)
        facts = {**urgency_facts(order, scope.now), **({"danger": True} if danger else {})}
        scope.escalations.append(
            Escalation(
                scope.conversation_id,
                reason,
                scope.now,
                order_number,
                order=order,
                facts=facts,
                team_open=self._words.is_open(scope.now),
            )
        )
        return Answer((self._say("human_requested", scope),))

    def already_requested(self, scope: TurnScope) -> Answer:
        """Says that the request is recorded, and how it stands; raises StorageError."""
        return Answer((self._say("human_already_requested", scope),))

    def no_longer_wanted(self, scope: TurnScope, said: Understood) -> bool:
        """Tells whether somebody who waits for a human says that it is not needed any more."""
        if scope.state is not ConversationState.WAITING or said.choice is not None:
            return False
        return read_reply(said.text) is Reply.GIVE_UP or waves_off(said.text)

    def withdraw(self, scope: TurnScope) -> Answer:
        """Withdraws the request for a human."""
        if scope.state is not ConversationState.WAITING:
            return Answer((Say("human_not_requested"),))
        scope.withdraw_escalation = True
        return Answer((Say("human_withdrawn"),))

    def _say(self, response: str, scope: TurnScope) -> Say:
        place = self._queue.place_in_queue(scope.conversation_id)
        return Say(response, self._words.values(scope.content, place, scope.now))

    def _order(
        self, scope: TurnScope, reason: EscalationReason, number: str | None
    ) -> Mapping[str, Any] | None:
        """Returns the order spoken of as it stands now, None where it cannot be known."""
        if number is None or reason is EscalationReason.TOOL_FAILURE:
            return None  # what failed is most often the marketplace: it is not waited for again
        try:
            return order_snapshot(self._marketplace.order(scope.seller_id, number), scope.now)
        except MarketplaceError as error:
            logger.info("no order with the request for a human: %r", error)
            return None
