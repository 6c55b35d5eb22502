"""Masks what tells who somebody is, before a message is shown for review or kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.errors import AssistantError
from bot.language.names import mask_names
from bot.language.redaction import redact
from bot.services.ports import Clock, Marketplace

WITHHELD = "[texte retenu]"
"""Stands for a text whose names could not be found out: it is shown to nobody."""

KEPT_FOR = timedelta(minutes=10)
_MOST_KEPT = 1_000


class Masking:
    """Masks personal data and the names a seller's orders tell; blocks.

    ``seller_name`` returns a seller's own name, None where it is not known. Names are kept in
    memory for some minutes, so that a page of messages asks the marketplace once a seller.
    """

    def __init__(
        self,
        marketplace: Marketplace,
        clock: Clock,
        seller_name: Callable[[str], str | None],
    ) -> None:
        self._marketplace = marketplace
        self._clock = clock
        self._seller_name = seller_name
        self._kept: dict[str, tuple[datetime, Sequence[str]]] = {}

    def masked(self, seller_id: str, text: str) -> str:
        """Returns a seller's text without personal data; raises MarketplaceError, StorageError."""
        return mask_names(redact(text), self._names(seller_id))

    def masked_or_withheld(self, seller_id: str, text: str) -> str:
        """Returns the text masked, or nothing of it while names cannot be found out."""
        try:
            return self.masked(seller_id, text)
        except AssistantError:
            return WITHHELD

    def _names(self, seller_id: str) -> Sequence[str]:
        now = self._clock.now()
        kept = self._kept.get(seller_id)
        if kept is not None and kept[0] > now:
            return kept[1]
        own = self._seller_name(seller_id)
        names = {order.buyer_name for order in self._marketplace.orders_of(seller_id)}
        found = tuple(sorted({*names, seller_id, *([own] if own else [])}))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[seller_id] = (now + KEPT_FOR, found)
        return found
