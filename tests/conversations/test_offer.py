"""What an answer offers is followed by a typed yes, closed by a no, and chosen by its words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.marketplace.orders import OrderStatus
from tests.conversations.scenario import Scenario, make_orders, play

pytestmark = pytest.mark.model

SILENT = ("mon acheteur fait le mort depuis lundi", "faq_buyer_unresponsive")


@pytest.mark.parametrize(
    "yes",
    ["oui", "ok vas-y", "oui stp", "ouais fais-le", "ben oui", "volontiers", "yes please", "go",
     "oui demande-la", "je veux bien"],
)  # fmt: skip
def test_a_yes_follows_the_offer(seller: Any, yes: str) -> None:
    play(seller, Scenario([SILENT, (yes, "extension_ask_days")], shows=["{logo}"]))


@pytest.mark.parametrize(
    "no", ["non merci", "nan c bon", "pas la peine", "plus tard", "rien merci"]
)
def test_a_no_closes_kindly(seller: Any, no: str) -> None:
    play(seller, Scenario([SILENT, (no, "offer_declined"), ("merci", "talk_thank")]))


@pytest.mark.parametrize("noted", ["ok merci", "super, un grand merci", "mercii infiniment"])
def test_thanks_are_no_yes(seller: Any, noted: str) -> None:
    play(seller, Scenario([SILENT, (noted, "talk_thank")]))


OFFERS = {
    "the preview for the only order": Scenario(
        [
            ("une annulation ça pèse dans mon taux ?", "faq_completion_rate_impact"),
            ("oui montre", "preview_depends_no_rate preview_rule_reorder_possible "
             "preview_rule_support_decides"),
        ],
        shows=["{logo}"],
    ),
    "the preview, for one of several by its words": Scenario(
        [
            ("une annulation ça pèse dans mon taux ?", "faq_completion_rate_impact"),
            ("oui", "preview_which"),
            ("le flyer", "preview_depends_no_rate preview_rule_reorder_possible "
             "preview_rule_support_decides"),
        ],
        orders=3,
        shows=["{flyer}"],
    ),
    "the preview, for one of several by its place": Scenario(
        [
            ("comment on annule une commande reçue ?", "faq_cancel_order"),
            ("oui svp", "preview_which"),
            ("la 1ère", "preview_depends_no_rate preview_rule_reorder_possible "
             "preview_rule_support_decides"),
        ],
        orders=3,
        shows=["{site}"],
    ),
    "my rate, after who sees it": Scenario(
        [
            ("les acheteurs peuvent voir mon taux d'exécution ?", "faq_completion_rate_visibility"),
            ("ah ok, vas-y", "rate_none"),
        ]
    ),
    "a human, for what is not ours": Scenario(
        [("on me réclame de la tva sur mes gains ?", "out_of_scope"), ("oui", "human_requested")]
    ),
    "no human after all": Scenario(
        [
            ("on me réclame de la tva sur mes gains ?", "out_of_scope"),
            ("non ça ira", "offer_declined"),
        ]
    ),
    "a human, from the automatic assistant": Scenario(
        [("jparle a une machine la ?", "talk_bot_challenge"), ("oui", "human_requested")]
    ),
    "how to report, after how to block": Scenario(
        [
            ("je fais comment pr bloquer qqn", "faq_block_buyer"),
            ("oui dites-moi", "faq_report_buyer"),
            ("non c'est bon", "offer_declined"),
        ]
    ),
    "an extension, after the rules of it": Scenario(
        [
            ("ça fonctionne comment les prolongations", "faq_extension_rules"),
            ("oui je veux bien", "extension_ask_days"),
            ("4", "extension_ask_reason"),
            ("mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        requests={"logo": [4]},
    ),
    "two offers in a row": Scenario(
        [
            ("le client réclame un remboursement", "faq_buyer_wants_cancel"),
            ("oui", "faq_completion_rate_impact"),
            ("oui", "preview_depends_no_rate preview_rule_reorder_possible "
             "preview_rule_support_decides"),
        ]
    ),
    "the title of the second button, typed": Scenario(
        [
            ("le client réclame un remboursement", "faq_buyer_wants_cancel"),
            ("mon client veut des modifications", "faq_buyer_wants_changes"),
        ]
    ),
    "a silent client of one order": Scenario(
        [
            ("la cliente du flyer ne me répond plus",
             "faq_buyer_unresponsive order_in_progress offer_extension"),
            ("oui", "extension_ask_days"),
            ("2 jours", "extension_ask_reason"),
            ("elle ne m'a pas donné ses textes", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        orders=2,
        requests={"flyer": [2]},
    ),
    "a silent client of an order named by number": Scenario(
        [
            ("aucune réponse du client de {site} depuis 4 jours",
             "faq_buyer_unresponsive order_late offer_extension"),
            ("non", "offer_declined"),
        ],
        orders=3,
    ),
    "the order shown, prolonged in short": Scenario(
        [
            ("statut {flyer}", "order_in_progress"),
            ("je peux la prolonger ?", "extension_ask_days"),
            ("laisse tomber", "extension_given_up"),
        ],
        orders=2,
    ),
    "one of a list, then prolonged": Scenario(
        [
            ("toutes mes commandes en cours svp", "order_list"),
            ("la 2", "order_in_progress"),
            ("vas-y prolonge", "extension_ask_days"),
            ("3j", "extension_ask_reason"),
            ("chui malade", "extension_confirm"),
            ("ok envoie", "extension_receipt"),
        ],
        orders=3,
        requests={"flyer": [3]},
    ),
    "a choice of what was meant, by its place": Scenario(
        [
            ("mon client", "clarify"),
            ("la première", "faq_buyer_unresponsive"),
            ("oui", "extension_ask_days"),
        ]
    ),
    "a choice of what was meant, by its words": Scenario(
        [("le taux", "clarify"), ("connaître mon taux d'exécution", "rate_none")]
    ),
    "none of what was offered": Scenario([("mon client", "clarify"), ("autre chose", "talk_help")]),
    "one question at a time inside the form": Scenario(
        [
            ("une rallonge sur {logo} stp", "extension_ask_days"),
            ("le score de réussite c koi exactement ?", "faq_success_score extension_ask_days"),
            ("oui", "extension_not_usable_days extension_ask_days"),
        ]
    ),
}  # fmt: skip


@pytest.mark.parametrize("scenario", OFFERS.values(), ids=OFFERS)
def test_what_is_offered(seller: Any, scenario: Scenario) -> None:
    play(seller, scenario)


def test_an_answer_inside_the_form_asks_nothing_of_its_own(seller: Any) -> None:
    order = seller.has_order()
    seller.says(f"une rallonge sur {order.number} stp", "le score de réussite c koi exactement ?")
    answer, question = seller.last.messages
    assert "?" not in answer["text"] and "?" in question["text"]


def test_still_that_one_by_a_yes_and_another_by_a_no(server: Any, seller: Any) -> None:
    orders = make_orders(seller, 2)
    seller.says(f"statut {orders['logo'].number}")
    server.clock.move(timedelta(hours=2))
    assert seller.says("et elle doit être livrée quand ?") == ["order_still_that_one"]
    assert seller.says("oui") == ["order_in_progress"]
    assert orders["logo"].number in seller.last.text
    server.clock.move(timedelta(hours=2))
    assert seller.says("et elle doit être livrée quand ?") == ["order_still_that_one"]
    assert seller.says("non") == ["order_list"]


def test_nothing_is_offered_for_an_order_that_cannot_be_extended(seller: Any) -> None:
    order = seller.has_order(status=OrderStatus.REQUIREMENTS_PENDING)
    said = seller.says(f"le client de {order.number} répond jamais")
    assert said == ["faq_buyer_unresponsive", "order_requirements_pending"]


def test_a_yes_much_later_is_no_press(seller: Any) -> None:
    """What was offered two answers ago is over."""
    seller.has_order()
    assert seller.says(SILENT[0], "merci") == ["talk_thank"]
    assert seller.says("oui") == ["talk_affirm"]
