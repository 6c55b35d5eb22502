"""Reviewing what sellers wrote: which topic it really had, decided by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import MarketplaceError, ReviewRefused
from bot.services.learning_ports import ReviewStore
from bot.services.masking import Masking
from bot.services.ports import Clock
from bot.services.topics import OUT_OF_SCOPE
from bot.support.review import (
    Decision,
    ExportState,
    Review,
    ReviewCounts,
    ReviewItem,
)

LOOKED_BACK = timedelta(days=60)
"""Older messages are not shown: they tell little of how sellers write today."""

OUT_OF_SCOPE_KIND = "near"
"""What a seller asks support about is near our subjects, unless the model knew a better kind."""

KINDS = frozenset({"near", "far", "odd", "other_language", "insult", "distress"})
"""The kinds of what is out of scope that a phrase can be added to; contrasts need an intent."""


@dataclass(frozen=True)
class ReviewPage:
    """Masked messages to be reviewed; ``withheld`` could not be masked now and are not shown."""

    items: Sequence[ReviewItem]
    counts: ReviewCounts
    withheld: int


class PhraseReview:
    """Shows messages for review and keeps what is decided; every method blocks."""

    def __init__(self, store: ReviewStore, masking: Masking, clock: Clock) -> None:
        self._store = store
        self._masking = masking
        self._clock = clock

    def page(self, limit: int) -> ReviewPage:
        """Returns the messages to be reviewed next, masked."""
        found = self._store.review_items(self._since(), limit)
        items = []
        for item in found:
            try:
                items.append(self._masked(item))
            except MarketplaceError:
                continue  # without the names in it, it is shown to nobody
        counts = self._store.review_counts(self._since())
        return ReviewPage(items, counts, len(found) - len(items))

    def decide(
        self, staff_id: str, conversation_id: str, number: int, intent: str | None
    ) -> Review:
        """Keeps a decision: the topic is ``intent``, or with None the message is not usable.

        Sent again by the same person it is the same decision. Raises ReviewRefused with the code
        ``already_reviewed`` or ``not_for_review``; MarketplaceError when it cannot be masked.
        """
        item = self._store.review_item(conversation_id, number, self._since())
        if item is None:
            return self._decided(staff_id, conversation_id, number, intent)
        kept = self._store.put_review(self._review(staff_id, self._masked(item), intent))
        return kept or self._decided(staff_id, conversation_id, number, intent)

    def undo(self, staff_id: str, review_id: int) -> Review:
        """Takes back one's own decision while it is not exported; else raises ReviewRefused."""
        review = self._store.remove_review(review_id, staff_id, self._clock.now())
        if review is None:
            raise ReviewRefused(f"review {review_id} cannot be undone", "cannot_undo")
        return review

    def counts(self) -> ReviewCounts:
        """Returns how many messages wait and what became of the others."""
        return self._store.review_counts(self._since())

    def _review(self, staff_id: str, item: ReviewItem, intent: str | None) -> Review:
        accepted = intent == item.proposed
        decision = Decision.ACCEPTED if accepted else Decision.CORRECTED
        kind = ""
        if intent == OUT_OF_SCOPE:
            kind = item.kind if accepted and item.kind in KINDS else OUT_OF_SCOPE_KIND
        return Review(
            conversation_id=item.conversation_id,
            message_number=item.message_number,
            text=item.text,
            decision=Decision.SKIPPED if intent is None else decision,
            proposed=item.proposed,
            intent=intent or "",
            kind=kind,
            reasons=item.reasons,
            staff_id=staff_id,
            at=self._clock.now(),
            export=ExportState.NEVER if intent is None else ExportState.WAITING,
        )

    def _decided(
        self, staff_id: str, conversation_id: str, number: int, intent: str | None
    ) -> Review:
        review = self._store.review_of(conversation_id, number)
        if review is None:
            raise ReviewRefused("that message is not for review", "not_for_review")
        if (review.staff_id, review.intent) != (staff_id, intent or ""):
            raise ReviewRefused(f"{review.staff_id} reviewed it already", "already_reviewed")
        return review

    def _masked(self, item: ReviewItem) -> ReviewItem:
        return replace(item, text=self._masking.masked(item.seller_id, item.text))

    def _since(self) -> datetime:
        return self._clock.now() - LOOKED_BACK
