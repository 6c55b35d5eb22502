"""Blocking a client: not while the client has an active order (shared/FAQ.md)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.marketplace.folding import folded_words
from bot.marketplace.orders import Order

_TITLES = frozenset({"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"})


def active_orders_with(
    orders: Iterable[Order], *, buyer_id: str | None = None, buyer_name: str | None = None
) -> tuple[Order, ...]:
    """Returns the current orders with a client, in the order given.

    An order must match all that is given; nothing given matches nothing. Every word of
    ``buyer_name`` must be a word of the client's name, whatever case and accents; "Mme" and the
    like are left out.
    """
    if buyer_id is None and buyer_name is None:
        return ()
    return tuple(
        order
        for order in orders
        if order.is_current
        and (buyer_id is None or order.buyer_id == buyer_id)
        and (buyer_name is None or is_called(order.buyer_name, buyer_name))
    )


def can_block(orders: Iterable[Order], buyer_id: str) -> bool:
    """Tells whether the seller may block the client: no current order with them."""
    return not active_orders_with(orders, buyer_id=buyer_id)


def is_called(full_name: str, asked: str) -> bool:
    """Tells whether every word asked for is a word of the client's name, however written."""
    wanted = folded_words(asked)
    words = [word for word in wanted if word not in _TITLES] or list(wanted)
    own_words = folded_words(full_name)
    if not words:
        return False
    # "studio lumen" and "studiolumen" both name the client studio_lumen.
    return set(words) <= set(own_words) or "".join(words) == "".join(own_words)
