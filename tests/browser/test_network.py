"""Nothing lost, nothing twice: whatever happens to the connection, the page, or the token."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Route, WebSocketRoute, expect

pytestmark = pytest.mark.model

SOURCE = re.compile(r"Source : « (.+?) » — \S+")
"""On the screen the article's name is the link."""

QUESTION = "mon client ne répond plus"
TWO_QUESTIONS = "mon client ne répond plus, et c'est quoi mon taux d'exécution ?"
STREAM = re.compile("/stream$")


def shown_once(seen: Any) -> None:
    """Fails unless the screen shows what the server has, each message once and in its order."""
    stored = [re.sub(r"\s+", " ", text).strip() for _, text in seen.stored()]
    stored = [SOURCE.sub(r"Source : \1", text) for text in stored]
    expect(seen.panel.locator(".message")).to_have_count(len(stored))
    assert [re.sub(r" \(nouvelle fenêtre\)", "", text) for text in seen.texts()] == stored


def test_a_socket_killed_between_two_messages(visit: Callable[..., Any]) -> None:
    seen = visit().arrive().open()
    seen.say("où en sont mes commandes ?")  # a page that finds a conversation follows it at once
    before = seen.by("bot").count()
    ready: list[str] = []
    killed: list[str] = []

    def kill_after_first(client: WebSocketRoute) -> None:
        server = client.connect_to_server()
        client.on_message(server.send)

        def forward(frame: str | bytes) -> None:
            if killed and killed[-1] == "now":
                return
            client.send(frame)
            if '"type":"ready"' in str(frame):
                ready.append(client.url)
            told = '"author":"bot"' in str(frame) and '"message"' in str(frame)
            if ready and told and not killed:
                killed.append("now")
                client.close(code=1012)
                server.close()
                killed.append("done")

        server.on_message(forward)

    seen.page.route_web_socket(STREAM, kill_after_first)
    seen.arrive().open()
    seen.comes_about(lambda: ready)  # until then it polls, and may read both answers so
    seen.write(TWO_QUESTIONS)
    expect(seen.by("bot").nth(before + 1)).to_be_visible()
    seen.comes_about(lambda: killed == ["now", "done"])
    assert len([author for author, _ in seen.stored() if author == "bot"]) >= before + 2
    shown_once(seen)
    expect(seen.panel.locator(".typing")).to_be_hidden()


def test_where_sockets_are_blocked_it_reads(visit: Callable[..., Any]) -> None:
    seen = visit()
    opened: list[str] = []

    def block(client: WebSocketRoute) -> None:
        opened.append(client.url)
        client.close(code=1008)

    seen.page.route_web_socket(STREAM, block)
    seen.arrive().open()
    seen.write(QUESTION)
    expect(seen.by("bot").first).to_be_visible()
    seen.write("c'est quoi mon taux ?")
    expect(seen.by("bot").nth(1)).to_be_visible()
    expect(seen.panel.locator(".banner")).to_be_hidden()
    assert opened
    shown_once(seen)


def test_two_tabs_and_another_device_show_the_same(visit: Callable[..., Any]) -> None:
    first = visit().arrive().open()
    first.say(QUESTION)
    second = visit(first.seller, first.context).arrive().open()
    device = visit(first.seller).arrive().open()
    expect(second.by("bot")).to_have_count(first.by("bot").count())
    second.say("c'est quoi mon taux ?")
    expect(first.by("bot")).to_have_count(second.by("bot").count())  # say() counts on from here
    first.say("où en sont mes commandes ?")
    for one in (first, second, device):
        shown_once(one)
    assert first.texts() == second.texts() == device.texts()


def test_what_is_read_in_one_tab_is_read_in_the_other(visit: Callable[..., Any]) -> None:
    first = visit().arrive().open()
    first.say(QUESTION)
    second = visit(first.seller, first.context).arrive()
    badge = second.page.locator("seller-assistant .badge")
    first.say("c'est quoi mon taux ?")
    expect(badge).to_be_hidden()


def test_a_message_written_offline_waits_and_goes_out(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.expects_errors = True
    seen.arrive().open()
    seen.say(QUESTION)
    before = seen.stored()
    seen.context.set_offline(True)
    expect(seen.panel.locator(".banner")).to_contain_text("Pas de connexion")
    seen.write("c'est quoi mon taux ?")
    seen.write("et mes commandes ?")
    waiting = seen.panel.locator(".is-waiting")
    expect(waiting).to_have_count(2)
    expect(waiting.last).to_contain_text("En attente de connexion")
    assert seen.stored() == before
    kept = "() => Object.keys(localStorage).filter(key => key.includes(':outbox:')).length"
    assert seen.page.evaluate(kept) == 2
    seen.context.set_offline(False)
    expect(waiting).to_have_count(0)
    expect(seen.panel.locator(".banner")).to_be_hidden()
    expect(seen.by("bot").nth(2)).to_be_visible()
    sent = [text for author, text in seen.stored() if author == "seller"]
    assert sent == [QUESTION, "c'est quoi mon taux ?", "et mes commandes ?"]
    assert seen.page.evaluate(kept) == 0


def test_a_message_that_waits_survives_the_page(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.expects_errors = True
    seen.arrive().open()
    expect(seen.panel.locator(".suggestion").first).to_be_visible()  # it has read what there is
    seen.page.route(re.compile("/api/site/v1/conversations"), lambda route: route.abort())
    seen.write(QUESTION)
    expect(seen.panel.locator(".is-waiting")).to_have_count(1)
    assert seen.stored() == []
    seen.page.unroute_all()
    seen.arrive().open()
    expect(seen.by("bot").first).to_be_visible()
    assert [text for author, text in seen.stored() if author == "seller"] == [QUESTION]


def test_an_answer_lost_on_the_way_back_stores_once(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.expects_errors = True
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    seen.page.route(re.compile("/messages$"), lose_the_first)
    seen.arrive().open()
    seen.write(QUESTION)
    expect(seen.panel.locator(".is-waiting")).to_have_count(0)
    expect(seen.by("bot").first).to_be_visible()
    assert lost
    assert [text for author, text in seen.stored() if author == "seller"] == [QUESTION]
    shown_once(seen)


def test_an_expired_token_is_replaced_without_a_word(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.expects_errors = True  # Chromium reports every 401
    seen.arrive().open()
    seen.say(QUESTION)
    tokens = seen.paths.count("/demo/token")
    seen.server.clock.move(timedelta(minutes=6))
    seen.say("c'est quoi mon taux ?")
    assert seen.paths.count("/demo/token") > tokens
    expect(seen.panel.locator(".banner")).to_be_hidden()
    shown_once(seen)


def test_a_stream_outlives_its_token(
    visit: Callable[..., Any], short_token: Callable[..., str]
) -> None:
    seen = visit()
    given: list[str] = []

    def hand_out(route: Route) -> None:
        given.append(short_token(seen.seller, 33))  # 3 s before the server asks for the next
        route.fulfill(json={"token": given[-1]})

    sockets: list[Any] = []
    seen.page.on("websocket", lambda socket: sockets.append(socket))
    seen.page.route(re.compile("/demo/token$"), hand_out)
    seen.arrive().open()
    seen.say(QUESTION)
    sockets[0].wait_for_event("framesent", lambda frame: f'"token":"{given[-1]}"' in str(frame))
    assert len(given) >= 2
    seen.say(QUESTION)
    assert len(sockets) == 1


def test_a_session_that_ended_says_so_and_goes_on_after(visit: Callable[..., Any]) -> None:
    seen = visit()
    seen.expects_errors = True
    seen.arrive().open()
    seen.say(QUESTION)
    seen.page.route(re.compile("/demo/token$"), lambda route: route.fulfill(status=401, json={}))
    seen.server.clock.move(timedelta(minutes=6))
    seen.write("c'est quoi mon taux ?")
    banner = seen.panel.locator(".banner")
    expect(banner).to_contain_text("Votre session a expiré")
    expect(seen.panel.locator(".is-waiting")).to_have_count(1)
    seen.page.unroute_all()
    banner.get_by_role("button", name="Reprendre").click()
    expect(banner).to_be_hidden()
    expect(seen.by("bot").nth(1)).to_be_visible()
    shown_once(seen)


def test_another_seller_signs_in_and_finds_nothing_of_the_first(visit: Callable[..., Any]) -> None:
    first = visit()
    first.expects_errors = True
    first.arrive().open()
    first.say(QUESTION)
    other = visit()
    url = first.server.address
    first.context.add_cookies([{"name": "demo_seller", "value": other.seller.id, "url": url}])
    first.server.clock.move(timedelta(minutes=6))
    first.write("pour moi seule")
    expect(first.panel.locator(".suggestion").first).to_be_visible()
    assert first.texts() == []
    assert other.stored() == []
    assert [text for author, text in first.stored() if author == "seller"] == [QUESTION]


@pytest.mark.parametrize(("status", "code"), [(429, "too_many"), (503, "unavailable")])
def test_a_server_that_needs_time_is_given_it(
    visit: Callable[..., Any], status: int, code: str
) -> None:
    seen = visit()
    seen.expects_errors = True
    refused: list[int] = []

    def refuse_once(route: Route) -> None:
        if route.request.method != "POST" or refused:
            route.continue_()
            return
        refused.append(status)
        error = {"error": {"code": code, "message": "Un instant, s'il vous plaît."}}
        route.fulfill(status=status, json=error, headers={"Retry-After": "10"})

    seen.page.route(re.compile("/messages$"), refuse_once)
    seen.arrive().open()
    seen.write(QUESTION)
    expect(seen.panel.locator(".notice")).to_contain_text("Un instant")
    expect(seen.panel.locator(".banner")).to_contain_text(re.compile(r"reprend dans \d+ seconde"))
    expect(seen.by("bot").first).to_be_visible()
    expect(seen.panel.locator(".banner")).to_be_hidden()
    assert [text for author, text in seen.stored() if author == "seller"] == [QUESTION]


def test_a_message_the_server_cannot_take_is_kept_for_the_seller(
    visit: Callable[..., Any],
) -> None:
    seen = visit()
    seen.expects_errors = True
    error = {"error": {"code": "unreadable", "message": "Cette demande est illisible."}}
    seen.page.route(re.compile("/messages$"), lambda route: route.fulfill(status=422, json=error))
    seen.arrive().open()
    seen.write(QUESTION)
    refused = seen.panel.locator(".is-refused")
    expect(refused).to_contain_text("Cette demande est illisible")
    seen.page.unroute_all()
    refused.get_by_role("button", name="Modifier").click()
    expect(seen.field).to_have_value(QUESTION)
    expect(refused).to_have_count(0)
    before = seen.by("bot").count()
    seen.field.press("Enter")
    seen.answered(before)
