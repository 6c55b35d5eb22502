"""Requests for a human: recorded with their reason, answered honestly."""

from __future__ import annotations

from bot.language.answers import Reply, read_reply
from bot.services.answers import Answer, Say, Understood
from bot.services.turn_scope import TurnScope
from bot.support.conversations import ConversationState, Escalation, EscalationReason


class Handoff:
    """Brings a human in, or lets the seller withdraw that."""

    def request(
        self, scope: TurnScope, reason: EscalationReason, order_number: str | None = None
    ) -> Answer:
        """Records a request for a human; asked again it says that it is recorded already."""
        if scope.state is ConversationState.WAITING or scope.escalations:
            return Answer((Say("human_already_requested"),))
        scope.escalations.append(Escalation(scope.conversation_id, reason, scope.now, order_number))
        return Answer((Say("human_requested"),))

    def no_longer_wanted(self, scope: TurnScope, said: Understood) -> bool:
        """Tells whether somebody who waits for a human says that it is not needed any more."""
        waiting = scope.state is ConversationState.WAITING
        return waiting and said.choice is None and read_reply(said.text) is Reply.GIVE_UP

    def withdraw(self, scope: TurnScope) -> Answer:
        """Withdraws the request for a human."""
        if scope.state is not ConversationState.WAITING:
            return Answer((Say("human_not_requested"),))
        scope.withdraw_escalation = True
        return Answer((Say("human_withdrawn"),))
