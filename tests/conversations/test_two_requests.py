"""Two requests in one message are both answered, in the order of the message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.scenario import Scenario, play

pytestmark = pytest.mark.model

SCENARIOS = {
    "a state and a question": Scenario(
        [("où en est {logo} et comment je bloque un client ?", "order_in_progress faq_block_buyer")]
    ),
    "a question and a state": Scenario(
        [
            (
                "comment je signale un client ? et où en est {logo} ?",
                "faq_report_buyer order_in_progress",
            ),
            ("je peux la prolonger ?", "extension_ask_days"),
        ]
    ),
    "an extension and the rate": Scenario(
        [
            ("prolonge {logo} de 3 jours et dis-moi mon taux", "rate_none extension_ask_reason"),
            ("mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        requests={"logo": [3]},
    ),
    "two states": Scenario(
        [("statut de {logo} et de {flyer}", "order_in_progress order_in_progress")], orders=2
    ),
    "two questions, one offer": Scenario(
        [
            (
                "les clients voient mon taux d'exécution ? et où est le forum des vendeurs ?",
                "faq_completion_rate_visibility faq_community_forum",
            ),
        ]
    ),
    "an extension and the state of another": Scenario(
        [
            (
                "il me faut 2 jours de plus sur {logo}. Et où en est {flyer} ?",
                "order_in_progress extension_ask_reason",
            ),
            ("mon scanner a lâché", "extension_confirm"),
            ("oui", "extension_receipt"),
        ],
        orders=2,
        requests={"logo": [2]},
    ),
    "a greeting and a question": Scenario(
        [
            ("bonjour, mon acheteur fait le mort depuis lundi", "faq_buyer_unresponsive"),
            ("slt toi ! et où se trouve le forum des vendeurs ?", "faq_community_forum"),
        ]
    ),
    "thanks and a question": Scenario(
        [
            ("statut {logo}", "order_in_progress"),
            ("merci ! et comment on signale un client ?", "faq_report_buyer"),
        ]
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_both_are_answered(seller: Any, scenario: Scenario) -> None:
    play(seller, scenario)


def test_only_the_last_answer_asks_something(seller: Any) -> None:
    seller.says("les clients voient mon taux d'exécution ? et comment je bloque un client ?")
    first, last = seller.last.messages
    assert not first["text"].endswith("?") and last["text"].endswith("?")
