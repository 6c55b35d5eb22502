"""Cards and threads follow the conversation, whichever surface a change comes from."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.support.accounts import DEMO_PASSWORD
from bot.support.conversations import Author, ConversationState
from bot.support.desk import Outcome
from bot.support.staff import Role, Staff
from tests.slack import slack_server
from tests.slack.conftest import TEAM, URGENT, Office, on_both_engines

pytestmark = on_both_engines

NORA, SAM = Staff("nora", "Nora", Role.AGENT), Staff("sam", "Sam", Role.AGENT)


def card(office: Office, place: int = 0) -> dict[str, Any]:
    return [m for m in office.server.posted if not m.get("thread_ts")][place]


def lines(office: Office) -> list[str]:
    return [message["text"] for message in office.server.thread(card(office)["ts"])]


def elements(office: Office) -> dict[str, dict[str, Any]]:
    [actions] = [b for b in card(office)["blocks"] if b["type"] == "actions"]
    return {
        each["action_id"]: {**each, "block_id": actions["block_id"]} for each in actions["elements"]
    }


def press(
    office: Office, user: str, action: str, chosen: str = "", element: dict[str, Any] | None = None
) -> None:
    element = element or elements(office)[action]
    pressed = {"action_id": action, "block_id": element["block_id"], "type": element["type"]}
    if chosen:
        pressed["selected_option"] = {"value": chosen}
    office.interaction(
        {
            "type": "block_actions",
            "user": {"id": user},
            "channel": {"id": card(office)["channel"]},
            "message": {"ts": card(office)["ts"]},
            "actions": [pressed],
        }
    )
    office.work()


def write(office: Office, user: str, text: str, **more: Any) -> str:
    """Somebody writes in the card's thread; returns where."""
    ts = office.server.next_ts()
    message = {"user": user, "text": text, "ts": ts, "thread_ts": card(office)["ts"], **more}
    channel = card(office)["channel"]
    office.event({"type": "message", "channel": channel, "channel_type": "channel", **message})
    office.work()
    return ts


def change(office: Office, subtype: str, user: str, ts: str, before: str, after: str = "") -> None:
    """Somebody edits or deletes what they wrote."""
    old = {"user": user, "text": before, "ts": ts, "thread_ts": card(office)["ts"]}
    event = {
        "type": "message",
        "subtype": subtype,
        "channel": card(office)["channel"],
        "previous_message": old,
    }
    if subtype == "message_changed":
        event["message"] = {**old, "text": after, "edited": {"ts": office.server.next_ts()}}
    office.event(event)
    office.work()


def state(office: Office, one: str) -> ConversationState:
    return office.application.inbox.case(one).conversation.state


def told(office: Office) -> list[tuple[str, str]]:
    return [(each["user"], each["text"]) for each in office.server.ephemeral]


def test_a_card_says_who_waits_and_why(office: Office) -> None:
    office.waiting("je veux <un> humain & vite", order_number="FO21B8A4C9")
    office.work()
    shown = str(card(office)["blocks"])
    for said in (
        "Léa Martin",
        "FO21B8A4C9",
        "demande du vendeur",
        "<!date^",
        "je veux &lt;un&gt; humain &amp; vite",
    ):
        assert said in shown
    assert "Je transmets votre demande." not in shown, "what a person said, not the bot's answer"
    assert set(elements(office)) == {"case_claim", "case_priority", "case_open"}
    assert elements(office)["case_open"]["url"].startswith(
        "https://console.example.com/console/conversations/"
    )
    assert lines(office)[0].endswith("je veux &lt;un&gt; humain &amp; vite")


def test_urgent_cases_go_to_their_channel(office: Office) -> None:
    office.waiting(facts={"danger": True})
    office.waiting()
    office.work()
    assert {card(office, 0)["channel"], card(office, 1)["channel"]} == {TEAM, URGENT}


def test_claimed_and_resolved_in_slack(office: Office) -> None:
    one = office.waiting()
    office.work()
    press(office, "U0NORA", "case_claim")
    assert office.application.inbox.case(one).holder.id == "nora"  # type: ignore[union-attr]
    assert "prise en charge par Nora" in str(card(office)["blocks"])
    press(office, "U0NORA", "case_priority", "urgent")
    assert office.application.inbox.case(one).prioritised == "urgent"
    press(office, "U0NORA", "case_resolve", "solved")
    assert state(office, one) is ConversationState.RESOLVED
    assert "résolue : Problème réglé" in str(card(office)["blocks"])
    assert set(elements(office)) == {"case_open"}
    assert told(office) == []


def test_the_card_changes_whatever_surface_it_came_from(office: Office) -> None:
    one = office.waiting()
    office.work()
    office.application.desk.claim(SAM, one)
    office.work()
    assert "prise en charge par Sam" in str(card(office)["blocks"])
    office.application.desk.resolve(SAM, one, Outcome.ANSWERED)
    office.work()
    assert "résolue : Répondu" in str(card(office)["blocks"])
    assert len([m for m in office.server.posted if not m.get("thread_ts")]) == 1


def test_a_stale_click_is_harmless_and_says_who_holds_it(office: Office) -> None:
    one = office.waiting()
    office.work()
    old = elements(office)["case_claim"]
    office.application.desk.claim(SAM, one)
    press(office, "U0NORA", "case_claim", element=old)
    office.application.desk.resolve(SAM, one, Outcome.ANSWERED)
    press(office, "U0NORA", "case_claim", element=old)
    assert state(office, one) is ConversationState.RESOLVED
    assert [text for _, text in told(office)] == [
        "Sam a cette conversation en charge. Rien n'a été changé.",
        "Cette conversation est déjà résolue. Rien n'a été changé.",
    ]


def test_who_is_not_mapped_may_only_read(office: Office) -> None:
    one = office.waiting()
    office.work()
    press(office, "U0STRANGER", "case_claim")
    write(office, "U0STRANGER", "@vendeur bonjour")
    assert state(office, one) is ConversationState.WAITING
    assert len(told(office)) == 2 and all(
        "relié à aucun compte" in text for _, text in told(office)
    )
    assert office.application.inbox.timeline(one).notes == []


def test_a_disabled_account_may_only_read(office: Office) -> None:
    one = office.waiting()
    office.work()
    office.application.accounts.disable("nora")
    press(office, "U0NORA", "case_claim")
    assert state(office, one) is ConversationState.WAITING


def test_what_staff_write_is_a_note_unless_it_says_otherwise(office: Office) -> None:
    one = office.waiting()
    office.work()
    press(office, "U0NORA", "case_claim")
    before = lines(office)
    ts = write(office, "U0NORA", "vendeur agacé, vérifier &lt;la&gt; commande")
    [note] = office.application.inbox.timeline(one).notes
    assert (note.staff.id, note.text) == ("nora", "vendeur agacé, vérifier <la> commande")
    assert office.server.reactions[0]["timestamp"] == ts
    assert lines(office) == before  # it is there already: no echo
    write(office, "U0NORA", "@vendeur Bonjour, je m'en occupe : <https://aide.example.com|aide>")
    last = office.application.inbox.timeline(one).messages[-1]
    assert (last.author, last.agent_id) == (Author.AGENT, "nora")
    assert last.text == "Bonjour, je m'en occupe : aide (https://aide.example.com)"
    assert "envoyé au vendeur" in lines(office)[-1]


def test_only_who_holds_it_writes_to_the_seller(office: Office) -> None:
    one = office.waiting()
    office.work()
    write(office, "U0NORA", "@vendeur bonjour")
    office.application.desk.claim(SAM, one)
    write(office, "U0NORA", "@vendeur bonjour")
    write(office, "U0SAM", "@vendeur")
    write(office, "U0SAM", "@vendeur bonjour {prenom}")
    assert [
        m for m in office.application.inbox.timeline(one).messages if m.author is Author.AGENT
    ] == []
    assert "Personne n'a" in told(office)[0][1] and told(office)[1][1].startswith("Sam a cette")
    assert "Écrivez votre message" in told(office)[2][1]


def test_the_window_writes_to_the_seller_once(office: Office) -> None:
    one = office.waiting()
    office.work()
    press(office, "U0NORA", "case_claim")
    press(office, "U0NORA", "case_reply")
    view = office.server.views[0]["view"]
    assert office.server.views[0]["trigger_id"]
    submitted = {
        "type": "view_submission",
        "user": {"id": "U0NORA"},
        "view": {
            **view,
            "id": "V1",
            "state": {"values": {"reply": {"text": {"value": "Bonjour !"}}}},
        },
    }
    for _ in range(2):
        office.interaction(submitted)
        office.work()
    said = [
        m.text for m in office.application.inbox.timeline(one).messages if m.author is Author.AGENT
    ]
    assert said == ["Bonjour !"]


@pytest.mark.parametrize(
    "more",
    [{"bot_id": "B0BOT"}, {"subtype": "bot_message", "bot_id": "B1"}, {"user": "USLACKBOT"},
     {"subtype": "channel_join"}],
)  # fmt: skip
def test_bots_are_not_listened_to(office: Office, more: dict[str, Any]) -> None:
    one = office.waiting()
    office.work()
    calls = len(office.server.calls)
    others = {name: value for name, value in more.items() if name != "user"}
    write(office, more.get("user", "U0NORA"), "bonjour", **others)
    assert office.application.inbox.timeline(one).notes == []
    assert len(office.server.calls) == calls


def test_our_own_messages_cause_nothing(office: Office) -> None:
    """Slack tells us of all that we post: no loop comes of it."""
    office.waiting()
    office.work()
    for message in list(office.server.posted):
        office.event({"type": "message", "channel_type": "channel", "user": "U0BOT", **message})
    calls = len(office.server.calls)
    for _ in range(3):
        office.work()
    assert len(office.server.calls) == calls


def test_edits_and_deletions(office: Office) -> None:
    one = office.waiting()
    office.work()
    press(office, "U0NORA", "case_claim")
    note = write(office, "U0NORA", "premier")
    change(office, "message_changed", "U0NORA", note, "premier", "premier")  # a link was unfurled
    change(office, "message_changed", "U0NORA", note, "premier", "second")
    change(office, "message_changed", "U0NORA", note, "second", "@vendeur second")
    change(office, "message_deleted", "U0NORA", note, "second")
    sent = write(office, "U0NORA", "@vendeur bonjour")
    change(office, "message_changed", "U0NORA", sent, "@vendeur bonjour", "@vendeur bonsoir")
    change(office, "message_deleted", "U0NORA", sent, "@vendeur bonjour")
    timeline = office.application.inbox.timeline(one)
    assert [n.text for n in timeline.notes] == ["premier", "Modifié dans Slack : second"]
    assert [m.text for m in timeline.messages if m.author is Author.AGENT] == ["bonjour"]
    assert [text.partition(" ")[0] for _, text in told(office)] == ["Un", "Supprimé", "Le", "Le"]


def test_files_are_refused_and_nothing_goes(office: Office) -> None:
    one = office.waiting()
    office.work()
    press(office, "U0NORA", "case_claim")
    write(office, "U0NORA", "@vendeur voici", subtype="file_share", files=[{"id": "F1"}])
    assert office.application.inbox.timeline(one).notes == []
    assert "Les fichiers" in told(office)[0][1]
    assert not any("voici" in line for line in lines(office))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}, "Slack ne répond plus"),
        ({"type": "app_uninstalled"}, "Slack ne répond plus"),
        ({"type": "channel_archive", "channel": TEAM, "user": "U1"}, f"canal Slack {TEAM}"),
    ],
)
def test_what_is_wrong_is_a_warning_in_the_console(
    office: Office, event: dict[str, Any], said: str
) -> None:
    office.event(event)
    office.work()
    body = {"id": "nora", "password": DEMO_PASSWORD}
    assert office.client.post("/api/console/v1/login", json=body).status_code == 200
    page = office.client.get("/console")
    assert page.status_code == 200 and said in page.text
    office.event({"type": "channel_archive", "channel": "C0ELSEWHERE"})
    office.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
    office.work()
    assert len(office.slack.health.sentences) == 1


def test_a_warning_reaches_open_windows_and_goes_again(office: Office) -> None:
    heard: list[str] = []
    office.slack.health._told = heard.append
    body = {"id": "nora", "password": DEMO_PASSWORD}
    assert office.client.post("/api/console/v1/login", json=body).status_code == 200

    def warned() -> list[str]:
        return list(office.client.get("/api/console/v1/warnings").json()["warnings"])

    office.work()
    assert (warned(), heard) == ([], [])
    office.event({"type": "channel_archive", "channel": TEAM, "user": "U1"})
    office.work()
    assert [TEAM in sentence for sentence in warned()] == [True]
    office.work()
    assert heard == ["warnings"], "told when it changes, and only then"
    office.event({"type": "channel_unarchive", "channel": TEAM, "user": "U1"})
    office.work()
    assert (warned(), heard) == ([], ["warnings"] * 2)


def test_a_card_grows_more_urgent_while_somebody_waits(office: Office) -> None:
    one = office.waiting()
    office.work()
    before = office.application.inbox.case(one).urgency.level
    for _ in range(3):
        office.work()
    assert office.server.made("chat.update") == []
    levels = [before]
    while levels[-1] != "urgent":
        office.clock.move(timedelta(minutes=30))
        office.work()
        office.work()  # nothing more is to be said of it
        levels.append(office.application.inbox.case(one).urgency.level)
        said = office.slack.threads._words.text(f"event_value_level_{levels[-1]}")
        assert said in card(office)["blocks"][1]["fields"][0]["text"]
    assert len(set(levels)) > 2
    assert len(office.server.made("chat.update")) == len(set(levels)) - 1, "once for each level"


def test_two_workers_age_a_card_once(office: Office) -> None:
    office.waiting()
    office.work()
    other = office.started()
    assert other.slack is not None
    office.clock.move(timedelta(days=3))
    office.slack.threads.catch_up()
    other.slack.threads.catch_up()
    office.work()
    assert len(office.server.made("chat.update")) == 1
    other.stop()


def interleaved(office: Office, one: str, dice: random.Random) -> Iterator[None]:
    """100 messages: the seller's, from the console, from Slack."""
    for number in range(100):
        office.clock.move(timedelta(seconds=2))
        side = dice.choice(["seller", "console", "slack"])
        if side == "seller":
            office.says(one, f"message {number:03} seller")
        elif side == "console":
            office.application.desk.reply(NORA, one, f"message {number:03} console", f"c{number}")
        else:
            ts = office.server.next_ts()
            office.event(
                {
                    "type": "message", "channel": card(office)["channel"], "user": "U0NORA", "ts": ts,
                    "thread_ts": card(office)["ts"], "text": f"@vendeur message {number:03} slack",
                }
            )  # fmt: skip
            office.slack.inbox.run_due()
        yield


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_messages_from_three_sides_are_in_the_same_order_everywhere(
    office: Office, seed: int
) -> None:
    one = office.waiting(seller="lea")
    office.work()
    office.application.desk.claim(NORA, one)
    dice = random.Random(seed)
    ways = [
        *[slack_server.OK] * 4, slack_server.LOST_BEFORE, slack_server.LOST_AFTER,
        slack_server.ERROR_AFTER, slack_server.LIMITED,
    ]  # fmt: skip
    office.server.goes = lambda method, sent: dice.choice(ways)
    for place, _ in enumerate(interleaved(office, one, dice)):
        if place % 7 == 0:
            office.work()
    for _ in range(400):
        office.clock.move(timedelta(seconds=31))
        office.slack.send()
        if len(lines(office)) >= 103:
            break
    kept = [m.text for m in office.application.inbox.timeline(one).messages]
    assert len([text for text in kept if text.startswith("message ")]) == 100
    seller = [m.text for m in office.application.store.messages_after(one, 0)]
    assert seller == kept
    assert [line.partition("\n")[2] for line in lines(office)] == kept
    assert shown_by_the_site(office, one) == list(enumerate(kept, 1))
    assert shown_by_the_console(office, one) == kept
    assert office.store.warnings() == []


def shown_by_the_site(office: Office, one: str) -> list[tuple[int, str]]:
    """What a widget reads over HTTP, page after page from its cursor."""
    token = office.application.tokens.issue("lea", timedelta(hours=1))
    path = f"/api/site/v1/conversations/{one}/messages"
    found: list[tuple[int, str]] = []
    while True:
        after = found[-1][0] if found else 0
        answer = office.client.get(
            path, params={"after": after, "limit": 30}, headers={"Authorization": f"Bearer {token}"}
        )
        page = answer.json()["messages"]
        if not page:
            return found
        found += [(message["number"], message["text"]) for message in page]


def shown_by_the_console(office: Office, one: str) -> list[str]:
    """What a window of the console reads over HTTP."""
    body = {"id": "nora", "password": DEMO_PASSWORD}
    assert office.client.post("/api/console/v1/login", json=body).status_code == 200
    answer = office.client.get(f"/api/console/v1/conversations/{one}/timeline")
    return [message["text"] for message in answer.json()["messages"]]
