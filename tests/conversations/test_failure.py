"""What breaks is told truthfully, nothing is done twice, and afterwards it goes on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.errors import MarketplaceUnavailable, OutcomeUnknown, StorageError

pytestmark = pytest.mark.model

WHY = "mon écran est parti en réparation"
NOT_SENT = ("marketplace_unavailable_extension", "extension_not_sent")


def asks_to_confirm(seller: Any, order: Any, days: int = 3) -> None:
    said = seller.says(f"ajoutez {days} jours à la {order.number} svp, {WHY}")
    assert said == ["extension_confirm"]


def try_to_post(seller: Any, text: str, message_id: str) -> httpx.Response:
    """Posts like ``seller.post``, and also returns what is no answer."""
    return httpx.post(
        f"{seller.server.address}/webhooks/rest/webhook",
        json={"sender": seller.label, "message": text, "message_id": message_id},
        headers={"Authorization": f"Bearer {seller.server.token(seller.id)}"},
        timeout=60,
    )


def claims_nothing(response: httpx.Response) -> bool:
    return response.status_code == 503 and set(response.json()) == {"error"}


def new_id() -> str:
    return f"m-{uuid.uuid4().hex}"


class Failing:
    """Stands for a method that fails ``times`` times, or until ``repaired``."""

    def __init__(self, works: Callable[..., Any], error: Exception, times: int = 1_000_000) -> None:
        self._works = works
        self._error = error
        self.left = times
        self.failed = 0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if self.left > 0:
            self.left -= 1
            self.failed += 1
            raise self._error
        return self._works(*arguments, **named)

    def repaired(self) -> None:
        self.left = 0


@pytest.fixture
def breaks(server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Failing]:
    """Makes a method of the store or the marketplace fail."""

    def break_it(part: Any, name: str, error: Exception, **options: int) -> Failing:
        failing = Failing(getattr(part, name), error, **options)
        monkeypatch.setattr(part, name, failing)
        return failing

    return break_it


# The marketplace does not answer.


@pytest.mark.parametrize(
    "question",
    ["elle en est où la {number} ?", "la liste de mes commandes en cours svp", "mon taux actuel ?"],
)
def test_unreachable_is_said_and_nothing_invented(server: Any, seller: Any, question: str) -> None:
    order = seller.has_order()
    server.marketplace.unreachable.add(seller.id)
    said = seller.says(question.format(number=order.number))
    assert said == ["marketplace_unavailable"]
    assert order.title not in seller.last.text
    server.marketplace.unreachable.discard(seller.id)
    (*_, now_said) = seller.says(question.format(number=order.number))
    assert now_said in ("order_in_progress", "order_only_current", "rate_none")


def test_what_needs_no_marketplace_is_answered_meanwhile(server: Any, seller: Any) -> None:
    seller.has_order()
    server.marketplace.unreachable.add(seller.id)
    assert seller.says("bonjour à toute l'équipe") == ["talk_greet"]
    assert seller.says("les acheteurs voient mon taux d'exécution ?") == [
        "faq_completion_rate_visibility"
    ]
    assert seller.says("mettez-moi en relation avec un conseiller") == ["human_requested"]


def test_unreachable_at_the_first_sentence(server: Any, seller: Any) -> None:
    order = seller.has_order()
    server.marketplace.unreachable.add(seller.id)
    said = seller.says(f"ajoutez 3 jours à la {order.number} svp, {WHY}")
    assert said == ["marketplace_unavailable_extension"]
    server.marketplace.unreachable.discard(seller.id)
    assert "extension_receipt" not in seller.says("oui")
    assert seller.requests(order) == []
    asks_to_confirm(seller, order)
    assert seller.says("oui") == ["extension_receipt"]
    assert len(seller.requests(order)) == 1


def test_unreachable_in_the_middle_of_the_form(server: Any, seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"lance une prolongation sur {order.number}") == ["extension_ask_days"]
    server.marketplace.unreachable.add(seller.id)
    assert seller.says("6 jours") == ["marketplace_unavailable_extension"]
    server.marketplace.unreachable.discard(seller.id)
    assert seller.requests(order) == []
    asks_to_confirm(seller, order, days=6)


def test_unreachable_at_the_confirmation(server: Any, seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    server.marketplace.unreachable.add(seller.id)
    (said,) = seller.says("oui")
    assert said in NOT_SENT
    server.marketplace.unreachable.discard(seller.id)
    server.clock.move(timedelta(minutes=5))
    server.run_jobs()
    assert seller.requests(order) == []
    asks_to_confirm(seller, order)
    assert seller.says("oui") == ["extension_receipt"]
    assert len(seller.requests(order)) == 1


def test_unreachable_just_when_it_is_sent(
    server: Any, seller: Any, breaks: Callable[..., Failing]
) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    gone = breaks(server.marketplace, "request_extension", MarketplaceUnavailable("gone"))
    assert seller.says("oui") == ["extension_not_sent"]
    gone.repaired()
    server.clock.move(timedelta(minutes=5))
    server.run_jobs()
    assert seller.requests(order) == []
    again = seller.presses("Réessayer")
    if again == ["extension_ask_days"]:
        again = seller.says("3 jours", WHY)
    assert again == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [3]


# The marketplace acts, and its answer is lost.


def test_an_unknown_outcome_is_told_and_settled_later(server: Any, seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    server.marketplace.silent.add(seller.id)
    assert seller.says("oui") == ["extension_outcome_unknown"]
    server.marketplace.silent.discard(seller.id)
    server.clock.move(timedelta(minutes=2))
    server.run_jobs()
    said = seller.says("alors, ça a marché ?")
    assert said.count("extension_receipt") == 1
    assert len(seller.requests(order)) == 1
    assert "extension_receipt" not in seller.says("merci")


def test_a_long_silence_is_asked_about_again_and_again(server: Any, seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    server.marketplace.silent.add(seller.id)
    assert seller.says("oui") == ["extension_outcome_unknown"]
    for _ in range(3):
        server.clock.move(timedelta(minutes=40))
        server.run_jobs()
        assert "extension_receipt" not in seller.says("merci")
    server.marketplace.silent.discard(seller.id)
    server.clock.move(timedelta(minutes=40))
    server.run_jobs()
    assert seller.says("merci").count("extension_receipt") == 1
    assert len(seller.requests(order)) == 1


def test_nothing_was_done_behind_an_unknown_outcome(
    server: Any, seller: Any, breaks: Callable[..., Failing]
) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    lost = breaks(server.marketplace, "request_extension", OutcomeUnknown("the line was cut"))
    assert seller.says("oui") == ["extension_outcome_unknown"]
    assert seller.requests(order) == []
    lost.repaired()
    server.clock.move(timedelta(minutes=2))
    server.run_jobs()
    assert seller.says("merci").count("extension_receipt") == 1
    assert [request.days for request in seller.requests(order)] == [3]


def test_asked_for_again_while_the_outcome_is_unknown(server: Any, seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    server.marketplace.silent.add(seller.id)
    assert seller.says("oui") == ["extension_outcome_unknown"]
    again = seller.says(f"ajoutez 3 jours à la {order.number} svp, {WHY}", "oui")
    assert "extension_receipt" not in again
    server.marketplace.silent.discard(seller.id)
    server.clock.move(timedelta(minutes=2))
    server.run_jobs()
    seller.says("merci")
    assert len(seller.requests(order)) == 1


def test_the_client_answers_while_the_outcome_is_unknown(server: Any, seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    server.marketplace.silent.add(seller.id)
    assert seller.says("oui") == ["extension_outcome_unknown"]
    server.marketplace.answer_extension(order.number, True)
    server.marketplace.silent.discard(seller.id)
    server.clock.move(timedelta(minutes=2))
    server.run_jobs()
    assert "notice_extension_accepted" in seller.says("merci")
    assert seller.order(order).due_at == order.due_at + timedelta(days=3)


# The seller, or the network, says things twice.


def test_a_resend_gets_the_same_answer_and_does_nothing_twice(seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    message_id = new_id()
    first = seller.post("oui", message_id=message_id)
    second = seller.post("oui", message_id=message_id)
    assert first.ids == ["extension_receipt"]
    assert first.messages == second.messages
    assert len(seller.requests(order)) == 1


def test_a_resend_in_the_middle_does_not_move_the_form(seller: Any) -> None:
    order = seller.has_order()
    assert seller.says(f"lance une prolongation sur {order.number}") == ["extension_ask_days"]
    message_id = new_id()
    first = seller.post("6 jours", message_id=message_id)
    assert first.ids == ["extension_ask_reason"]
    assert seller.post("6 jours", message_id=message_id).messages == first.messages
    assert seller.says(WHY, "oui") == ["extension_receipt"]
    assert [request.reason for request in seller.requests(order)] == [WHY]


def test_yes_twice_is_one_request(seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    assert seller.says("oui") == ["extension_receipt"]
    assert seller.says("oui") == ["talk_affirm"]
    assert len(seller.requests(order)) == 1


@pytest.mark.parametrize("same_id", [True, False])
def test_yes_many_times_at_once_is_one_request(seller: Any, same_id: bool) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    one = new_id()
    ids = [one if same_id else new_id() for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda each: try_to_post(seller, "oui", each), ids))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(seller.requests(order)) == 1
    if same_id:
        assert all(answer.json() == answers[0].json() for answer in answers)


def test_a_used_button_is_inert(seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    (token,) = (token for title, token in seller.last.buttons.items() if title.startswith("Oui"))
    assert seller.post(token).ids == ["extension_receipt"]
    assert seller.post(token).ids == ["button_inactive"]
    assert len(seller.requests(order)) == 1


def test_the_button_after_the_word_is_one_request(seller: Any) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    (token,) = (token for title, token in seller.last.buttons.items() if title.startswith("Oui"))
    assert seller.says("oui") == ["extension_receipt"]
    assert "extension_receipt" not in seller.post(token).ids
    assert len(seller.requests(order)) == 1


# The database breaks in the middle of the form.


@pytest.fixture
def redo_once(server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the server redo what waits once, while the next post waits for it.

    Left to itself it may do so between two posts, and use up a failure that nobody is told of.
    """
    conversations = server.application.conversations
    recover = conversations.recover
    allowed: list[bool] = []

    async def recover_once() -> int:
        if not allowed or not conversations._turns.awaited._waiting:
            return 0
        allowed.clear()
        started = int(await recover())
        if not started:
            allowed.append(True)  # at the next try
        return started

    monkeypatch.setattr(conversations, "recover", recover_once)
    return lambda: allowed.append(True)


@pytest.mark.parametrize("times", [1, 4])
def test_a_turn_that_cannot_be_stored_claims_nothing_and_is_redone(
    server: Any,
    seller: Any,
    breaks: Callable[..., Failing],
    redo_once: Callable[[], None],
    times: int,
) -> None:
    order = seller.has_order()
    assert seller.says(f"lance une prolongation sur {order.number}") == ["extension_ask_days"]
    failing = breaks(server.application.store, "commit_turn", StorageError("full"), times=times)
    message_id = new_id()
    assert claims_nothing(try_to_post(seller, "6 jours", message_id))
    for _ in range(times - 1):
        redo_once()
        assert claims_nothing(try_to_post(seller, "6 jours", message_id))
    assert failing.failed == times
    redo_once()
    assert seller.post("6 jours", message_id=message_id).ids == ["extension_ask_reason"]
    assert seller.says(WHY) == ["extension_confirm"]
    assert seller.says("oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [6]


def test_a_yes_that_cannot_be_stored_is_one_request(
    server: Any, seller: Any, breaks: Callable[..., Failing], redo_once: Callable[[], None]
) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    failing = breaks(server.application.store, "commit_turn", StorageError("full"), times=2)
    message_id = new_id()
    assert claims_nothing(try_to_post(seller, "oui", message_id))
    redo_once()
    assert claims_nothing(try_to_post(seller, "oui", message_id))
    assert failing.failed == 2
    redo_once()
    assert seller.post("oui", message_id=message_id).ids == ["extension_receipt"]
    assert len(seller.requests(order)) == 1


def test_a_message_that_cannot_be_stored_leaves_the_form_where_it_was(
    server: Any, seller: Any, breaks: Callable[..., Failing]
) -> None:
    order = seller.has_order()
    assert seller.says(f"lance une prolongation sur {order.number}") == ["extension_ask_days"]
    down = breaks(server.application.store, "accept", StorageError("no connection"))
    assert claims_nothing(try_to_post(seller, "tant pis, oublie ça", new_id()))
    down.repaired()
    assert seller.says("5 jours") == ["extension_ask_reason"]
    assert seller.says(WHY, "oui") == ["extension_receipt"]
    assert [request.days for request in seller.requests(order)] == [5]


def test_an_effect_that_cannot_be_written_down_is_not_carried_out(
    server: Any, seller: Any, breaks: Callable[..., Failing]
) -> None:
    order = seller.has_order()
    asks_to_confirm(seller, order)
    down = breaks(server.application.store, "open_effect", StorageError("read only"))
    message_id = new_id()
    assert claims_nothing(try_to_post(seller, "oui", message_id))
    assert seller.requests(order) == []
    down.repaired()
    assert seller.post("oui", message_id=message_id).ids == ["extension_receipt"]
    assert len(seller.requests(order)) == 1


def test_other_conversations_go_on_after_the_database_was_away(
    server: Any, new_seller: Callable[[], Any], breaks: Callable[..., Failing]
) -> None:
    sellers = [new_seller() for _ in range(3)]
    orders = [seller.has_order() for seller in sellers]
    for seller, order in zip(sellers, orders):
        asks_to_confirm(seller, order)
    down = breaks(server.application.store, "commit_turn", StorageError("away"))
    ids = [new_id() for _ in sellers]
    for seller, message_id in zip(sellers, ids):
        assert claims_nothing(try_to_post(seller, "oui", message_id))
    down.repaired()
    for seller, message_id in zip(sellers, ids):
        assert seller.post("oui", message_id=message_id).ids == ["extension_receipt"]
    assert [len(seller.requests(order)) for seller, order in zip(sellers, orders)] == [1, 1, 1]
