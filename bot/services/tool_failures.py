"""When what the assistant works with fails: at first one can try again, then a person comes in."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.handoff import Handoff
from bot.services.ports import ConversationStore
from bot.services.turn_scope import TurnScope
from bot.support.conversations import Author, ConversationState, EscalationReason, Reply

BROKEN = frozenset({"tool_failure"})
"""Says that something broke: trying again would not help."""

UNREACHABLE = frozenset(
    {"marketplace_unavailable", "marketplace_unavailable_extension", "extension_not_sent"}
)
"""Says that the marketplace does not answer now, with a button that tries again."""

_LOOK_BACK = 12


class ToolFailures:
    """Asks for a human when something broke, or the marketplace failed twice in a row."""

    def __init__(self, store: ConversationStore, handoff: Handoff) -> None:
        self._store = store
        self._handoff = handoff

    def handed_over(self, scope: TurnScope, replies: Sequence[Reply]) -> tuple[Reply, ...]:
        """Returns what is said after these replies of a turn; empty unless a human is asked for.

        Raises StorageError.
        """
        said = {reply.response for reply in replies}
        if scope.state is ConversationState.WAITING or scope.escalations:
            return ()
        if not (said & BROKEN or (said & UNREACHABLE and self._failed_before(scope))):
            return ()
        asked = self._handoff.request(scope, EscalationReason.TOOL_FAILURE)
        return tuple(scope.content.render(s.response, s.values, s.buttons) for s in asked.says)

    def _failed_before(self, scope: TurnScope) -> bool:
        """Tells whether the answer before this turn told of a failure too."""
        after = max(0, scope.message_number - 1 - _LOOK_BACK)
        before = self._store.messages_after(scope.conversation_id, after, _LOOK_BACK)
        spoken = False
        for message in reversed([m for m in before if m.number < scope.message_number]):
            if message.author is Author.BOT:
                spoken = True
                if message.response in UNREACHABLE:
                    return True
            elif spoken and message.author is Author.SELLER:
                return False
        return False
