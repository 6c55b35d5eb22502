from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marketplace.blocking import active_orders_with, can_block
from bot.marketplace.orders import OrderStatus

S = OrderStatus


@pytest.mark.parametrize("status", S)
def test_a_client_with_an_active_order_cannot_be_blocked(make_order, status):
    order = make_order(status)
    ended = status in {S.COMPLETED, S.CANCELLED}
    assert can_block([order], "buyer-1") is ended
    assert active_orders_with([order], buyer_id="buyer-1") == (() if ended else (order,))
    assert can_block([order], "buyer-2")


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("Sophie Martin", "sophie", True),
        ("Sophie Martin", "MARTIN Sophie", True),
        ("Sophie Martin", "Mme Martin", True),
        ("Sophie Martin", "Sophie Durand", False),
        ("Sophie Martin", "soph", False),
        ("Sophie Martin", "Mart", False),
        ("Chloé Lefèvre", "chloe lefevre", True),
        ("Chloe Lefevre", "Chloé", True),
        ("Cœur d'Artichaut", "coeur d artichaut", True),
        ("Jean-Loïc O'Brien", "jean loic", True),
        ("studio_lumen", "Studio Lumen", True),
        ("studio_lumen", "studiolumen", True),
        ("Madame Rosa", "madame", True),
        ("Sophie Martin", "", False),
        ("Sophie Martin", " !? ", False),
    ],
)
def test_names_are_compared_by_whole_folded_words(make_order, name, asked, found):
    order = make_order(buyer_name=name)
    assert active_orders_with([order], buyer_name=asked) == ((order,) if found else ())


def test_id_and_name_must_both_match_and_nothing_matches_nothing(make_order):
    order = make_order()
    assert active_orders_with([order], buyer_id="buyer-1", buyer_name="Sophie") == (order,)
    assert active_orders_with([order], buyer_id="buyer-2", buyer_name="Sophie") == ()
    assert active_orders_with([order]) == ()


@given(
    clients=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(S)), max_size=8),
    buyer_id=st.sampled_from("abc"),
)
def test_only_the_clients_own_current_orders_matter(make_order, clients, buyer_id):
    orders = [make_order(status, buyer_id=client) for client, status in clients]
    own = tuple(o for o in orders if o.buyer_id == buyer_id and o.is_current)
    assert active_orders_with(orders, buyer_id=buyer_id) == own
    assert can_block(orders, buyer_id) is (own == ())


@given(st.text(max_size=30))
def test_every_name_with_a_word_matches_itself_in_any_case(make_order, name):
    order = make_order(buyer_name=name)
    has_word = any(char.isalnum() for char in name)
    for asked in (name, name.upper().lower()):
        if has_word and asked.casefold() == name.casefold():
            assert active_orders_with([order], buyer_name=asked) == (order,)
