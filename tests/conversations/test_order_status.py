"""Where the seller's own orders stand: one, the ones described, all current ones, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.marketplace.orders import (
    Cancellation,
    CancellationRequest,
    ExtensionState,
    OrderStatus,
    Party,
)

pytestmark = pytest.mark.model


def shown(seller: Any, *orders: Any) -> list[bool]:
    """Which of the orders the last answer names."""
    return [order.number in seller.last.text for order in orders]


@pytest.mark.parametrize(
    "spelling",
    [
        "{n}",
        "#{l}",
        "n° {l}",
        "{f} {t}",
        "fo-{t}",
        "commande numéro {n}",
        "la {l} svp",
        "{f} {a} {b}",
    ],
)
def test_by_number_in_odd_spellings(seller: Any, spelling: str) -> None:
    order = seller.has_order(number=f"FO7K3{seller.id[-6:].upper()}")
    other = seller.has_order(title="Flyer pour un food truck")
    tail = order.number[2:]
    written = spelling.format(
        n=order.number, l=order.number.lower(), f="Fo", t=tail, a=tail[:3], b=tail[3:]
    )
    assert seller.says(f"elle en est où {written} ?") == ["order_in_progress"]
    assert shown(seller, order, other) == [True, False]


@pytest.mark.parametrize("spelling", ["{n}", "n°{n}", "# {n}", "commande {n}", "la {n}"])
def test_by_a_number_of_digits(seller: Any, spelling: str) -> None:
    number = str(10_000_000 + int(seller.id[-6:], 16) % 89_999_999)
    order = seller.has_order(number=number)
    other = seller.has_order(title="Flyer pour un food truck")
    said = seller.says(f"quel est l'état de {spelling.format(n=number)} stp")
    assert said == ["order_in_progress"]
    assert shown(seller, order, other) == [True, False]


def test_every_status_has_its_own_answer(server: Any, seller: Any) -> None:
    now = server.clock.now()
    yesterday = now - timedelta(days=1)
    cancelled = Cancellation(
        yesterday, Party.BUYER, mutual=False, status_before=OrderStatus.IN_PROGRESS
    )
    facts: dict[OrderStatus, dict[str, Any]] = {
        OrderStatus.REQUIREMENTS_PENDING: {},
        OrderStatus.IN_PROGRESS: {},
        OrderStatus.LATE: {"due_at": yesterday},
        OrderStatus.DELIVERED: {"delivered_at": yesterday},
        OrderStatus.IN_REVISION: {"delivered_at": yesterday},
        OrderStatus.COMPLETED: {"delivered_at": yesterday, "completed_at": yesterday},
        OrderStatus.CANCELLED: {"cancellation": cancelled},
    }
    for status, known in facts.items():
        order = seller.has_order(status=status, **known)
        assert seller.says(f"statut de {order.number} stp") == [f"order_{status.value}"]
        assert shown(seller, order) == [True]


def test_time_alone_makes_it_late(server: Any, seller: Any) -> None:
    order = seller.has_order(due_at=server.clock.now() - timedelta(hours=5))
    assert seller.says(f"statut de {order.number} stp") == ["order_late"]


@pytest.mark.parametrize(
    "question",
    [
        "ma commande de logo elle en est où ?",
        "où en est le logo pour la librairie",
        "des nouvelles du logo svp ?",
        "le logo de Camille c'est pour quand ?",
    ],
)
def test_by_description(seller: Any, question: str) -> None:
    logo = seller.has_order()
    video = seller.has_order(title="Montage d'une vidéo de mariage", buyer_name="Hector Vidal")
    assert seller.says(question) == ["order_in_progress"]
    assert shown(seller, logo, video) == [True, False]


def test_a_description_of_several_asks_which(seller: Any) -> None:
    books = seller.has_order()
    bakery = seller.has_order(title="Logo pour une boulangerie", buyer_name="Hector Vidal")
    assert seller.says("ma commande de logo elle en est où ?") == ["order_which"]
    assert seller.presses("boulangerie") == ["order_in_progress"]
    assert shown(seller, books, bakery) == [False, True]


def test_the_place_in_the_list_names_an_order(server: Any, seller: Any) -> None:
    later = seller.has_order()
    sooner = seller.has_order(
        title="Montage d'une vidéo", due_at=server.clock.now() + timedelta(days=1)
    )
    assert seller.says("fais voir toutes mes commandes en cours") == ["order_list"]
    assert seller.says("où en est la deuxième ?") == ["order_in_progress"]
    assert shown(seller, sooner, later) == [False, True]


def test_all_current_ones_the_most_urgent_first(server: Any, seller: Any) -> None:
    now = server.clock.now()
    pending = seller.has_order(status=OrderStatus.REQUIREMENTS_PENDING, title="Charte graphique")
    calm = seller.has_order(title="Logo", due_at=now + timedelta(days=6))
    delivered = seller.has_order(
        title="Voix off", status=OrderStatus.DELIVERED, delivered_at=now - timedelta(hours=3)
    )
    late = seller.has_order(
        title="Podcast", status=OrderStatus.LATE, due_at=now - timedelta(days=2)
    )
    soon = seller.has_order(title="Flyer", due_at=now + timedelta(hours=8))
    ended = seller.has_order(
        title="Site web", status=OrderStatus.COMPLETED, completed_at=now - timedelta(days=2)
    )
    assert seller.says("j'ai koi sur le feu en ce moment niveau commandes") == ["order_list"]
    places = [seller.last.text.find(o.number) for o in (late, soon, calm, delivered, pending)]
    assert -1 not in places and places == sorted(places)
    assert shown(seller, ended) == [False]
    assert len(seller.last.buttons) == 5


def test_many_current_ones_show_the_beginning(server: Any, seller: Any) -> None:
    now = server.clock.now()
    orders = [
        seller.has_order(title=f"Fiche produit {i}", due_at=now + timedelta(days=i + 1))
        for i in range(11)
    ]
    assert seller.says("récapitule mes commandes en cours") == ["order_list_beginning"]
    assert shown(seller, *orders) == [True] * 8 + [False] * 3


def test_only_one_current(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says("fais voir toutes mes commandes en cours")
    assert said == ["order_only_current", "order_in_progress"]
    assert shown(seller, order) == [True]


@pytest.mark.parametrize("question", ["et l'autre ?", "et l'autre commande elle en est où ?"])
def test_the_other_one(seller: Any, question: str) -> None:
    logo = seller.has_order()
    flyer = seller.has_order(title="Flyer pour un food truck", buyer_name="Nadia Benali")
    assert seller.says(f"où en est {logo.number} ?") == ["order_in_progress"]
    assert seller.says(question) == ["order_in_progress"]
    assert shown(seller, logo, flyer) == [False, True]


def test_there_is_no_other_one(seller: Any) -> None:
    logo = seller.has_order()
    assert seller.says(f"où en est {logo.number} ?") == ["order_in_progress"]
    assert seller.says("et l'autre commande elle en est où ?") == ["order_no_other"]


def test_the_same_one_later_is_asked_about_first(server: Any, seller: Any) -> None:
    logo = seller.has_order()
    seller.has_order(title="Flyer pour un food truck")
    assert seller.says(f"où en est {logo.number} ?") == ["order_in_progress"]
    server.clock.move(timedelta(hours=2))
    assert seller.says("et celle-là elle est à rendre quand ?") == ["order_still_that_one"]
    assert seller.presses("Logo") == ["order_in_progress"]
    assert shown(seller, logo) == [True]


@pytest.mark.parametrize(
    "question", ["où en est {n} ?", "statut {n}", "la {n} est livrée ou pas ?"]
)
def test_somebody_elses_number_answers_as_an_unknown_one(
    new_seller: Callable[[], Any], question: str
) -> None:
    hidden = new_seller().has_order(title="Montage d'un podcast", buyer_name="Hector Vidal")
    answers = []
    for number in (hidden.number, "FO4Z81QMX7T"):
        seller = new_seller()
        seller.has_order(number=f"FO2{seller.id[-8:].upper()}")
        assert seller.says(question.format(n=number)) == ["order_unknown"]
        assert "podcast" not in seller.last.text and "Hector" not in seller.last.text
        answers.append((seller.last.text.replace(number, "N"), list(seller.last.buttons)))
    assert answers[0] == answers[1]


def test_one_known_and_one_unknown_number(seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"où en sont {order.number} et FO4Z81QMX7T ?")
    assert sorted(said) == ["order_in_progress", "order_unknown"]


def test_no_order_at_all(seller: Any) -> None:
    assert seller.says("fais voir mes commandes en cours") == ["order_none"]


def test_no_current_order(server: Any, seller: Any) -> None:
    ended = server.clock.now() - timedelta(days=3)
    seller.has_order(status=OrderStatus.COMPLETED, completed_at=ended)
    assert seller.says("fais voir mes commandes en cours") == ["order_none_current"]


def test_open_requests_are_told_with_the_order(server: Any, seller: Any) -> None:
    order = seller.has_order()
    said = seller.says(f"ajoute 6 jours à {order.number}, mon imprimante est en panne", "oui")
    assert said == ["extension_receipt"]
    assert [r.state for r in seller.requests(order)] == [ExtensionState.PENDING]
    assert seller.says(f"où en est {order.number} ?") == [
        "order_in_progress",
        "order_extension_pending",
    ]
    now = server.clock.now()
    asked = CancellationRequest(Party.BUYER, now, now + timedelta(hours=48))
    other = seller.has_order(cancellation_request=asked)
    assert seller.says(f"et la {other.number} elle en est où ?") == [
        "order_in_progress",
        "order_cancellation_asked_by_buyer",
    ]


def test_the_button_of_an_order_begins_its_extension(seller: Any) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer pour un food truck")
    assert seller.says(f"où en est {order.number} ?") == ["order_in_progress"]
    assert seller.presses("Demander une prolongation") == ["extension_ask_days"]
    assert order.number in seller.last.text
