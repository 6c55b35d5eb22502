"""Going back in the extension dialog: to what was said before, and past what was not understood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.marketplace.orders import CancellationRequest, Party
from bot.services.extension_draft import Draft, End, Step
from bot.services.extensions import draft_from, slots_from
from tests.services.test_extension_dialog import LOGO, NOW, SITE, Dialog, order

BRASSERIE = order("FO2MANY001", "Logo d'une brasserie")
YOGA = order("FO2MANY000", "Logo d'un studio de yoga", 3)


def ready(*orders: object) -> Dialog:
    dialog = Dialog(list(orders) or [LOGO, SITE])  # type: ignore[arg-type]
    first = dialog.orders[0].number
    dialog.says(f"prolonge {first} de 4 jours parce que l'écran de mon PC a lâché")
    assert dialog.asks() == ["extension_confirm"]
    return dialog


def test_the_first_reason_again() -> None:
    dialog = ready()
    first = dialog.draft.reason
    dialog.says("non la raison c'est la grippe")
    assert dialog.draft.reason == "la grippe"
    dialog.says("non, garde la première raison", "out_of_scope")
    assert dialog.draft.reason == first
    assert dialog.asks() == ["extension_confirm"]
    dialog.says("remets la grippe", "out_of_scope")
    assert dialog.draft.reason == "la grippe"


def test_the_days_before_were_right() -> None:
    dialog = ready()
    dialog.says("plutôt 5 jours")
    assert dialog.draft.days == 5
    dialog.says("non non 4 c'était bien", "nlu_fallback", 0.3)
    assert dialog.draft.days == 4
    assert dialog.asks() == ["extension_confirm"]


def test_what_was_changed_last_as_it_was() -> None:
    dialog = ready(BRASSERIE, YOGA)
    dialog.says("pas la brasserie, le yoga", "out_of_scope", 0.8)
    assert dialog.draft.order_number == YOGA.number
    dialog.says("en fait remets comme avant", "nlu_fallback", 0.3)
    assert dialog.draft.order_number == BRASSERIE.number


def test_back_to_the_order_by_its_name() -> None:
    dialog = ready(BRASSERIE, YOGA)
    dialog.says("non, plutôt le yoga")
    dialog.says("remettez la brasserie", "order_status", 0.8)
    assert dialog.draft.order_number == BRASSERIE.number


def test_one_word_of_the_reason_put_right() -> None:
    dialog = ready()
    dialog.says("c'est pas l'écran, c'est la carte graphique", "out_of_scope", 0.7)
    assert dialog.draft.reason and "la carte graphique de mon PC a lâché" in dialog.draft.reason


def test_a_value_cleared_by_its_button_can_come_back() -> None:
    dialog = ready()
    dialog.says("La raison", "change_extension", choice={"field": "reason"})
    assert dialog.asks() == ["extension_ask_reason"]
    dialog.says("laissez la première raison", "nlu_fallback", 0.4)
    assert dialog.asks() == ["extension_confirm"]
    assert dialog.draft.reason and "PC a lâché" in dialog.draft.reason


def test_nothing_earlier_is_nothing_to_go_back_to() -> None:
    dialog = ready()
    before = dialog.draft
    dialog.says("remets la première raison", "out_of_scope", 0.7)
    assert dialog.draft.reason == before.reason and dialog.draft.days == before.days
    assert dialog.last is not None and dialog.last.end is None


def test_the_most_there_is() -> None:
    dialog = Dialog([LOGO])
    dialog.says("prolonge le logo, panne de PC")
    assert dialog.draft.asked is Step.DAYS
    dialog.says("alors le maximum")
    assert dialog.draft.days == 30


def test_who_asks_for_a_cancellation_is_named_before_the_request_goes() -> None:
    asked = CancellationRequest(Party.BUYER, NOW, NOW + timedelta(days=2))
    dialog = Dialog([order("48401", "Migration", cancellation_request=asked)])
    dialog.says("prolonge 48401 de 3 jours, il manque les accès")
    assert dialog.asks() == ["extension_cancellation_asked", "extension_confirm"]
    dialog.says("plutôt 4 jours")
    assert dialog.asks() == ["extension_confirm"]


def test_a_draft_is_kept_with_what_it_was_before() -> None:
    dialog = ready()
    dialog.says("plutôt 5 jours")
    assert draft_from(slots_from(dialog.draft)) == dialog.draft
    assert draft_from({"extension_draft": {"asked": "days"}}) == Draft(asked=Step.DAYS)


def test_what_stands_beside_it_counts_too() -> None:
    dialog = ready(BRASSERIE, YOGA)
    dialog.says("non, plutôt le yoga")
    dialog.says("laisse la commande d'avant, mais 6 jours", "nlu_fallback", 0.3)
    assert (dialog.draft.order_number, dialog.draft.days) == (BRASSERIE.number, 6)


def asked_why_again() -> Dialog:
    dialog = ready()
    dialog.says("plutôt 3 jours")
    dialog.says("La raison", "change_extension", choice={"field": "reason"})
    assert dialog.asks() == ["extension_ask_reason"]
    return dialog


@pytest.mark.parametrize(
    "reason",
    [
        "je garde ma fille malade",
        "je reviens d'arrêt maladie, j'ai pris du retard sur la commande",
        "le client m'a laissé sans accès à l'écran de contrôle",
    ],
)
def test_a_reason_that_sounds_like_going_back(reason: str) -> None:
    dialog = asked_why_again()
    dialog.says(reason, "nlu_fallback", 0.3)
    assert (dialog.draft.days, dialog.draft.reason) == (3, reason)


def test_nothing_rude_gets_into_the_reason_by_putting_it_right() -> None:
    dialog = ready()
    before = dialog.draft.reason
    dialog.says("c'est pas l'écran, c'est ce connard de client", "out_of_scope", 0.7)
    assert dialog.draft.reason == before


def test_another_order_and_other_days_are_not_words_of_the_reason() -> None:
    flyer = order("FO44FLYER0", "Flyer pour un food truck")
    dialog = Dialog([LOGO, flyer])
    dialog.says(
        "prolonge FO21B8A4C9 de 10 jours parce que le client a changé le logo pour 10 jours"
    )
    before = dialog.draft.reason
    dialog.says("non pas le logo, le flyer")
    assert (dialog.draft.order_number, dialog.draft.reason) == (flyer.number, before)
    dialog.says("non pas 10 jours, 5 jours")
    assert (dialog.draft.days, dialog.draft.reason) == (5, before)


def test_the_date_as_it_was_agreed_wants_no_more_time() -> None:
    dialog = ready()
    dialog.says("plutôt 5 jours")
    progress = dialog.says("non on garde la date initiale", "nlu_fallback", 0.3)
    assert progress.end is End.GIVEN_UP
