"""Scopes for Rasa's own shell and action server, which know no sellers: demo mode only."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

from bot.services.ports import Clock, ConversationStore
from bot.services.turn_scope import TurnScope, TurnScopes


class DemoScopes(TurnScopes):
    """Makes a scope for any conversation, always as the one demo seller.

    What an action leaves behind is written when the next one asks for its scope, since no turn
    is committed there; a conversation of that name is opened for it.
    """

    def __init__(self, store: ConversationStore, clock: Clock, seller_id: str) -> None:
        super().__init__()
        self._store = store
        self._clock = clock
        self._seller_id = seller_id

    def find(self, conversation_id: str) -> TurnScope:
        """Returns a scope of the demo seller for the conversation Rasa names."""
        label = "rasa-" + hashlib.sha256(conversation_id.encode()).hexdigest()[:16]
        now = self._clock.now()
        conversation = self._store.open_conversation(self._seller_id, label, now)
        number = int(now.timestamp() * 1000)
        return TurnScope(conversation.id, self._seller_id, number, now, conversation.state)

    @contextlib.contextmanager
    def running(self, scope: TurnScope) -> Iterator[TurnScope]:
        """Is not needed here."""
        yield scope
