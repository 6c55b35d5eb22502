"""Demo orders, always dated from today, so that every branch can be tried.

lea is busy and has every status; karim waits for a client's answer; awa has nothing; thomas has
numbers of plain digits, and answers from clients; chloe has too many orders at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.marketplace_sql import SqlMarketplace
from bot.marketplace.extensions import answer_extension, open_extension
from bot.marketplace.life_cycle import deliver, settle
from bot.marketplace.orders import (
    Cancellation,
    CancellationCause,
    CancellationRequest,
    Order,
    OrderStatus,
    Party,
)

SELLERS = {"lea": "Léa", "karim": "Karim", "awa": "Awa", "thomas": "Thomas", "chloe": "Chloé"}
"""The demo sellers' names, by id."""


def seed(marketplace: SqlMarketplace, now: datetime) -> int:
    """Stores the demo orders unless there are orders already; returns how many."""
    if not marketplace.is_empty():
        return 0
    orders = demo_orders(now)
    marketplace.save(*orders)  # all or none: half a demo would never be completed
    return len(orders)


def demo_orders(now: datetime) -> list[Order]:
    """Returns the orders of all demo sellers as they stand at ``now``."""
    return [*_lea(now), *_karim(now), *_thomas(now), *_chloe(now)]


def _order(seller: str, number: str, title: str, buyer: str, now: datetime, **facts: Any) -> Order:
    order = Order(
        number=number,
        seller_id=seller,
        buyer_id=buyer.lower().replace(" ", "-"),
        buyer_name=buyer,
        title=title,
        status=OrderStatus.IN_PROGRESS,
        placed_at=now - timedelta(days=6),
        delivery_days=7,
    )
    return replace(order, **facts)


def _ended(order: Order, now: datetime, days_ago: int, **cancellation: Any) -> Order:
    """Returns the order completed, or cancelled with the facts given, some days ago."""
    ended_at = now - timedelta(days=days_ago)
    order = replace(
        order, placed_at=ended_at - timedelta(days=9), due_at=ended_at - timedelta(days=1)
    )
    if not cancellation:
        delivered = ended_at - timedelta(days=2)
        return replace(
            order, status=OrderStatus.COMPLETED, delivered_at=delivered, completed_at=ended_at
        )
    facts = {
        "cancelled_by": Party.BUYER,
        "mutual": False,
        "status_before": OrderStatus.IN_PROGRESS,
        **cancellation,
    }
    return replace(
        order, status=OrderStatus.CANCELLED, cancellation=Cancellation(ended_at, **facts)
    )


def _lea(now: datetime) -> Iterator[Order]:
    def order(number: str, title: str, buyer: str, **facts: Any) -> Order:
        return _order("lea", number, title, buyer, now, **facts)

    due, late, revision = timedelta(days=2, hours=4), OrderStatus.LATE, OrderStatus.IN_REVISION
    yield order("FO21B8A4C9", "Logo pour une boulangerie", "Julie Martin", due_at=now + due)
    yield order(
        "FO5C0RAL88", "Charte graphique d'un salon de thé", "Hugo Bernard",
        status=late, due_at=now - timedelta(hours=5),
    )  # fmt: skip
    yield order(
        "FO93LATE30", "Bannière de boutique en ligne", "Inès Moreau",
        status=late, due_at=now - timedelta(hours=30),
    )  # fmt: skip
    yield order(
        "FO7REV1S10", "Illustration de couverture", "Paul Lefèvre",
        status=revision, due_at=now + timedelta(days=1, hours=6), delivered_at=now - timedelta(days=1),  # noqa: E501
    )  # fmt: skip
    cards = order("FO8DEL1VER", "Cartes de visite", "Nadia Benali", due_at=now + timedelta(hours=3))
    asked = now - timedelta(hours=30)
    opened = open_extension(
        cards, request_id="ext_demo_cards", days=2, reason="Papier en rupture.", now=asked
    )
    yield deliver(opened, now - timedelta(hours=20))  # before the client answered
    yield order(
        "FO4BR1EF00", "Identité visuelle d'un podcast", "Camille Roux",
        status=OrderStatus.REQUIREMENTS_PENDING,
    )  # fmt: skip
    yield from _lea_ended(now)


def _lea_ended(now: datetime) -> Iterator[Order]:
    def order(number: str, title: str, buyer: str) -> Order:
        return _order("lea", number, title, buyer, now)

    for index in range(9):
        done = order(f"FO10DONE{index:02d}", f"Flyer n° {index + 1}", "Julie Martin")
        yield _ended(done, now, 4 + 5 * index)
    yield _ended(order("FO66CANCEL", "Affiche de festival", "Luc Petit"), now, 12, mutual=False)
    at_requirements = OrderStatus.REQUIREMENTS_PENDING
    exempt = order("FO67EXEMPT", "Menu de restaurant", "Eva Klein")
    yield _ended(exempt, now, 15, status_before=at_requirements)
    mutual = order("FO68AGA1N0", "Pictogrammes", "Sofia Costa")
    again = now - timedelta(days=24)
    yield _ended(mutual, now, 30, mutual=True, buyer_reordered_at=again)
    recent = order("FO70SPL1T0", "Papier à en-tête", "Bruno Lambert")
    yield _ended(recent, now, 6, mutual=True)  # the client may still order again
    old = order("FO71OLD000", "Pochette d'album", "Iris Fabre")
    yield _ended(old, now, 75)  # outside the completion rate's window
    fraud = order("FO69FRAUD0", "Autocollants", "Compte supprimé")
    yield _ended(fraud, now, 40, cause=CancellationCause.FRAUD, cancelled_by=Party.MARKETPLACE)


def _karim(now: datetime) -> Iterator[Order]:
    due = now + timedelta(days=1)
    order = _order(
        "karim", "FO3WA1T1NG", "Montage vidéo de mariage", "Sarah Cohen", now, due_at=due
    )
    asked = now - timedelta(hours=10)
    yield open_extension(
        order, request_id="ext_demo_karim", days=3, reason="Il manque des rushes.", now=asked
    )
    done = _order("karim", "FO3DONE001", "Intro animée", "Malo Guérin", now)
    yield _ended(done, now, 8)


def _thomas(now: datetime) -> Iterator[Order]:
    first = _order(
        "thomas", "48213", "Site vitrine d'un fleuriste", "Anne Dubois", now,
        due_at=now + timedelta(days=3), placed_at=now - timedelta(days=8),
    )  # fmt: skip
    asked = now - timedelta(days=2)
    opened = open_extension(
        first, request_id="ext_demo_48213", days=2, reason="Textes reçus en retard.", now=asked
    )
    yield answer_extension(opened, accept=True, now=now - timedelta(days=1))
    second = _order(
        "thomas", "48377", "Correction de bugs WordPress", "Marc Fontaine", now,
        due_at=now + timedelta(hours=20),
    )  # fmt: skip
    opened = open_extension(
        second, request_id="ext_demo_48377", days=5, reason="Accès manquants.", now=asked
    )
    yield answer_extension(opened, accept=False, now=now - timedelta(days=1))
    asks = CancellationRequest(Party.BUYER, now - timedelta(hours=6), now + timedelta(hours=42))
    yield _order(
        "thomas", "48401", "Migration d'hébergement", "Léon Girard", now,
        due_at=now + timedelta(days=5), cancellation_request=asks,
    )  # fmt: skip


def _chloe(now: datetime) -> Iterator[Order]:
    titles = (
        ("Logo d'un studio de yoga", "Mina Haddad"),
        ("Logo d'une brasserie", "Yann Le Goff"),
        ("Traduction d'un contrat", "Otto Weber"),
        ("Relecture d'un mémoire", "Lina Faure"),
        ("Article sur le café", "Rémi Caron"),
        ("Fiche produit vélo", "Rémi Caron"),
        ("Newsletter de rentrée", "Aïcha Diallo"),
        ("Script de vidéo", "Tom Perrin"),
        ("Transcription d'entretien", "Zoé Marchal"),
        ("Sous-titres d'un court métrage", "Ali Mansouri"),
    )
    for index, (title, buyer) in enumerate(titles):
        due = now + timedelta(hours=9 + 13 * index)
        order = _order("chloe", f"FO2MANY{index:03d}", title, buyer, now, due_at=due)
        if index == len(titles) - 1:
            asked = now - timedelta(days=3)
            opened = open_extension(
                order, request_id="ext_demo_chloe", days=1, reason="Vidéo à recouper.", now=asked
            )
            order = settle(opened, now)  # nobody answered for two days
        yield order
