"""Scopes for Rasa's own shell and action server, which know no sellers: demo mode only."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator

from bot.services.live_content import LiveContent
from bot.services.ports import Clock, ConversationStore, IncomingMessage, TurnCommit
from bot.services.turn_scope import TurnScope, TurnScopes
from bot.support.conversations import Conversation

OWNER = "rasa"


class DemoScopes(TurnScopes):
    """Makes a scope for any conversation, always as the one demo seller.

    Rasa's own server commits no turn: here each action is one, with the seller's message in a
    conversation opened for it, so that its effects are found again when Rasa retries it.
    """

    def __init__(
        self,
        store: ConversationStore,
        clock: Clock,
        seller_id: str,
        live: LiveContent,
        refresh: Callable[[], object],
    ) -> None:
        super().__init__()
        self._live = live
        self._refresh = refresh
        self._store = store
        self._clock = clock
        self._seller_id = seller_id

    @contextlib.contextmanager
    def entered(
        self, conversation_id: str, message_id: str, action: str, text: str
    ) -> Iterator[TurnScope]:
        """Yields a scope and keeps what the action leaves in it, if it ends well."""
        conversation, now = self._conversation(conversation_id), self._clock.now()
        incoming = IncomingMessage(text, f"{message_id}/{action}")
        accepted = self._store.accept(conversation.id, incoming, OWNER, now)
        number = accepted.message.number
        self._refresh()  # no loop of ours runs in Rasa's processes
        scope = TurnScope(
            conversation.id,
            self._seller_id,
            number,
            now,
            conversation.state,
            content=self._live.current,
        )
        yield scope
        if scope.failure is not None:
            raise scope.failure
        if accepted.turn is not None:
            commit = TurnCommit(
                start=accepted.turn,
                replies=(),
                tracker=None,
                understanding={},
                model="",
                effects=tuple(scope.effects.values()),
                escalations=tuple(scope.escalations),
                jobs=tuple(scope.jobs),
                withdraw_escalation=scope.withdraw_escalation,
            )
            self._store.commit_turn(commit, OWNER, self._clock.now())

    def _conversation(self, conversation_id: str) -> Conversation:
        label = "rasa-" + hashlib.sha256(conversation_id.encode()).hexdigest()[:16]
        return self._store.open_conversation(self._seller_id, label, self._clock.now())
