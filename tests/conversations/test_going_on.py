"""Messages that live on what was said before: the order shown, the answer given, the case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.marketplace.orders import OrderStatus
from tests.conversations.scenario import Scenario, play

pytestmark = pytest.mark.model

UNRESPONSIVE = "mon acheteur fait le mort depuis lundi"
PREVIEW = "preview_depends_no_rate preview_rule_reorder_possible preview_rule_support_decides"


@pytest.mark.parametrize(
    ("opening", "question", "told"),
    [
        (UNRESPONSIVE, "je la trouve où cette option", "page de la commande"),
        (UNRESPONSIVE, "c ou ce bouton", "Prolonger la date"),
        (UNRESPONSIVE, "il a combien de tps", "2 jours"),
        (UNRESPONSIVE, "et si il veut pas", "accepter ou refuser"),
        (UNRESPONSIVE, "et sil repond tjrs pas", "automatiquement"),
        (UNRESPONSIVE, "ca va me mettre en retard ?", "date de livraison change"),
        ("le client réclame un remboursement", "même sans raison ?", "preuves satisfaisantes"),
        ("le client réclame un remboursement", "il a le droit ?", "explication et des preuves"),
        ("le client réclame un remboursement", "et si jai deja tt livré", "obliger un client"),
        ("le client réclame un remboursement", "je fais comment pr prouver", "liste détaillée"),
        ("le client réclame un remboursement", "on peut s'arranger ?", "accord bon pour vous deux"),
        ("je fais comment pr bloquer qqn", "pk sa marche pas", "commande active"),
        ("je fais comment pr bloquer qqn", "et s'il a une commande en cours", "commande active"),
        ("j'ai 6 trucs à rendre demain je coule", "je commence par quoi", "le plus simple"),
        ("j'ai 6 trucs à rendre demain je coule", "et la plus grosse ?", "plus tôt que prévu"),
        ("comment on annule une commande reçue ?", "c'est où le gestionnaire", "Gestionnaire"),
        ("comment on annule une commande reçue ?", "et s'il dit non ?", "avec votre client"),
        ("une annulation ça pèse dans mon taux ?", "et si c'est moi qui annule ?", "14 jours"),
        ("une annulation ça pèse dans mon taux ?", "et pr mon niveau ?", "système de niveaux"),
        ("ça fonctionne comment les prolongations", "et après les 2 jours ?", "automatiquement"),
    ],
)  # fmt: skip
def test_a_short_question_gets_the_fact_it_asks_about(
    seller: Any, opening: str, question: str, told: str
) -> None:
    (first,) = seller.says(opening)
    assert seller.says(question)[0] == first
    assert set(seller.last.ids[1:]) <= {"follow_up_more"}
    assert told in seller.last.messages[0]["text"]
    assert len(seller.last.messages[0]["text"]) < 700


def test_a_question_the_faq_answers_only_in_part_offers_a_human(seller: Any) -> None:
    seller.says(UNRESPONSIVE)
    assert seller.says("et s'il dit non ?") == ["faq_buyer_unresponsive", "follow_up_more"]
    assert seller.says("oui") == ["human_requested"]


def test_the_same_short_question_a_third_time_brings_a_human(seller: Any) -> None:
    seller.says(UNRESPONSIVE)
    for _ in range(2):
        assert seller.says("il est où ce bouton ?") == ["faq_buyer_unresponsive"]
    assert seller.says("il est où ce bouton ?") == ["repeated_answer", "human_requested"]


def test_an_earlier_answer_is_remembered_where_the_words_are_its_own(seller: Any) -> None:
    seller.says("comment on annule une commande reçue ?")
    seller.says("une annulation ça pèse dans mon taux ?")
    assert seller.says("il est où ce gestionnaire ?") == ["faq_cancel_order"]


def test_the_subject_lives_through_what_was_not_understood(seller: Any) -> None:
    seller.says(UNRESPONSIVE)
    assert seller.says("hmm bof enfin tu vois")[0] not in ("human_requested",)
    assert seller.says("et s'il refuse ?")[0] == "faq_buyer_unresponsive"


def test_what_is_another_question_of_the_faq_is_answered_as_such(seller: Any) -> None:
    seller.says("je fais comment pr bloquer qqn")
    assert seller.says("et pour la signaler ?") == ["faq_report_buyer"]


def test_after_a_receipt_no_extension_is_offered_again(seller: Any) -> None:
    order = seller.has_order()
    seller.says(f"rajoute 6 jours à {order.number}, mon scanner a lâché", "oui")
    assert seller.says("et s'il dit rien ?") == ["faq_extension_rules"]
    assert not seller.last.text.endswith("?")
    assert "Demander une prolongation" not in seller.last.buttons
    assert seller.says("mes commandes en cours ?")[0].startswith("order_")


ORDERS = {
    "when, of the order shown": Scenario(
        [
            ("statut {flyer}", "order_in_progress"),
            ("elle est due quand ?", "order_in_progress"),
            ("il me reste combien de temps ?", "order_in_progress"),
        ],
        orders=3,
        shows=["{flyer}"],
    ),
    "the other one, after a no": Scenario(
        [("statut {flyer}", "order_in_progress"), ("non l'autre", "order_in_progress")],
        orders=2,
        shows=["{logo}"],
    ),
    "one after the other, by what they are": Scenario(
        [
            ("le flyer il en est où", "order_in_progress"),
            ("et le site ?", "order_late"),
            ("et le logo", "order_in_progress"),
        ],
        orders=3,
        shows=["{logo}"],
    ),
    "the one shown, prolonged with days": Scenario(
        [
            ("le site il en est où", "order_late"),
            ("prolonge-la de 4 jours", "extension_ask_reason"),
            ("mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        orders=3,
        requests={"site": [4]},
    ),
    "what would happen to the one shown": Scenario(
        [
            ("le flyer il en est où", "order_in_progress"),
            ("[Voir l'effet d'une annulation]", PREVIEW),
            ("et le logo ?", PREVIEW),
            ("et si c'est le client qui annule ?", PREVIEW),
        ],
        orders=2,
        shows=["{logo}"],
    ),
    "supposing a cancellation": Scenario(
        [("et si j'annule {flyer} ?", PREVIEW), ("et pour {logo} ?", PREVIEW)],
        orders=2,
        shows=["{logo}"],
    ),
    "the risk of cancelling the one in hand": Scenario(
        [
            ("statut {flyer}", "order_in_progress"),
            ("je risque quoi si je l'annule ?", f"faq_completion_rate_impact {PREVIEW}"),
        ],
        orders=2,
        shows=["{flyer}"],
    ),
    "the order shown, where there is nothing to extend yet": Scenario(
        [
            ("la charte elle en est où ?", "order_requirements_pending"),
            ("je peux la prolonger ?", "extension_refused_not_started"),
        ],
        orders=4,
    ),
    "the receipt's order, a moment later": Scenario(
        [
            ("rajoute 6 jours à {logo}, mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt"),
            ("elle en est où du coup ?", "order_in_progress order_extension_pending"),
        ],
        orders=2,
        requests={"logo": [6]},
        shows=["{logo}"],
    ),
}


@pytest.mark.parametrize("scenario", ORDERS.values(), ids=ORDERS)
def test_orders_in_hand(seller: Any, scenario: Scenario) -> None:
    play(seller, scenario)


def test_one_client_after_another_about_blocking(server: Any, seller: Any) -> None:
    seller.has_order(buyer_name="Camille Roy")
    seller.has_order(title="Flyer", buyer_name="Nadia Benali")
    ended = server.clock.now() - timedelta(days=3)
    seller.has_order(
        title="Bannière", buyer_name="Paul Girard", status=OrderStatus.COMPLETED, completed_at=ended
    )
    said = seller.says("je voudrais bloquer Nadia Benali")
    assert said == ["faq_block_buyer", "block_active_order"]
    assert seller.says("et Camille Roy ?") == ["block_active_order"]
    assert "Camille" in seller.last.text
    assert seller.says("et Paul Girard ?") == ["block_possible"]


def test_a_personal_answer_is_not_repeated_whole(seller: Any) -> None:
    first, second = seller.has_order(), seller.has_order(title="Flyer", buyer_name="Nadia Benali")
    assert seller.says(f"je peux bloquer le client de {first.number} ?") == [
        "faq_block_buyer",
        "block_active_order",
    ]
    for order in (second, first, second):
        assert seller.says(f"et bloquer le client de {order.number} ?") == ["block_active_order"]
