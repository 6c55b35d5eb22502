"""Whole conversations of sellers in a hurry, in a rage, in dialect and in SMS."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.scenario import Scenario, play

pytestmark = pytest.mark.model

SCENARIOS = {
    "in a hurry, values before they are asked for": Scenario(
        [
            ("faut que je décale une livraison", "extension_ask_order"),
            ("3j", "extension_noted extension_ask_order"),
            ("chui malade", "extension_noted extension_ask_order"),
            ("le flyer", "extension_confirm"),
            ("ok", "extension_receipt"),
        ],
        orders=3,
        requests={"flyer": [3]},
    ),
    "from Québec": Scenario(
        [
            ("allo, mon client me niaise pis y répond pus", "faq_buyer_unresponsive"),
            ("ben là oui", "extension_ask_order"),
            ("le flyer", "extension_ask_days"),
            ("une couple de semaines, genre 14 jours", "extension_ask_reason"),
            ("mon char est au garage pis mon ordi avec", "extension_confirm"),
            ("c'est correct", "extension_receipt"),
        ],
        orders=2,
        requests={"flyer": [14]},
    ),
    "from Belgium": Scenario(
        [
            ("dites, il me faudrait septante-deux heures en plus sur {logo}",
             "extension_ask_reason"),
            ("le client doit encore me renvoyer les photos", "extension_confirm"),
            ("oui, ça va comme ça", "extension_receipt"),
        ],
        requests={"logo": [3]},
    ),
    "from Abidjan": Scenario(
        [
            ("bonsoir, le client là ne répond plus, on fait comment même", "faq_buyer_unresponsive"),
            ("d'accord, vas-y", "extension_ask_days"),
            ("4 jours", "extension_ask_reason"),
            ("y a coupure de courant depuis hier", "extension_confirm"),
            ("oui envoyez", "extension_receipt"),
            ("merci bien", "talk_thank"),
        ],
        requests={"logo": [4]},
    ),
    "in a rage, then insulting twice": Scenario(
        [
            ("ca fait 10 jours ke mon client repond plus c abusé", "faq_buyer_unresponsive"),
            ("espece de nul", "insult"),
            ("encore un robot de merde", "insult_again human_requested"),
        ]
    ),
    "insulting in the middle of the form, then going on": Scenario(
        [
            ("rajoute 6 jours à {logo}", "extension_ask_reason"),
            ("t'es vraiment con", "insult extension_ask_reason"),
            ("bon. mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        requests={"logo": [6]},
    ),
    "capitals": Scenario(
        [
            ("MON CLIENT NE REPOND PLUS DEPUIS DES JOURS", "faq_buyer_unresponsive"),
            ("OUI", "extension_ask_days"),
            ("UNE SEMAINE", "extension_ask_reason"),
            ("IL N'ENVOIE PAS SES TEXTES", "extension_confirm"),
            ("OUI", "extension_receipt"),
        ],
        requests={"logo": [7]},
    ),
    "two orders at once, each with its days": Scenario(
        [
            ("prolonge {logo} de 2 jours et {flyer} de 4 jours, chui malade",
             "extension_one_at_a_time extension_confirm"),
            ("oui", "extension_receipt extension_next"),
            ("oui", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        orders=2,
        requests={"logo": [2], "flyer": [4]},
    ),
    "two orders at once, the second is dropped": Scenario(
        [
            ("il me faut 3 jours de plus sur {logo} et {flyer}",
             "extension_one_at_a_time extension_ask_reason"),
            ("grosse grippe", "extension_confirm"),
            ("oui", "extension_receipt extension_next"),
            ("non merci", "offer_declined"),
        ],
        orders=2,
        requests={"logo": [3]},
    ),
    "two orders named while something else is asked": Scenario(
        [
            ("rajoute 6 jours à {logo}", "extension_ask_reason"),
            ("prolonge {logo} de 2 jours et {flyer} de 5 jours",
             "extension_one_at_a_time extension_ask_reason"),
            ("mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt extension_next"),
            ("[Prolonger]", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        orders=2,
        requests={"logo": [2], "flyer": [5]},
    ),
    "one order put right is not two": Scenario(
        [
            ("prolonge {logo}, euh non {flyer} de 4 jours, chui malade", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        orders=2,
        requests={"flyer": [4]},
    ),
    "tutoiement from the first word": Scenario(
        [
            ("salut toi, tu peux décaler {logo} de 2 jours ?", "extension_ask_reason"),
            ("mon scanner a lâché", "extension_confirm"),
            ("t'es un humain ?", "talk_bot_challenge extension_confirm_again"),
            ("vas-y envoie", "extension_receipt"),
        ],
        requests={"logo": [2]},
    ),
    "thanks and goodbye in one breath": Scenario(
        [
            ("statut {logo}", "order_in_progress"),
            ("ok merci", "talk_thank"),
            ("rien d'autre, bonne soirée", "offer_declined"),
        ]
    ),
}  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_hurried(seller: Any, scenario: Scenario) -> None:
    play(seller, scenario)
