"""What one turn knows and what it will leave behind, shared by the actions of that turn.

Actions learn who speaks from here and never from a slot, metadata or a name a client sent.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import AccessDenied
from bot.services.ports import TurnStart
from bot.support.conversations import ConversationState, Effect, Escalation, Job
from bot.support.responses import Content


@dataclass
class TurnScope:
    """The turn of one conversation that is being answered.

    ``effects``, ``escalations`` and ``jobs`` are written when the turn is committed, in the
    same transaction as its replies. ``failure`` is set by an action that cannot let the turn
    end well; the whole turn is then thrown away and redone. ``content`` is what was served when
    the turn began: all that it says comes from there.
    """

    conversation_id: str
    seller_id: str
    message_number: int
    now: datetime
    state: ConversationState = ConversationState.BOT
    effects: dict[str, Effect] = field(default_factory=dict)
    escalations: list[Escalation] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    withdraw_escalation: bool = False
    failure: Exception | None = None
    client_id: str = ""
    content: Content = field(kw_only=True)

    def effect_key(self, action: str) -> str:
        """Returns the key of an outside action of this turn: the same when it is redone.

        The message's own id is in it, since numbers come again after a database is restored: the
        marketplace would take another request under a known key for the one it has.
        """
        key = f"{self.conversation_id}:{self.message_number}:{action}"
        if not self.client_id:
            return key
        return f"{key}:{hashlib.sha256(self.client_id.encode()).hexdigest()[:12]}"


def scope_of(turn: TurnStart, now: datetime, content: Content) -> TurnScope:
    """Returns the scope of a turn that begins."""
    return TurnScope(
        conversation_id=turn.conversation.id,
        seller_id=turn.conversation.seller_id,
        message_number=turn.messages[-1].number,
        now=now,
        state=turn.conversation.state,
        client_id=turn.messages[-1].client_id or "",
        content=content,
    )


class TurnScopes:
    """Holds the scopes of the turns now running, by conversation id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, TurnScope] = {}

    @contextlib.contextmanager
    def running(self, scope: TurnScope) -> Iterator[TurnScope]:
        """Makes a scope findable while its turn runs; one turn a conversation at a time."""
        with self._lock:
            self._running[scope.conversation_id] = scope
        try:
            yield scope
        finally:
            with self._lock:
                if self._running.get(scope.conversation_id) is scope:
                    del self._running[scope.conversation_id]

    @contextlib.contextmanager
    def entered(
        self, conversation_id: str, message_id: str, action: str, text: str
    ) -> Iterator[TurnScope]:
        """Yields the scope of the running turn to one action of it.

        Raises AccessDenied when no turn runs in that conversation.
        """
        yield self.find(conversation_id)

    def find(self, conversation_id: str) -> TurnScope:
        """Returns the running turn's scope; raises AccessDenied when there is none."""
        with self._lock:
            scope = self._running.get(conversation_id)
        if scope is None:
            raise AccessDenied(f"no turn runs in conversation {conversation_id}")
        return scope
