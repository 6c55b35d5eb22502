from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.marketplace.orders import OrderStatus, Party
from bot.marketplace.references import by_urgency, find_by_description, find_by_number, other_than

S = OrderStatus
PLACED = datetime(2024, 3, 1, 9, 0, tzinfo=timezone.utc)
DUE = PLACED + timedelta(days=5)
NOW = PLACED + timedelta(days=4, hours=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def desk(make_order):
    """Returns one seller's orders by a short name."""
    return {
        "logo": make_order(number="FO21B8A4C9", title="Logo pour une boulangerie"),
        "site": make_order(
            S.IN_REVISION,
            number="48213",
            title="Site vitrine WordPress",
            buyer_name="Karim Benali",
        ),
        "voice": make_order(
            S.DELIVERED, number="FO77777777", title="Voix off publicité", buyer_name="Chloé Lefèvre"
        ),
        "banners": make_order(
            S.LATE, number="FO12345678", title="3 bannières YouTube", buyer_name="studio_lumen"
        ),
        "old logo": make_order(
            S.COMPLETED, number="FO00000001", title="Logo minimaliste", buyer_name="Karim Benali"
        ),
    }


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("FO21B8A4C9", "logo"),
        ("#fo21b8a4c9", "logo"),
        ("fo 21b8 a4c9", "logo"),
        ("FO-21B8-A4C9", "logo"),
        ("n°FO21B8A4C9", "logo"),
        ("21b8a4c9", "logo"),
        ("12345678", "banners"),
        ("48213", "site"),
        ("n° 48 213", "site"),
        ("Nº48213", "site"),
        ("№ 48213", "site"),
        ("commande numéro 48213", "site"),
        ("４８２１３", "site"),
        ("FO48213", None),
        ("4821", None),
        ("", None),
        ("#", None),
        ("FO", None),
    ],
)
def test_a_number_however_typed(desk, typed, name):
    assert find_by_number(desk.values(), typed) == (desk[name] if name else None)


def test_an_exact_number_wins_over_one_with_letters_left_out(make_order):
    orders = [make_order(number="FO12345678"), make_order(number="12345678")]
    assert find_by_number(orders, "12345678") is orders[1]
    assert find_by_number(orders, "fo12345678") is orders[0]


@given(
    number=st.from_regex(r"(FO[A-Z0-9]{8,12}|[0-9]{4,8})", fullmatch=True),
    separators=st.lists(st.sampled_from(["", " ", "-", "\u00a0"]), min_size=14, max_size=14),
    prefix=st.sampled_from(["", "#", "n°", "N° ", "no "]),
    lower=st.booleans(),
)
def test_every_spelling_of_a_number_finds_it(make_order, number, separators, prefix, lower):
    typed = prefix + "".join(char + gap for char, gap in zip(number, separators))
    order = make_order(number=number)
    assert find_by_number([order], typed.lower() if lower else typed) is order


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ma commande de logo", ["logo", "old logo"]),
        ("les logos", ["logo", "old logo"]),
        ("le logo de la boulangerie", ["logo"]),
        ("le logo de Karim", ["old logo"]),
        ("la commande de mon client karim", ["site", "old logo"]),
        ("mon site word press pour Mr Benali", ["site"]),
        ("celle de chloe", ["voice"]),
        ("la voix-off", ["voice"]),
        ("la banniere youtube", ["banners"]),
        ("mes bannieres", ["banners"]),
        ("les baniéres", ["banners"]),
        ("la boulangrie", ["logo"]),
        ("studio lumen", ["banners"]),
        ("worpdress", ["site"]),
        ("ma commande", []),
        ("mes commandes de la cliente", []),
        ("la traduction", []),
        ("lago", []),  # four letters are too few for a guess
        ("", []),
        ("?!", []),
    ],
)
def test_an_order_by_what_it_is_about(desk, text, names):
    assert find_by_description(list(desk.values()), text) == tuple(desk[n] for n in names)


def test_a_word_spelled_right_wins_over_a_likely_typo(make_order):
    orders = [make_order(buyer_name="Paul Marin"), make_order(buyer_name="Luc Martin")]
    assert find_by_description(orders, "celle de Martin") == (orders[1],)
    assert find_by_description(orders[:1], "celle de Martin") == (orders[0],)


def test_current_orders_come_before_ended_ones(make_order):
    orders = [make_order(s, title="Logo") for s in (S.COMPLETED, S.LATE, S.CANCELLED, S.DELIVERED)]
    found = find_by_description(orders, "logo")
    assert [order.status for order in found] == [S.LATE, S.DELIVERED, S.COMPLETED, S.CANCELLED]


def test_a_wall_of_text_costs_no_time(make_order):
    orders = [make_order(title=f"Prestation{n:03d} graphisme{n:03d}") for n in range(300)]
    text = " ".join(f"paragraphe{n}" for n in range(5000))
    begin = time.perf_counter()
    assert find_by_description(orders, text) == ()
    assert time.perf_counter() - begin < 2.0


VOCABULARY = ["logo", "site", "vidéo", "voix", "Karim", "Sophie", "bannière"]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=4)


@given(titles=st.lists(WORDS.map(" ".join), max_size=6), text=WORDS.map(" ".join))
def test_what_is_found_shares_a_word_and_nothing_else_shares_more(make_order, titles, text):
    orders = [make_order(title=title, buyer_name="Zoé") for title in titles]
    shared = {o.title: len(set(o.title.split()) & set(text.split())) for o in orders}
    best = max(shared.values(), default=0)
    expected = tuple(o for o in orders if best and shared[o.title] == best)
    assert find_by_description(orders, text) == expected


@given(st.text(max_size=80))
def test_no_text_breaks_the_search(desk, text):
    orders = list(desk.values())
    assert set(find_by_description(orders, text)) <= set(orders)
    assert find_by_number(orders, text) in [*orders, None]


def test_the_others_are_current_and_not_that_one(desk):
    assert [o.number for o in other_than(desk.values(), "#fo 21b8a4c9")] == [
        "48213",
        "FO77777777",
        "FO12345678",
    ]


@pytest.fixture(scope="session")
def ranked(make_order, ask_to_cancel):
    """Returns orders, the most urgent first at NOW."""
    buyer_asks = ask_to_cancel(Party.BUYER, NOW - HOUR)
    return [
        make_order(S.LATE, number="1", due_at=NOW - 50 * HOUR),
        make_order(S.IN_PROGRESS, number="2", due_at=NOW - 2 * HOUR),  # late, not yet settled
        make_order(S.LATE, number="3", due_at=NOW - HOUR),
        make_order(S.IN_PROGRESS, number="4", due_at=NOW + HOUR),
        make_order(number="5", due_at=NOW + 90 * HOUR, cancellation_request=buyer_asks),
        make_order(S.IN_PROGRESS, number="6", due_at=NOW + 60 * HOUR),
        make_order(S.IN_REVISION, number="7", due_at=NOW - 9 * HOUR),
        make_order(
            S.DELIVERED, number="8", delivered_at=NOW - HOUR, cancellation_request=buyer_asks
        ),
        make_order(S.IN_REVISION, number="9", due_at=NOW + 70 * HOUR),
        make_order(S.DELIVERED, number="10", delivered_at=NOW - 5 * HOUR),
        make_order(S.REQUIREMENTS_PENDING, number="11"),
        make_order(S.COMPLETED, number="12"),
    ]


@given(st.data())
def test_the_most_urgent_comes_first_whatever_the_order_given(ranked, data):
    shuffled = data.draw(st.permutations(ranked))
    assert [o.number for o in by_urgency(shuffled, NOW)] == [o.number for o in ranked]
    assert set(by_urgency(shuffled, NOW)) == set(ranked)
