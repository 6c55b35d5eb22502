"""The fourteen kinds of correction and cancellation in the extension form, each in whole talks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.scenario import Scenario, play

pytestmark = pytest.mark.model

CONFIRM, RECEIPT = "extension_confirm", "extension_receipt"
ASK_ORDER, ASK_DAYS, ASK_REASON = (
    "extension_ask_order",
    "extension_ask_days",
    "extension_ask_reason",
)
GIVEN_UP = "extension_given_up"
READY = ("il me faudrait 3 jours de rab sur {logo}, mon scanner a lâché", CONFIRM)

LATE = {
    "days put right after the reason was given": Scenario(
        [
            ("tu peux repousser {logo} de 2 jours", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("mince non, 6 jours", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [6]},
    ),
    "days put right once the request is already sent": Scenario(
        [
            READY,
            ("nickel, envoie", RECEIPT),
            (
                "oups, finalement 8 jours sur {logo} au lieu de 3",
                "extension_refused_already_pending",
            ),
        ],
        requests={"logo": [3]},
    ),
    "the order put right two questions later": Scenario(
        [
            ("une rallonge sur {logo} stp", ASK_DAYS),
            ("5 jours", ASK_REASON),
            ("attends je me suis trompé, c'est {flyer}", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("c'est ça", RECEIPT),
        ],
        orders=2,
        requests={"flyer": [5]},
    ),
}
TWICE = {
    "days changed twice": Scenario(
        [READY, ("non 4", CONFIRM), ("euh non 5 jours plutôt", CONFIRM), ("go", RECEIPT)],
        requests={"logo": [5]},
    ),
    "the order changed and changed back": Scenario(
        [
            READY,
            ("non, c'est {flyer}", CONFIRM),
            ("ah si, c'était bien {logo}", CONFIRM),
            ("oui c'est bon", RECEIPT),
        ],
        orders=2,
        requests={"logo": [3]},
    ),
    "days, then the reason, then days again": Scenario(
        [
            READY,
            ("plutôt une semaine", CONFIRM),
            ("change la raison : le client a modifié son brief", CONFIRM),
            ("finalement 10 jours", CONFIRM),
            ("valide", RECEIPT),
        ],
        requests={"logo": [10]},
    ),
}
OLD_VALUE_FIRST_OR_LAST = {
    "the old value first": Scenario(
        [READY, ("pas 3 jours, 7", CONFIRM), ("ok", RECEIPT)], requests={"logo": [7]}
    ),
    "the old value last": Scenario(
        [READY, ("mets 7 jours, pas 3", CONFIRM), ("ok", RECEIPT)], requests={"logo": [7]}
    ),
    "the old order first": Scenario(
        [READY, ("pas {logo} mais {flyer}", CONFIRM), ("ok", RECEIPT)],
        orders=2,
        requests={"flyer": [3]},
    ),
    "the old order last": Scenario(
        [READY, ("c'est {flyer}, pas {logo}", CONFIRM), ("ok", RECEIPT)],
        orders=2,
        requests={"flyer": [3]},
    ),
    "both in the very first sentence": Scenario(
        [
            ("prolonge {logo} de 3 jours, euh non 4 jours, mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [4]},
    ),
}
TAKEN_BACK = {
    "back to the days before": Scenario(
        [
            READY,
            ("mets 9 jours", CONFIRM),
            ("non laisse 3 jours en fait", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
    "giving up is taken back by a word": Scenario(
        [
            READY,
            ("laisse béton", GIVEN_UP),
            ("ah non attends, si vas-y", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
    "giving up is taken back by the button": Scenario(
        [
            ("rajoute 6 jours à {logo}", ASK_REASON),
            ("[Laisser tomber]", GIVEN_UP),
            ("[Reprendre la demande]", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("[Oui]", RECEIPT),
        ],
        requests={"logo": [6]},
    ),
}
SOMETHING_ELSE_STARTED = {
    "another order is asked about, then the request goes on": Scenario(
        [
            READY,
            ("et {flyer} c'est pour quand au fait ?", "order_in_progress extension_confirm_again"),
            ("ok envoie la demande", RECEIPT),
        ],
        orders=2,
        requests={"logo": [3]},
    ),
    "another extension is asked for before the first is sent": Scenario(
        [
            READY,
            ("en fait prolonge plutôt {flyer} de 2 jours", CONFIRM),
            ("oui", RECEIPT),
        ],
        orders=2,
        requests={"flyer": [2]},
    ),
    "the rate is asked for while days are asked": Scenario(
        [
            ("une rallonge sur {logo} stp", ASK_DAYS),
            ("il est à combien mon taux d'exécution ?", "rate_none extension_ask_days"),
            ("4", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [4]},
    ),
    "a human is asked for and nothing is sent": Scenario(
        [
            READY,
            (
                "non mais laisse, passe-moi un conseiller humain",
                "human_requested extension_left_for_human",
            ),
            ("oui", "talk_affirm"),
        ],
    ),
}
MIND_CHANGED = {
    "no, then given up, then another order": Scenario(
        [
            READY,
            ("non", "extension_ask_change"),
            ("rien, laisse tomber", GIVEN_UP),
            ("finalement c'est {flyer} qu'il faut rallonger de 2 jours", ASK_REASON),
            ("le photographe s'est décommandé", CONFIRM),
            ("oui", RECEIPT),
        ],
        orders=2,
        requests={"flyer": [2]},
    ),
    "yes, no, yes": Scenario(
        [
            READY,
            ("non attends", "extension_ask_change"),
            ("la durée", ASK_DAYS),
            ("3 jours c'est bien", CONFIRM),
            ("oui allez", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
}  # fmt: skip
AT_THE_CONFIRMATION = {
    "the title of a button is typed": Scenario(
        [
            READY,
            ("modifier", "extension_ask_change"),
            ("la raison", ASK_REASON),
            ("j'attends les visuels de la marque", CONFIRM),
            ("oui, envoyer la demande", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
    "a yes that changes something is no yes": Scenario(
        [READY, ("oui mais mets 4 jours", CONFIRM), ("oui", RECEIPT)], requests={"logo": [4]}
    ),
    "a hesitation sends nothing": Scenario(
        [
            READY,
            ("mouais je sais pas trop", "extension_not_usable_confirmation extension_confirm"),
            ("bon ok", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
}
EACH_VALUE = {
    "the order, by its client": Scenario(
        [READY, ("non c'est pour Nadia", CONFIRM), ("oui", RECEIPT)],
        orders=2,
        requests={"flyer": [3]},
    ),
    "the order, by what it is": Scenario(
        [READY, ("je voulais dire le flyer", CONFIRM), ("oui", RECEIPT)],
        orders=2,
        requests={"flyer": [3]},
    ),
    "the days, in words": Scenario(
        [READY, ("plutôt une dizaine de jours", CONFIRM), ("oui", RECEIPT)], requests={"logo": [10]}
    ),
    "the days, as hours": Scenario(
        [READY, ("nan 48h ça suffit", CONFIRM), ("oui", RECEIPT)], requests={"logo": [2]}
    ),
    "the days while the reason is asked": Scenario(
        [
            ("rajoute 6 jours à {logo}", ASK_REASON),
            ("rectification : 8", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [8]},
    ),
    "the days alone, while the reason is asked": Scenario(
        [
            ("rajoute 6 jours à {logo}", ASK_REASON),
            ("heu non", "extension_not_usable_reason extension_ask_reason"),
            ("5 jours", ASK_REASON),
            ("il manque 3 jours de tournage", CONFIRM),
            ("4", CONFIRM),
            ("c'est tout bon", RECEIPT),
        ],
        requests={"logo": [4]},
    ),
    "the place in the list, right after choosing": Scenario(
        [
            ("j'aurai besoin de rab sur une livraison", ASK_ORDER),
            ("la 1", ASK_DAYS),
            ("euh la 2", ASK_DAYS),
            ("5 jours", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        orders=2,
        requests={"logo": [5]},
    ),
    "the reason, in the same words as a request": Scenario(
        [
            READY,
            ("la raison c'est plutôt que j'attends ses textes", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
    "the order before any other value": Scenario(
        [
            ("j'ai pas fini, faut repousser une livraison", ASK_ORDER),
            ("celle du logo", ASK_DAYS),
            ("non celle du flyer", ASK_DAYS),
            ("3 jours", CONFIRM),
            ("oui", RECEIPT),
        ],
        orders=2,
        requests={"flyer": [3]},
    ),
}
GIVEN_UP_AT_EACH_STEP = {
    "while the order is asked": Scenario(
        [("j'ai pas fini, faut repousser une livraison", ASK_ORDER), ("nan oublie", GIVEN_UP)],
        orders=2,
    ),
    "while the days are asked": Scenario(
        [("une rallonge sur {logo} stp", ASK_DAYS), ("bof laisse tomber", GIVEN_UP)]
    ),
    "while the reason is asked": Scenario(
        [("rajoute 6 jours à {logo}", ASK_REASON), ("stop j'arrête", GIVEN_UP)]
    ),
    "at the confirmation": Scenario([READY, ("annule la demande", GIVEN_UP)]),
    "while it is asked what to change": Scenario(
        [READY, ("non", "extension_ask_change"), ("[Laisser tomber]", GIVEN_UP)]
    ),
}
BEGUN_AGAIN = {
    "with other values": Scenario(
        [
            READY,
            ("oublie ça", GIVEN_UP),
            ("prolonge {logo} de 12 jours car je déménage", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [12]},
    ),
    "twice given up, the third time sent": Scenario(
        [
            READY,
            ("laisse tomber", GIVEN_UP),
            ("[Reprendre la demande]", CONFIRM),
            ("stop", GIVEN_UP),
            ("[Reprendre la demande]", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [3]},
    ),
}
INSIDE_A_DIGRESSION = {
    "a correction after the question in between": Scenario(
        [
            READY,
            (
                "et si le client accepte pas la prolongation ?",
                "faq_extension_rules extension_confirm_again",
            ),
            ("mets plutôt 5 jours alors", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [5]},
    ),
    "given up after the question in between": Scenario(
        [
            READY,
            (
                "les clients ont accès à mon taux d'exécution ?",
                "faq_completion_rate_visibility extension_confirm_again",
            ),
            ("non laissez tomber", GIVEN_UP),
        ],
    ),
    "a correction in the sentence that asks": Scenario(
        [
            ("une rallonge sur {logo} stp", ASK_DAYS),
            ("5 jours. et comment on signale un client ?", "faq_report_buyer extension_ask_reason"),
            ("non 6 jours", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [6]},
    ),
}
REFUSED_THEN_PUT_RIGHT = {
    "too many days, then fewer": Scenario(
        [
            ("rajoute 60 jours à {logo}", "extension_days_out_of_range"),
            ("bon, 25", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        requests={"logo": [25]},
    ),
    "a number that is nobody's, then the right one": Scenario(
        [
            ("prolonge FO00AA11BB2 de 3 jours", "order_unknown extension_ask_order"),
            ("pardon {flyer}", ASK_REASON),
            ("mon scanner a lâché", CONFIRM),
            ("oui", RECEIPT),
        ],
        orders=2,
        requests={"flyer": [3]},
    ),
}
KINDS = {
    "late": LATE,
    "twice in a row": TWICE,
    "old value first or last": OLD_VALUE_FIRST_OR_LAST,
    "taken back": TAKEN_BACK,
    "something else started": SOMETHING_ELSE_STARTED,
    "mind changed": MIND_CHANGED,
    "at the confirmation": AT_THE_CONFIRMATION,
    "each value": EACH_VALUE,
    "given up at each step": GIVEN_UP_AT_EACH_STEP,
    "begun again": BEGUN_AGAIN,
    "inside a digression": INSIDE_A_DIGRESSION,
    "refused, then put right": REFUSED_THEN_PUT_RIGHT,
}
SCENARIOS = {f"{kind}: {name}": s for kind, table in KINDS.items() for name, s in table.items()}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_second_thoughts(seller: Any, scenario: Scenario) -> None:
    play(seller, scenario)


def test_two_values_corrected_at_once(seller: Any) -> None:
    play(
        seller,
        Scenario(
            [
                READY,
                ("non en fait {flyer} et 5 jours", CONFIRM),
                ("oui", RECEIPT),
            ],
            orders=2,
            requests={"flyer": [5]},
        ),
    )


def test_a_corrected_reason_is_what_the_client_reads(seller: Any) -> None:
    orders = play(
        seller,
        Scenario(
            [
                READY,
                ("la raison c'est que ma fille est à l'hôpital", CONFIRM),
                ("oui", RECEIPT),
            ],
            requests={"logo": [3]},
        ),
    )
    (request,) = seller.requests(orders["logo"])
    assert "hôpital" in request.reason and "scanner" not in request.reason


@pytest.mark.parametrize(
    "rude",
    ["parce que ce client est un connard", "t'es vraiment débile", "il me fait chier ce mec"],
)
def test_rude_words_never_become_the_reason(seller: Any, rude: str) -> None:
    order = seller.has_order()
    assert seller.says(f"rajoute 6 jours à {order.number}") == [ASK_REASON]
    assert seller.says(rude)[-1] == ASK_REASON
    assert seller.says("il manque des éléments du brief", "oui") == [RECEIPT]
    (request,) = seller.requests(order)
    assert request.reason == "il manque des éléments du brief"
