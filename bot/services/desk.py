"""What staff do with a conversation: take it, answer, end it, hand it on or back.

Whoever may do what is decided in the store, in the transaction that does it. Every method
blocks; every one raises StorageError, and UnknownConversation for an id that is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import AccessDenied, BadInput, NotPossible
from bot.services.desk_ports import DeskStore, StaffDirectory
from bot.services.live_content import LiveContent
from bot.services.ports import Clock
from bot.services.presence import Presence
from bot.support.canned_replies import require_filled
from bot.support.conversations import MAX_MESSAGE_LENGTH, Message
from bot.support.desk import (
    LONGEST_SNOOZE,
    MAX_NOTE_LENGTH,
    Change,
    Claim,
    Note,
    Outcome,
    SuggestionChoice,
    SuggestionUse,
)
from bot.support.staff import Role, Staff
from bot.support.triage import LEVELS

QUEUE = "queue"
"""The topic of the hub under which the queue has news."""


class Desk:
    """Works on conversations for somebody on the staff.

    ``told`` is called with a conversation's id, and with QUEUE, after what changed them.
    """

    def __init__(
        self,
        store: DeskStore,
        directory: StaffDirectory,
        live: LiveContent,
        clock: Clock,
        presence: Presence,
        *,
        claim_limit: timedelta,
        told: Callable[[str], None] = lambda topic: None,
    ) -> None:
        self._store = store
        self._directory = directory
        self._live = live
        self._clock = clock
        self.presence = presence
        self._claim_limit = claim_limit
        self._told = told

    def claim(self, staff: Staff, conversation_id: str) -> Claim:
        """Takes a conversation; whoever has it already gets the same claim again.

        From here on no message of the bot reaches the seller until it is handed back or given
        back. Raises AlreadyClaimed with the holder, NotPossible for a merged one.
        """
        now = self._clock.now()
        reply = self._live.current.render("handoff_claimed", {"name": staff.name})
        claim = self._store.claim(staff, conversation_id, now, reply, now + self._claim_limit)
        self._publish(conversation_id)
        return claim

    def release(self, staff: Staff, conversation_id: str, *, epoch: int | None = None) -> Change:
        """Gives the claim back to the queue; raises NotHolder."""
        now = self._clock.now()
        return self._done(self._store.release(staff, conversation_id, now, epoch=epoch))

    def hand_back(self, staff: Staff, conversation_id: str, *, epoch: int | None = None) -> Change:
        """Gives the conversation back to the bot, which says so; raises NotHolder."""
        now = self._clock.now()
        reply = self._live.current.render("handoff_handed_back", {"name": staff.name})
        return self._done(self._store.hand_back(staff, conversation_id, now, reply, epoch=epoch))

    def take_over(self, staff: Staff, conversation_id: str) -> Change:
        """Takes a conversation from whoever holds it; raises AccessDenied below supervisor."""
        if not staff.role.includes(Role.SUPERVISOR):
            raise AccessDenied("only a supervisor overrides a claim")
        return self._reassign(staff, conversation_id, staff)

    def reassign(self, staff: Staff, conversation_id: str, to_staff_id: str) -> Change:
        """Gives a claim to somebody else: its holder may, and a supervisor.

        Raises NotHolder, NotPossible (unknown_staff, same_holder).
        """
        to = next((each for each in self._directory.colleagues() if each.id == to_staff_id), None)
        if to is None:
            raise NotPossible("unknown_staff")
        return self._reassign(staff, conversation_id, to)

    def reply(
        self,
        staff: Staff,
        conversation_id: str,
        text: str,
        client_id: str,
        suggestion: SuggestionUse | None = None,
        *,
        epoch: int | None = None,
    ) -> Message:
        """Writes to the seller, once per ``client_id``.

        Raises NotHolder, BadInput, and UnknownVariable for a text with places left to fill in.
        """
        said = _written(text, MAX_MESSAGE_LENGTH)
        require_filled(said)
        now = self._clock.now()
        message = self._store.reply(
            staff, conversation_id, said, client_id, now, suggestion, epoch=epoch
        )
        self.presence.stop_typing(conversation_id)
        self._publish(conversation_id)
        return message

    def note(self, staff: Staff, conversation_id: str, text: str, client_id: str) -> Note:
        """Writes a note for the staff, once per ``client_id``; raises BadInput."""
        said, now = _written(text, MAX_NOTE_LENGTH), self._clock.now()
        note = self._store.note(staff, conversation_id, said, client_id, now)
        self._publish(conversation_id)
        return note

    def resolve(
        self, staff: Staff, conversation_id: str, outcome: Outcome, *, epoch: int | None = None
    ) -> Change:
        """Ends the conversation; raises NotHolder."""
        now = self._clock.now()
        return self._done(self._store.resolve(staff, conversation_id, outcome, now, epoch=epoch))

    def reopen(self, staff: Staff, conversation_id: str) -> Change:
        """Puts a resolved conversation back into the queue; raises NotPossible."""
        return self._done(self._store.reopen(staff, conversation_id, self._clock.now()))

    def snooze(
        self, staff: Staff, conversation_id: str, until: datetime, *, epoch: int | None = None
    ) -> Change:
        """Puts a conversation away until a moment; raises NotHolder, BadInput."""
        now = self._clock.now()
        if not now < until <= now + LONGEST_SNOOZE:
            raise BadInput("until is not in the next 31 days", "snooze_out_of_range")
        return self._done(self._store.snooze(staff, conversation_id, until, now, epoch=epoch))

    def wake(self, staff: Staff, conversation_id: str) -> Change | None:
        """Takes a conversation out of its snooze; None when it was not put away."""
        changed = self._store.wake(staff, conversation_id, self._clock.now())
        return self._done(changed) if changed else None

    def merge(self, staff: Staff, conversation_id: str, into: str) -> Change:
        """Ends a conversation as a duplicate of another; raises NotPossible, NotHolder."""
        changed = self._store.merge(staff, conversation_id, into, self._clock.now())
        self._told(into)
        return self._done(changed)

    def separate(self, staff: Staff, conversation_id: str) -> Change:
        """Takes a duplicate out again; raises NotPossible."""
        return self._done(self._store.separate(staff, conversation_id, self._clock.now()))

    def prioritise(self, staff: Staff, conversation_id: str, level: str | None) -> Change:
        """Sets the urgency staff give, None to leave it to the rules; raises BadInput."""
        if level is not None and level not in LEVELS:
            raise BadInput("level is none", "level_unknown")
        now = self._clock.now()
        return self._done(self._store.prioritise(staff, conversation_id, level, now))

    def correct_topic(self, staff: Staff, conversation_id: str, intent: str) -> Change:
        """Sets what the conversation is about; whether there is such a topic the caller knows."""
        now = self._clock.now()
        return self._done(self._store.correct_topic(staff, conversation_id, intent, now))

    def use_suggestion(
        self,
        staff: Staff,
        conversation_id: str,
        message_number: int | None,
        response: str,
        version: int,
        choice: SuggestionChoice,
    ) -> None:
        """Records what somebody made of a suggested answer."""
        use = SuggestionUse(response, version, choice)
        now = self._clock.now()
        self._store.use_suggestion(staff, conversation_id, message_number, use, now)

    def undo(self, staff: Staff, event_id: int) -> Change:
        """Takes one's own change back within UNDO_TIME; raises CannotUndo."""
        now = self._clock.now()
        return self._done(self._store.undo(staff, event_id, now, now + self._claim_limit))

    def typing(self, staff: Staff, conversation_id: str) -> None:
        """Shows the seller for some seconds that somebody types."""
        self.presence.type(staff, conversation_id)
        self._told(conversation_id)

    def _reassign(self, staff: Staff, conversation_id: str, to: Staff) -> Change:
        now = self._clock.now()
        until = now + self._claim_limit
        return self._done(self._store.reassign(staff, conversation_id, to, now, until))

    def _done(self, changed: Change) -> Change:
        self._publish(changed.conversation_id)
        return changed

    def _publish(self, conversation_id: str) -> None:
        self._told(conversation_id)
        self._told(QUEUE)


def _written(text: str, longest: int) -> str:
    """Returns what somebody wrote, without blanks around it; raises BadInput."""
    said = text.strip()
    if not said:
        raise BadInput("text is empty", "text_empty")
    if len(said) > longest:
        raise BadInput("text is too long", "text_too_long")
    return said
