"""The DeskStore over SQL: one fence, the holder and the epoch in the conversation's own row."""

from __future__ import annotations

from datetime import datetime

from bot.adapters.sql.case_store import CaseStore
from bot.adapters.sql.claim_store import ClaimStore
from bot.adapters.sql.desk_rows import locked, tell
from bot.adapters.sql.desk_words import DeskWords
from bot.adapters.sql.inbox_store import InboxStore
from bot.adapters.sql.undo_store import UndoStore
from bot.support.conversations import ConversationState, Reply


class SqlDeskStore(ClaimStore, CaseStore, DeskWords, UndoStore, InboxStore):
    """Keeps what staff do with conversations, and reads the queue.

    Each method is one transaction that locks the conversation's row first. Every method raises
    StorageError when the database does not answer or refuses.
    """

    def tell_later(
        self,
        conversation_id: str,
        epoch: int,
        state: ConversationState,
        told: Reply,
        now: datetime,
    ) -> bool:
        """Says something to the seller once, if the conversation is still as it was."""
        key = f"told:{conversation_id}:{epoch}"
        with self._writing() as connection:
            row = locked(connection, conversation_id)
            still = row["epoch"] == epoch and row["state"] == state.value
            return still and tell(connection, row, key, told, now)
