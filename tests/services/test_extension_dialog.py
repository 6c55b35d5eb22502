"""The extension dialog as a state machine: what it takes, asks, corrects and gives up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest

from bot.language.order_numbers import find_order_numbers
from bot.marketplace.extensions import open_extension
from bot.marketplace.orders import Order, OrderStatus
from bot.services import extension_dialog
from bot.services.answers import Understood
from bot.services.extension_draft import Draft, End, Progress, Situation, Step

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)  # a Monday


def order(number: str, title: str, days_left: float = 2, **more: object) -> Order:
    values: dict[str, object] = {
        "number": number,
        "seller_id": "s",
        "buyer_id": "b",
        "buyer_name": "Julie Martin",
        "title": title,
        "status": OrderStatus.IN_PROGRESS if days_left > 0 else OrderStatus.LATE,
        "placed_at": NOW - timedelta(days=5),
        "delivery_days": 7,
        "due_at": NOW + timedelta(days=days_left),
    }
    return Order(**{**values, **more})  # type: ignore[arg-type]


LOGO = order("FO21B8A4C9", "Logo pour une boulangerie")
SITE = order("FO77KK2201", "Site vitrine", 5)


@dataclass
class Dialog:
    """Plays a seller against the dialog."""

    orders: list[Order]
    in_hand: str | None = None
    draft: Draft = field(default_factory=Draft)
    last: Progress | None = None

    def says(
        self,
        text: str,
        intent: str = "request_extension",
        confidence: float = 0.9,
        choice: dict[str, object] | None = None,
    ) -> Progress:
        numbers = tuple(n.value for n in find_order_numbers(text))
        said = Understood(text, intent, confidence, numbers, choice=choice)
        situation = Situation(self.orders, NOW, self.in_hand)
        step = extension_dialog.begin if self.last is None else None
        self.last = (
            step(said, situation) if step else extension_dialog.advance(self.draft, said, situation)
        )
        if not self.last.interrupted:
            self.draft = self.last.draft
        return self.last

    def asks(self) -> list[str]:
        assert self.last is not None
        return [say.response for say in self.last.says]


def ready() -> Dialog:
    dialog = Dialog([LOGO, SITE])
    dialog.says("prolonge FO21B8A4C9 d'une semaine, je suis malade")
    assert dialog.asks() == ["extension_confirm"]
    return dialog


def test_the_first_sentence_may_say_everything() -> None:
    dialog = ready()
    assert dialog.draft.order_number == "FO21B8A4C9"
    assert dialog.draft.days == 7
    assert dialog.draft.reason == "je suis malade"
    assert dialog.says("oui", "affirm").end is End.CONFIRMED


@pytest.mark.parametrize(
    ("first", "asked", "days"),
    [
        ("prolongez ma commande", Step.ORDER, None),
        ("prolonge FO21B8A4C9", Step.DAYS, None),
        ("il me faut 3 jours de plus sur le logo", Step.REASON, 3),
        ("48h de plus pour FO21B8A4C9 svp", Step.REASON, 2),
        ("prolonge FO21B8A4C9 jusqu'à vendredi", Step.REASON, 2),
        ("ça fait 5 jours que j'attends les infos pour le logo, demande un délai", Step.DAYS, None),
    ],
)
def test_it_asks_only_for_what_is_missing(first: str, asked: Step, days: int | None) -> None:
    dialog = Dialog([LOGO, SITE])
    progress = dialog.says(first)
    assert progress.draft.asked is asked
    assert progress.draft.days == days


def test_the_only_extendable_order_needs_no_asking() -> None:
    dialog = Dialog([LOGO, order("FO11111111", "Livrée", status=OrderStatus.DELIVERED)])
    assert dialog.says("je voudrais une prolongation").draft.order_number == "FO21B8A4C9"


def test_the_order_in_hand_is_taken() -> None:
    dialog = Dialog([LOGO, SITE], in_hand="FO77KK2201")
    assert dialog.says("prolonge-la de 4 jours").draft.order_number == "FO77KK2201"


@pytest.mark.parametrize(
    ("correction", "days", "number"),
    [
        ("non plutôt 5 jours", 5, "FO21B8A4C9"),
        ("oui mais 5 jours", 5, "FO21B8A4C9"),
        ("5 jours, pas une semaine", 5, "FO21B8A4C9"),
        ("pas une semaine, 5 jours", 5, "FO21B8A4C9"),
        ("pas celle-là, l'autre", 7, "FO77KK2201"),
        ("non c'est FO77KK2201", 7, "FO77KK2201"),
    ],
)
def test_the_confirmation_can_be_corrected(correction: str, days: int, number: str) -> None:
    dialog = ready()
    progress = dialog.says(correction)
    assert progress.end is None
    assert dialog.asks() == ["extension_confirm"]
    assert (dialog.draft.days, dialog.draft.order_number) == (days, number)
    assert dialog.says("oui", "affirm").end is End.CONFIRMED


def test_no_at_the_confirmation_asks_what_to_change() -> None:
    dialog = ready()
    dialog.says("non", "deny")
    assert dialog.asks() == ["extension_ask_change"]
    dialog.says("", "change_extension", choice={"field": "days"})
    assert dialog.asks() == ["extension_ask_days"]
    dialog.says("4")
    assert dialog.draft.days == 4
    assert dialog.asks() == ["extension_confirm"]


@pytest.mark.parametrize("word", ["laisse tomber", "stop", "finalement non", "annule ça", "oublie"])
@pytest.mark.parametrize("first", ["prolongez ma commande", "prolonge FO21B8A4C9 de 3 jours"])
def test_it_can_be_given_up_at_any_point(word: str, first: str) -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says(first)
    assert dialog.says(word, "stop").end is End.GIVEN_UP


def test_a_question_interrupts_and_changes_nothing() -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says("prolonge FO21B8A4C9 de 3 jours")
    before = dialog.draft
    assert dialog.says("et il peut refuser ?", "faq_extension_rules").interrupted
    assert dialog.draft == before
    aside = Understood("et il peut refuser ?", "faq_extension_rules", 0.9)
    again = extension_dialog.resume(dialog.draft, aside, Situation(dialog.orders, NOW))
    assert [say.response for say in again.says] == ["extension_ask_reason"]


def test_a_reason_may_sound_like_a_question_of_the_faq() -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says("prolonge FO21B8A4C9 de 3 jours")
    dialog.says("mon client ne répond pas depuis lundi", "faq_buyer_unresponsive")
    assert dialog.draft.reason == "mon client ne répond pas depuis lundi"
    assert dialog.asks() == ["extension_confirm"]


def test_two_unusable_answers_end_it_kindly() -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says("prolonge FO21B8A4C9")
    dialog.says("bof", "nlu_fallback", 0.2)
    assert dialog.asks() == ["extension_not_usable_days", "extension_ask_days"]
    assert dialog.says("heu", "nlu_fallback", 0.2).end is End.NOT_UNDERSTOOD


def test_an_unknown_number_is_said_and_asked_again() -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says("prolonge FO99999999 de 3 jours")
    assert dialog.asks() == ["order_unknown", "extension_ask_order"]
    dialog.says("le site vitrine")
    assert dialog.draft.order_number == "FO77KK2201"
    assert dialog.draft.days == 3


def test_days_out_of_range_are_asked_again() -> None:
    dialog = Dialog([LOGO])
    dialog.says("prolonge FO21B8A4C9 de 60 jours")
    assert dialog.asks() == ["extension_days_out_of_range"]
    dialog.says("30")
    assert dialog.draft.days == 30


def test_a_date_that_stays_in_the_past_names_the_fewest_days() -> None:
    late = order("FO33333333", "Bannière", days_left=-3.5)
    dialog = Dialog([late])
    dialog.says("prolonge de 2 jours, panne internet")
    assert dialog.asks() == ["extension_date_still_past"]
    assert dialog.last is not None
    assert dialog.last.says[0].values["minimum"] == "4 jours"


@pytest.mark.parametrize(
    ("status", "response"),
    [
        (OrderStatus.DELIVERED, "extension_refused_delivered"),
        (OrderStatus.COMPLETED, "extension_refused_completed"),
        (OrderStatus.CANCELLED, "extension_refused_cancelled"),
        (OrderStatus.REQUIREMENTS_PENDING, "extension_refused_not_started"),
    ],
)
def test_a_refusal_says_why(status: OrderStatus, response: str) -> None:
    ended = order("FO44444444", "Carte", status=status, delivered_at=NOW, completed_at=NOW)
    dialog = Dialog([ended, SITE])
    progress = dialog.says("prolonge FO44444444 de 3 jours")
    assert progress.end is End.REFUSED
    assert dialog.asks() == [response]


def test_a_pending_request_is_refused_with_its_end() -> None:
    pending = open_extension(LOGO, request_id="e1", days=3, reason="malade", now=NOW)
    dialog = Dialog([pending, SITE])
    assert dialog.says("prolonge FO21B8A4C9 de 2 jours").end is End.REFUSED
    assert dialog.asks() == ["extension_refused_already_pending"]


def test_a_list_can_be_chosen_from_by_place_or_words() -> None:
    for words in ("la deuxième", "le site vitrine", "2"):
        dialog = Dialog([LOGO, SITE])
        dialog.says("je veux prolonger")
        assert dialog.draft.offered == ("FO21B8A4C9", "FO77KK2201")
        dialog.says(words)
        assert dialog.draft.order_number == "FO77KK2201", words


@pytest.mark.parametrize("naming", ["le site vitrine", "celle du site", "le site, 3 jours"])
def test_naming_an_order_is_no_reason(naming: str) -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says("il me faut plus de temps")
    dialog.says(naming, "nlu_fallback", 0.3)
    assert dialog.draft.order_number == SITE.number
    assert dialog.draft.reason is None


def test_several_orders_are_taken_one_after_another() -> None:
    dialog = Dialog([LOGO, SITE])
    progress = dialog.says("prolonge FO21B8A4C9 de 2 jours et FO77KK2201 de 4 jours")
    assert [say.response for say in progress.says] == [
        "extension_one_at_a_time",
        "extension_ask_reason",
    ]
    assert (dialog.draft.order_number, dialog.draft.days) == (LOGO.number, 2)
    assert dialog.draft.later == ((SITE.number, 4),)


def test_an_order_put_right_is_not_a_second_one() -> None:
    dialog = Dialog([LOGO, SITE])
    dialog.says("prolonge FO21B8A4C9, euh non FO77KK2201 de 4 jours")
    assert (dialog.draft.order_number, dialog.draft.days) == (SITE.number, 4)
    assert dialog.draft.later == ()


@pytest.mark.parametrize("word", ["ok", "oui", "ok merci", "vas-y"])
def test_nothing_is_sent_while_what_to_change_is_asked(word: str) -> None:
    dialog = ready()
    dialog.says("non", intent="deny")
    assert dialog.says(word, intent="affirm").end is None
    assert dialog.asks() == ["extension_ask_change"]
    dialog.says("plutôt 10 jours")
    assert dialog.asks() == ["extension_confirm"]
    assert dialog.says("ok", intent="affirm").end is End.CONFIRMED


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("en fait non, pas 7 jours, 10", 10),
        ("non, 3 au lieu de 7", 3),
        ("changez la durée : 4 au lieu de 7", 4),
        ("euh attendez finalement 5 jours plutôt", 5),
    ],
)
def test_what_corrects_the_days_is_no_reason(said: str, days: int) -> None:
    dialog = ready()
    dialog.says(said)
    assert (dialog.draft.days, dialog.draft.reason) == (days, "je suis malade")


def test_a_date_put_right_is_no_reason() -> None:
    dialog = ready()
    dialog.says("plutôt jusqu'à dimanche")
    assert dialog.draft.reason == "je suis malade"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("mets plutôt que j'ai un souci d'ordi", "j'ai un souci d'ordi"),
        ("la raison c'est plutôt que j'attends ses corrections", "j'attends ses corrections"),
        ("motif : accès WordPress toujours manquants", "accès WordPress toujours manquants"),
        ("dites que ma box est en panne", "ma box est en panne"),
    ],
)
def test_a_reason_called_by_name_replaces_the_one_given(said: str, reason: str) -> None:
    dialog = ready()
    dialog.says(said)
    assert (dialog.draft.days, dialog.draft.reason) == (7, reason)
