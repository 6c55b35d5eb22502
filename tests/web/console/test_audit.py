"""The audit log and the page of accounts, as an admin reads and uses them."""

from __future__ import annotations

import html
import re
import uuid
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.services.event_words import NOTHING, EventWords
from bot.support.events import ActorKind, Event, EventKind
from bot.support.staff import Role, Staff
from bot.web.console.audit import PAGE

from .conftest import Console

PASSWORD = "une phrase assez longue"


@pytest.fixture
def somebody(console: Console) -> Staff:
    staff = Staff(f"new-{uuid.uuid4().hex[:8]}", "<b>Zoé</b>", Role.AGENT)
    console.application.accounts.add(staff, PASSWORD)
    return staff


def rows_of(page: str) -> list[list[str]]:
    """The cells of the table, as they are read."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]  # fmt: skip


def test_every_kind_of_event_has_words(console: Console) -> None:
    """A new kind needs ``event_<kind>`` in data/responses/console.yml, a new group its name."""
    texts = console.application.content.responses
    kinds = [f"event_{kind.value.replace('.', '_')}" for kind in EventKind]
    groups = [f"event_group_{kind.value.partition('.')[0]}" for kind in EventKind]
    actors = [f"event_actor_{kind.value}" for kind in ActorKind if kind is not ActorKind.STAFF]
    assert [name for name in (*kinds, *groups, *actors) if name not in texts] == []


def test_a_change_reads_from_before_to_after(console: Console, somebody: Staff) -> None:
    admin = console.client("admin")
    changed = admin.call("POST", f"/accounts/{somebody.id}/role", json={"role": "supervisor"})
    assert changed.json()["account"]["role"] == "supervisor"
    assert admin.call("POST", f"/accounts/{somebody.id}/disable").status_code == 200
    rows = rows_of(admin.get("/console/audit?person=admin&kind=account").text)
    assert rows[0][1:] == ["Camille", "Compte modifié", somebody.id, "Désactivé : non → oui"]
    assert rows[1][1:] == ["Camille", "Compte modifié", somebody.id, "Rôle : agent → superviseur"]


def test_the_command_line_is_the_system(console: Console, somebody: Staff) -> None:
    rows = rows_of(console.client("admin").get("/console/audit?kind=account.created").text)
    assert rows[0][1:4] == ["Système", "Compte créé", somebody.id]


def test_it_is_filtered_by_person_kind_and_day(console: Console) -> None:
    admin = console.client("admin")
    console.client("nora")
    today = console.clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
    for query, shown in {
        f"person=nora&day={today}": {"Nora"},
        "person=nora&day=2001-01-01": set(),
        "person=nora&kind=account": set(),
        "kind=session": None,
    }.items():
        rows = rows_of(admin.get(f"/console/audit?{query}").text)
        if shown is not None:
            assert {row[1] for row in rows} == shown, query
        if "kind=session" in query:
            assert rows and all(row[2].startswith(("Connexion", "Déconnexion")) for row in rows)
    kept = admin.get(f"/console/audit?person=nora&kind=session&day={today}").text
    assert f'value="{today}"' in kept and '<option value="nora" selected>' in kept


@pytest.mark.parametrize(
    "query",
    [
        "day=yesterday",
        "day=0001-01-01",
        "kind=nothing",
        "before=x",
        "person=a&person=b",
        "kind=" + "x" * 99,
    ],
)
def test_what_cannot_be_asked_is_said_kindly(console: Console, query: str) -> None:
    page = console.client("admin").get(f"/console/audit?{query}")
    assert page.status_code == 422
    assert "illisible" in page.text and 'href="/console"' in page.text


def test_older_events_are_a_page_away_and_none_is_shown_twice(console: Console) -> None:
    actor = f"busy-{uuid.uuid4().hex[:8]}"
    start = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
    for number in range(PAGE + 3):
        event = Event(EventKind.SIGNED_IN, start, ActorKind.STAFF, actor, target=str(number))
        console.application.events.append_event(event)
    admin = console.client("admin")
    first = admin.get(f"/console/audit?person={actor}").text
    [older] = re.findall(r'href="(/console/audit\?[^"]*before=\d+)"', first)
    second = admin.get(html.unescape(older)).text
    targets = [row[3] for row in (*rows_of(first), *rows_of(second))]
    assert targets == [str(number) for number in reversed(range(PAGE + 3))]
    assert "before=" not in second and "Les plus récents" in second


def test_names_are_text(console: Console, somebody: Staff) -> None:
    admin = console.client("admin")
    for path in ("/console/accounts", "/console/audit"):
        page = admin.get(path).text
        assert "<b>Zoé</b>" not in page and html.escape("<b>Zoé</b>") in page


def test_the_page_of_accounts_shows_everybody_and_nobody_changes_themselves(
    console: Console, somebody: Staff
) -> None:
    admin = console.client("admin")
    rows = {row[1]: row for row in rows_of(admin.get("/console/accounts").text)}
    assert set(rows) >= {"nora", "sam", "ines", "admin", somebody.id}
    assert rows["admin"][-1] == "Vous" and rows[somebody.id][4] == "jamais"
    for change in ("disable", "role"):
        body = {"role": "agent"} if change == "role" else {}
        answer = admin.call("POST", f"/accounts/admin/{change}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own_account")
    assert admin.call("POST", "/accounts/nobody/enable").status_code == 404
    for wrong in ({}, {"role": "king"}, {"role": "agent", "more": 1}, {"role": ["agent"]}):
        answer = admin.call("POST", f"/accounts/{somebody.id}/role", json=wrong)
        assert answer.status_code == 422


def test_a_case_says_what_it_became(console: Console) -> None:
    words = EventWords(console.application.live, {"sam": "Sam"})

    def said(kind: EventKind, **after: object) -> str:
        now = console.clock.now()
        return words.summary(Event(kind, now, ActorKind.STAFF, "sam", "c_1", after=after))

    assert (
        said(EventKind.CONVERSATION_RESOLVED, outcome="no_reply")
        == "Résolue : sans nouvelles du vendeur"
    )
    assert said(EventKind.CONVERSATION_REASSIGNED, holder="sam", epoch=3) == "Réattribuée : Sam"
    assert said(EventKind.CONVERSATION_CLAIMED, holder="sam") == "Prise en charge"
    assert said(EventKind.CONVERSATION_RESOLVED) == "Résolue"
    snoozed = said(EventKind.CONVERSATION_SNOOZED, snoozed_until="2026-11-30T08:00:00+00:00")
    assert snoozed == "Mise en veille : lundi 30 novembre à 9 h"
    assert "Taux" in said(EventKind.TOPIC_CORRECTED, topic="my_completion_rate") or "taux" in said(
        EventKind.TOPIC_CORRECTED, topic="my_completion_rate"
    )
    event = Event(EventKind.CONVERSATION_RELEASED, console.clock.now(), ActorKind.STAFF, "gone",
                  before={"holder": "sam", "state": "human"}, after={"holder": None, "state": "human"})  # fmt: skip
    [change] = words.changes(event)
    assert (change.before, change.after, words.actor(event)) == ("Sam", NOTHING, "gone")
