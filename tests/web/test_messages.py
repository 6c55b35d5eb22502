"""Nothing is lost and nothing comes twice, whatever happens to connections."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot.support.conversations import BUTTON_LIFE, MAX_MESSAGE_LENGTH
from bot.support.staff import Role, Staff
from tests.conversations.conftest import Seller, Server
from tests.web.conftest import SiteClient, Stream, stored_rows

pytestmark = pytest.mark.model


def numbers(messages: list[dict[str, Any]]) -> list[int]:
    return [message["number"] for message in messages]


def states(message: dict[str, Any]) -> list[str]:
    return [button["state"] for button in message["buttons"]]


def confirmation(client: SiteClient) -> dict[str, Any]:
    """Asks for an extension up to its confirmation, and returns that message."""
    order = client.seller.has_order()
    [asked] = client.asks(f"prolonge {order.number} de 3 jours, je déménage")
    assert asked["response"] == "extension_confirm"
    return asked


def test_a_message_resent_many_times_at_once_is_stored_and_answered_once(
    client: SiteClient,
) -> None:
    with ThreadPoolExecutor(8) as people:
        sent = list(people.map(lambda _: client.send("bonjour", "m1"), range(16)))
    assert {message["number"] for message in sent} == {1}
    client.answered(1)
    assert client.send("bonjour", "m1")["number"] == 1  # and long after
    assert [m["response"] for m in client.messages()] == [None, "talk_greet"]


def test_the_first_text_of_a_client_id_stays(client: SiteClient) -> None:
    client.send("bonjour", "m1")
    assert client.send("autre chose", "m1")["text"] == "bonjour"


def test_a_conversation_begun_twice_is_one(new_client: Callable[..., SiteClient]) -> None:
    client = new_client()
    with ThreadPoolExecutor(6) as people:
        answers = people.map(
            lambda _: client.call("POST", "/conversations", json={"client_id": "c1"}), range(6)
        )
        assert len({answer.json()["id"] for answer in answers}) == 1


def test_messages_are_replayed_from_a_cursor_in_pages(client: SiteClient) -> None:
    for text in ("bonjour", "merci", "au revoir"):
        client.asks(text)
    whole = client.messages()
    assert numbers(whole) == [1, 2, 3, 4, 5, 6]
    assert client.page(2, limit=3)["messages"] == whole[2:5]
    assert client.messages(6) == []
    assert client.page(6)["conversation"]["last_number"] == 6
    assert client.stream(after=4).until_answered(5) == whole[4:]


def test_two_streams_show_the_same_in_the_same_order(client: SiteClient) -> None:
    first = client.stream()
    client.send("bonjour")
    second = client.stream()
    for text in ("où en sont mes commandes ?", "merci", "mon client ne répond plus"):
        client.send(text)
        client.answered(client.page()["conversation"]["last_number"] - 1)
    last = client.page()["conversation"]["last_number"]
    for stream in (first, second):
        stream.until(lambda frame: frame.get("message", {}).get("number") == last)
    assert first.shown == second.shown == client.messages()
    assert numbers(first.messages) == numbers(second.messages)
    assert numbers(first.messages) == list(range(1, last + 1))


def test_a_stream_killed_between_two_bot_messages_misses_nothing(client: SiteClient) -> None:
    order = client.seller.has_order()
    stream = client.stream()
    client.send(f"statut {order.number}")
    client.answered(1)
    [request] = client.asks(f"et prolonge {order.number} de 3 jours, je suis malade")[-1:]
    client.press(request["buttons"][0]["token"])
    client.asks(f"statut {order.number}")  # the order, and then its pending extension
    whole = client.messages()
    pair = [m["number"] for m in whole if m["response"] == "order_extension_pending"][-1] - 1
    assert whole[pair - 1]["author"] == "bot"
    stream.until(lambda frame: frame.get("message", {}).get("number") == pair)
    stream.kill()
    again = client.stream(after=stream.messages[-1]["number"])
    again.until(lambda frame: frame.get("message", {}).get("number") == whole[-1]["number"])
    assert numbers(stream.messages) + numbers(again.messages) == numbers(whole)
    assert [m["text"] for m in (*stream.messages, *again.messages)] == [m["text"] for m in whole]


def test_typing_begins_after_the_question_and_ends_before_the_answer(client: SiteClient) -> None:
    stream = client.stream()
    client.send("bonjour")
    stream.until_answered(1)
    kinds = [
        frame["type"] if frame["type"] != "typing" else f"typing {frame['on']}"
        for frame in stream.frames
        if frame["type"] in ("typing", "message")
    ]
    # A turn may be too short to be seen; what is seen is in this order and ends.
    assert kinds in (
        ["message", "typing True", "typing False", "message"],
        ["message", "message"],
    )
    assert not client.page()["typing"]


def test_typing_ends_when_an_agent_takes_over(client: SiteClient) -> None:
    stream = client.stream()
    client.asks("bonjour")
    client.server.application.desk.claim(Staff("nora", "Nora", Role.AGENT), client.conversation)
    client.send("vous êtes là ?")
    stream.until(lambda frame: frame.get("state") == "human")
    stream.until(lambda frame: frame["type"] == "ping")  # nothing more happens
    assert not stream.typing
    authors = [message["author"] for message in stream.messages]
    assert authors == ["seller", "bot", "system", "seller"]  # the system says who took it


def test_a_used_button_and_its_neighbours_are_dead_everywhere(client: SiteClient) -> None:
    watching = client.stream()
    asked = confirmation(client)
    assert states(asked) == ["open", "open", "open"]
    watching.until_answered(1)
    assert states(watching.messages[-1]) == ["open", "open", "open"]
    client.press(asked["buttons"][0]["token"])
    update = watching.until(lambda frame: frame["type"] == "update")
    assert (update["message"]["number"], states(update["message"])) == (
        asked["number"],
        ["used", "inert", "inert"],
    )
    reloaded = client.messages()[asked["number"] - 1]
    assert reloaded == update["message"]
    polled = client.page(asked["number"])
    assert polled["updates"] == [reloaded]
    [seen_again] = [m for m in client.stream().until_answered(3) if m["number"] == 2]
    assert states(seen_again) == ["used", "inert", "inert"]


def test_buttons_are_inert_once_the_conversation_moved_on(client: SiteClient) -> None:
    asked = confirmation(client)
    watching = client.stream(after=asked["number"])
    client.asks("attendez, une question : comment marche une prolongation ?")
    update = watching.until(lambda frame: frame["type"] == "update")
    assert states(update["message"]) == ["inert", "inert", "inert"]
    assert states(client.messages()[1]) == ["inert", "inert", "inert"]


def test_a_dead_button_is_kept_and_said_kindly(client: SiteClient) -> None:
    asked = confirmation(client)
    client.press(asked["buttons"][2]["token"])
    client.answered(3)
    pressed = client.press(asked["buttons"][0]["token"])
    assert pressed["text"] == "Oui, envoyer la demande"
    assert client.messages(pressed["number"])[0]["response"] == "button_inactive"


def test_a_button_left_alone_for_a_day_is_inert(client: SiteClient) -> None:
    asked = confirmation(client)
    client.server.clock.move(BUTTON_LIFE + timedelta(minutes=1))
    assert states(client.messages()[asked["number"] - 1]) == ["inert", "inert", "inert"]


def test_a_press_resent_is_one_press(client: SiteClient) -> None:
    asked = confirmation(client)
    sent = [client.press(asked["buttons"][0]["token"], "p1")["number"] for _ in range(3)]
    client.answered(sent[0])
    assert len(set(sent)) == 1
    assert [m["response"] for m in client.messages(sent[0])] == ["extension_receipt"]


def test_a_notice_comes_by_itself(client: SiteClient) -> None:
    order = client.seller.has_order()
    [asked] = client.asks(f"prolonge {order.number} de 5 jours, le brief a doublé")
    client.press(asked["buttons"][0]["token"])
    client.answered(3)
    stream = client.stream(after=4)
    client.server.marketplace.answer_extension(order.number, accept=False)
    (request,) = client.seller.requests(order)
    client.server.application.jobs.extension_changed(request.id)
    client.server.run_jobs()
    notice = stream.until(lambda frame: frame["type"] == "message")["message"]
    assert (notice["number"], notice["author"], notice["response"]) == (
        5,
        "bot",
        "notice_extension_refused",
    )
    assert states(notice) == ["open"]
    assert client.messages(4) == [notice]


def test_what_the_rest_contract_answers_is_seen_on_the_site(client: SiteClient) -> None:
    stream = client.stream()
    client.seller.post("bonjour", label=client.conversation)
    assert [m["author"] for m in stream.until_answered(1)] == ["seller", "bot"]


def test_a_message_of_a_crashed_process_is_answered_and_pushed(client: SiteClient) -> None:
    from bot.services.ports import IncomingMessage

    stream = client.stream()
    store, clock = client.server.application.store, client.server.clock
    incoming = IncomingMessage("bonjour", "lost")
    accepted = store.accept(client.conversation, incoming, "a process that died", clock.now())
    assert accepted.turn is not None
    clock.move(timedelta(minutes=2))  # its lease is over
    assert [m["author"] for m in stream.until_answered(1)] == ["seller", "bot"]


@pytest.fixture(scope="module")
def patient_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits a moment for the rest of what is being typed."""
    running = Server(tmp_path_factory.mktemp("patient"), ASSISTANT_BURST_SECONDS="3")
    running.start()
    yield running
    running.stop()


def test_a_burst_is_read_together(patient_server: Server) -> None:
    client = SiteClient(patient_server, Seller(patient_server)).begin()
    for part in ("bonjour", "mon client", "répond plus depuis 8 jours"):
        client.send(part)
    assert [m["response"] for m in client.answered(3)] == ["faq_buyer_unresponsive"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"client_id": "m", "text": ""}, "text_empty"),
        ({"client_id": "m", "text": " \n\u200b "}, "text_empty"),
        ({"client_id": "m", "text": "//"}, "text_empty"),
        ({"client_id": "m", "text": "x" * (MAX_MESSAGE_LENGTH + 1)}, "text_too_long"),
        ({"client_id": "m", "text": "\ud800"}, "unreadable"),
        ({"client_id": "m", "text": 3}, "unreadable"),
        ({"client_id": "m", "text": float("nan")}, "unreadable"),
        ({"client_id": "m", "text": "a", "button": "b"}, "unreadable"),
        ({"client_id": "m", "text": "a", "seller": "lea"}, "unreadable"),
        ({"client_id": "m"}, "unreadable"),
        ({"client_id": "m\n", "text": "a"}, "unreadable"),
        ({"client_id": "é", "text": "a"}, "unreadable"),
        ({"client_id": "m" * 65, "text": "a"}, "unreadable"),
        ({"text": "a"}, "unreadable"),
        ({"client_id": "m", "button": ""}, "unreadable"),
        ([], "unreadable"),
        (None, "unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_kindly_and_not_stored(
    client: SiteClient, body: Any, code: str
) -> None:
    before = stored_rows(client.server)
    content = json.dumps(body).encode()
    answer = client.call("POST", f"{client.path}/messages", content=content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert stored_rows(client.server) == before


def test_a_body_that_is_too_large_is_refused(client: SiteClient) -> None:
    before = stored_rows(client.server)
    body = {"client_id": "m", "text": "é" * 70_000}
    for path in (f"{client.path}/messages", f"{client.path}/rating", "/conversations"):
        answer = client.call("POST", path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert stored_rows(client.server) == before


def test_the_longest_message_is_taken_whole(client: SiteClient) -> None:
    text = ("mon client " * 400)[:MAX_MESSAGE_LENGTH].strip()
    assert client.send(text)["text"] == text


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1&after=2", "limit=0", "limit=201", "after=99999999999"])  # fmt: skip
def test_a_cursor_that_is_no_number_is_refused(client: SiteClient, query: str) -> None:
    answer = client.call("GET", f"{client.path}/messages?{query}")
    assert answer.status_code == 422


def test_personal_data_is_masked_before_it_is_stored(client: SiteClient) -> None:
    sent = client.send("mon iban est FR76 3000 6000 0112 3456 7890 189")
    assert "3000 6000" not in sent["text"]
    assert client.messages()[0]["text"] == sent["text"]


def test_past_conversations_are_listed_newest_first(new_client: Callable[..., SiteClient]) -> None:
    client = new_client().begin("old")
    client.asks("bonjour")
    old = client.conversation
    client.server.clock.move(timedelta(seconds=5))
    client.begin("new")
    listed = client.call("GET", "/conversations").json()["conversations"]
    assert [(c["id"], c["last_number"]) for c in listed] == [(client.conversation, 0), (old, 2)]
    assert listed[1]["preview"].startswith("Bonjour")
    client.server.clock.move(timedelta(seconds=5))
    client.conversation = old
    client.asks("merci")
    listed = client.call("GET", "/conversations").json()["conversations"]
    assert [c["rated"] for c in listed] == [False, False]
    assert listed[0]["id"] == old
    assert client.begin("old").conversation == old


def test_a_stream_left_idle_is_kept_alive(client: SiteClient) -> None:
    stream: Stream = client.stream()
    stream.until(lambda frame: frame["type"] == "ping")
    client.asks("bonjour")
    assert [m["author"] for m in stream.until_answered(1)] == ["seller", "bot"]
