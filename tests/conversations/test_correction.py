"""What was said is taken back or said better, at every step of the extension form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.model

PARIS = ZoneInfo("Europe/Paris")


def two_orders(seller: Any) -> tuple[Any, Any]:
    logo = seller.has_order()
    flyer = seller.has_order(title="Flyer pour un food truck", buyer_name="Nadia Benali")
    return logo, flyer


def at_confirmation(seller: Any, order: Any, days: int = 3) -> None:
    request = f"j'aurais besoin de {days} jours supplémentaires sur {order.number}"
    assert seller.says(f"{request}, ma fille est à l'hôpital") == ["extension_confirm"]


def asked_days(seller: Any, order: Any) -> list[int]:
    return [request.days for request in seller.requests(order)]


@pytest.mark.parametrize(
    ("correction", "days"),
    [
        ("non, plutôt 5 jours", 5),
        ("mets 6 jours finalement", 6),
        ("pas 3 jours mais 8", 8),
        ("8 jours, pas 3", 8),
        ("ah non c 10 jour kil me fo", 10),
        ("oups je voulais dire une quinzaine", 15),
        ("au lieu de 3 jours disons 4", 4),
        ("une semaine plutot que 3 jours svp", 7),
    ],
)
def test_another_length_at_the_confirmation(seller: Any, correction: str, days: int) -> None:
    order = seller.has_order()
    at_confirmation(seller, order)
    assert seller.says(correction) == ["extension_confirm"]
    assert seller.requests(order) == []
    assert seller.says("oui vas y") == ["extension_receipt"]
    assert asked_days(seller, order) == [days]


def test_another_length_while_the_reason_is_asked(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"rallonge {order.number} de 2 jours") == ["extension_ask_reason"]
    assert seller.says("attendez, mettez plutôt 5 jours") == ["extension_ask_reason"]
    assert seller.says("j'ai perdu une partie des fichiers sources") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert (request.days, request.reason) == (5, "j'ai perdu une partie des fichiers sources")


def test_a_date_instead_of_days(server: Any, seller: Any) -> None:
    order = seller.has_order()
    at_confirmation(seller, order, days=2)
    target = (order.due_at + timedelta(days=6)).astimezone(PARIS).date()
    said = seller.says(f"en fait je préfère jusqu'au {target.day}/{target.month}")
    assert said == ["extension_confirm"]
    assert seller.presses("Oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    moved = request.previous_due_at + timedelta(days=request.days)
    assert moved.astimezone(PARIS).date() == target


@pytest.mark.parametrize(
    "opening", ["je voudrais décaler {number}", "faut demander une prolongation sur {number}"]
)
def test_the_other_order_while_the_days_are_asked(seller: Any, opening: str) -> None:
    logo, flyer = two_orders(seller)
    assert seller.says(opening.format(number=logo.number)) == ["extension_ask_days"]
    assert seller.says("ah non pas celle-là, l'autre") == ["extension_ask_days"]
    assert flyer.number in seller.last.text
    assert seller.says("4 jours", "souci de machine chez l'imprimeur", "oui") == [
        "extension_receipt"
    ]
    assert asked_days(seller, flyer) == [4]
    assert seller.requests(logo) == []


def test_the_other_order_at_the_confirmation_keeps_days_and_reason(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    at_confirmation(seller, logo)
    assert seller.says("non, pas celle-là, l'autre") == ["extension_confirm"]
    assert flyer.number in seller.last.text
    assert seller.says("ok") == ["extension_receipt"]
    (request,) = seller.requests(flyer)
    assert (request.days, request.reason) == (3, "ma fille est à l'hôpital")
    assert seller.requests(logo) == []


@pytest.mark.parametrize(
    "correction",
    [
        "je me suis gourée, c'est la {other}",
        "pas {number}, {other}",
        "{other} et pas {number} dsl",
        "zut c'était pour le flyer en fait",
    ],
)
def test_the_order_named_at_the_confirmation(seller: Any, correction: str) -> None:
    logo, flyer = two_orders(seller)
    at_confirmation(seller, logo)
    said = correction.format(number=logo.number, other=flyer.number)
    assert seller.says(said) == ["extension_confirm"]
    assert seller.says("oui parfait") == ["extension_receipt"]
    assert (asked_days(seller, logo), asked_days(seller, flyer)) == ([], [3])


def test_a_second_thought_about_which_order_while_the_order_is_asked(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    assert seller.says("je peux pas finir à temps, il faudrait décaler") == ["extension_ask_order"]
    assert seller.says("le logo... euh non, plutôt le flyer") == ["extension_ask_days"]
    assert flyer.number in seller.last.text and logo.number not in seller.last.text


def test_a_wrong_number_is_put_right_while_the_order_is_asked(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    assert seller.says("une rallonge svp pour une livraison") == ["extension_ask_order"]
    assert "order_unknown" in seller.says("FO99ZZ88YY7")
    assert seller.says(f"pardon, {flyer.number}") == ["extension_ask_days"]
    assert seller.says("3", "le photographe a du retard", "envoie") == ["extension_receipt"]
    assert (asked_days(seller, logo), asked_days(seller, flyer)) == ([], [3])


@pytest.mark.parametrize(
    "correction",
    [
        "non, la raison c'est que mon disque dur a lâché",
        "change le motif stp : mon disque dur a lâché",
    ],
)
def test_another_reason_in_words_at_the_confirmation(seller: Any, correction: str) -> None:
    order = seller.has_order()
    at_confirmation(seller, order)
    assert seller.says(correction) == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert "disque dur" in request.reason and "hôpital" not in request.reason


@pytest.mark.parametrize(
    ("what", "asked", "answer", "expected"),
    [
        ("La durée", "extension_ask_days", "11 jours", (11, "ma fille est à l'hôpital")),
        (
            "La raison",
            "extension_ask_reason",
            "inondation à l'atelier",
            (3, "inondation à l'atelier"),
        ),
    ],
)
def test_the_button_to_change_asks_for_one_thing_only(
    seller: Any, what: str, asked: str, answer: str, expected: tuple[int, str]
) -> None:
    order = seller.has_order()
    at_confirmation(seller, order)
    assert seller.presses("Modifier") == ["extension_ask_change"]
    assert seller.presses(what) == [asked]
    assert seller.says(answer) == ["extension_confirm"]
    assert seller.presses("Oui") == ["extension_receipt"]
    (request,) = seller.requests(order)
    assert (request.days, request.reason) == expected


def test_the_button_to_change_the_order(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    at_confirmation(seller, logo)
    seller.presses("Modifier")
    assert seller.presses("La commande") == ["extension_ask_order"]
    assert seller.presses("Flyer") == ["extension_confirm"]
    assert seller.presses("Oui") == ["extension_receipt"]
    assert (asked_days(seller, logo), asked_days(seller, flyer)) == ([], [3])


def test_a_plain_no_asks_what_to_change_and_takes_the_value(seller: Any) -> None:
    order = seller.has_order()
    at_confirmation(seller, order)
    assert seller.says("nan") == ["extension_ask_change"]
    assert seller.says("12 jours") == ["extension_confirm"]
    assert seller.says("c'est bon") == ["extension_receipt"]
    assert asked_days(seller, order) == [12]


def test_a_correction_taken_back(seller: Any) -> None:
    order = seller.has_order()
    at_confirmation(seller, order)
    assert seller.says("plutôt 9 jours") == ["extension_confirm"]
    assert seller.says("non en fait on reste sur 3 jours") == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert asked_days(seller, order) == [3]


def test_three_corrections_in_a_row(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    at_confirmation(seller, logo)
    assert seller.says("non, plutôt 5 jours") == ["extension_confirm"]
    assert seller.says(f"et c'est pour la {flyer.number}") == ["extension_confirm"]
    assert seller.says("ah et mets 6 jours, pas 5") == ["extension_confirm"]
    assert seller.says("voila, vous pouvez envoyer") == ["extension_receipt"]
    assert (asked_days(seller, logo), asked_days(seller, flyer)) == ([], [6])


def test_order_and_length_corrected_in_one_sentence(seller: Any) -> None:
    logo, flyer = two_orders(seller)
    at_confirmation(seller, logo)
    said = f"non, plutôt {flyer.number}, et 4 jours au lieu de 3"
    assert seller.says(said) == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert (asked_days(seller, logo), asked_days(seller, flyer)) == ([], [4])


def test_a_yes_with_a_change_is_no_yes_yet(seller: Any) -> None:
    order = seller.has_order()
    at_confirmation(seller, order)
    assert seller.says("oui mais 5 jours plutôt") == ["extension_confirm"]
    assert seller.requests(order) == []
    assert seller.says("oui") == ["extension_receipt"]
    assert asked_days(seller, order) == [5]


def test_too_many_days_then_fewer(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"prolongation sur {order.number} stp") == ["extension_ask_days"]
    assert seller.says("45 jours") == ["extension_days_out_of_range"]
    assert seller.says("bon alors 20 jours") == ["extension_ask_reason"]
    assert seller.says("gros retard du studio de son", "yes") == ["extension_receipt"]
    assert asked_days(seller, order) == [20]


@pytest.mark.parametrize(
    "late", ["ah mince, sur {number} je voulais 9 jours pas 2", "change {number} en 9 jours stp"]
)
def test_a_correction_after_the_receipt_changes_nothing_and_says_so(seller: Any, late: str) -> None:
    order = seller.has_order()
    at_confirmation(seller, order, days=2)
    assert seller.says("oui") == ["extension_receipt"]
    assert "extension_refused_already_pending" in seller.says(late.format(number=order.number))
    assert asked_days(seller, order) == [2]


def test_a_correction_after_the_receipt_without_a_number(seller: Any) -> None:
    order = seller.has_order()
    seller.has_order(title="Flyer pour un food truck", buyer_name="Nadia Benali")
    at_confirmation(seller, order, days=2)
    assert seller.says("oui") == ["extension_receipt"]
    seller.says("ah non finalement mettez 9 jours au lieu de 2")
    assert "extension_receipt" not in seller.last.ids
    seller.says("oui")
    assert asked_days(seller, order) == [2]
