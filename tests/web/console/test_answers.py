"""FAQ answers over the console's JSON: from a draft to sellers and back, by the right people."""

from __future__ import annotations

import copy
import string
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from bot.errors import AccountRefused
from bot.support.answer_checks import SAYS
from bot.support.publishing import DraftState, Origin, ServingKind
from bot.support.staff import Role, Staff
from bot.web.console.answer_words import ORIGINS, PROBLEMS, SERVINGS, STATES

from .conftest import Console, ConsoleClient

NAME = "faq_availability"


PASSWORD = "une phrase assez longue"


def signed_in(console: Console, staff_id: str, role: Role) -> ConsoleClient:
    """Somebody of their own: other tests read what the demo staff did."""
    with suppress(AccountRefused):
        console.application.accounts.add(Staff(staff_id, staff_id.title(), role), PASSWORD)
    browser = console.stranger()
    assert browser.sign_in(staff_id, PASSWORD).status_code == 200
    return browser


@pytest.fixture
def writer(console: Console) -> ConsoleClient:
    return signed_in(console, "writer", Role.AGENT)


@pytest.fixture
def approver(console: Console) -> ConsoleClient:
    return signed_in(console, "approver", Role.SUPERVISOR)


@pytest.fixture(autouse=True)
def as_delivered(console: Console) -> Iterator[None]:
    """Each test begins and ends with what the software delivers."""
    yield
    admin = signed_in(console, "another-approver", Role.ADMIN)
    sheet = read(admin)
    if sheet["draft"]:
        write(admin, "discard", revision=sheet["draft"]["revision"])
    if not sheet["from_software"]:
        put_back(admin, sheet["delivered_version"])


def read(client: ConsoleClient) -> dict[str, Any]:
    answer = client.call("GET", f"/answers/{NAME}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["answer"])


def write(client: ConsoleClient, what: str, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = client.call("POST", f"/answers/{NAME}/{what}", json=body)
    assert answer.status_code == status, answer.text
    return dict(answer.json()["answer" if status == 200 and what != "check" else "error"])


def put_back(client: ConsoleClient, version: int) -> dict[str, Any]:
    revision = read(client)["served_revision"]
    return write(client, "roll-back", version=version, served_revision=revision, why="essai")


def saying(sheet: dict[str, Any], words: str) -> dict[str, Any]:
    content = copy.deepcopy(sheet["content"])
    content["parts"][0]["text"] += f" {words}"
    return dict(content)


def saved(client: ConsoleClient, words: str, revision: int | None = None) -> dict[str, Any]:
    content = saying(read(client), words)
    return write(client, "draft", content=content, revision=revision, why="plus clair")


def test_the_list_shows_every_answer(console: Console, writer: ConsoleClient) -> None:
    answers = writer.call("GET", "/answers").json()["answers"]
    entries = console.application.content.entries
    assert {(a["id"], a["title"], a["version"]) for a in answers} == {
        (entry.intent, entry.title, entry.version) for entry in entries.values()
    }
    mine = next(each for each in answers if each["id"] == NAME)
    assert not (mine["problems"] or mine["draft"] or mine["release_waits"])


def test_the_whole_way_and_back(
    console: Console, writer: ConsoleClient, approver: ConsoleClient
) -> None:
    before = console.application.content.render(NAME)
    sheet = saved(writer, "Un mot de plus.")
    draft = sheet["draft"]
    assert (draft["state"], draft["state_french"]) == ("draft", "Brouillon")
    assert draft["authors"] == [{"id": "writer", "name": "Writer"}]
    changed = [each for each in draft["changes"] if each["kind"] != "same"]
    assert changed == [
        {"kind": "added", "place": "parts", "before": "", "after": "Un mot de plus."}
    ]
    [problem] = sheet["problems"]
    assert (problem["blocks"], problem["place"]) == (False, "parts.0")
    assert "Un mot de plus." in problem["says"]
    assert not sheet["may"]["approve"] and not sheet["may"]["publish"] and sheet["may"]["discard"]
    assert console.application.content.render(NAME) == before

    assert read(approver)["may"]["approve"]
    sheet = write(approver, "approve", revision=draft["revision"])
    assert sheet["draft"]["approved_by"]["id"] == "approver" and sheet["may"]["publish"]
    assert console.application.content.render(NAME) == before

    sheet = write(approver, "publish", revision=draft["revision"])
    assert sheet["draft"] is None and not sheet["from_software"]
    served = console.application.content.render(NAME)
    assert "Un mot de plus." in served.text and served.version == sheet["version"]
    first = sheet["versions"][0]
    assert (first["served"], first["origin_french"], first["why"]) == (
        True, "Écrite ici", "plus clair",
    )  # fmt: skip

    sheet = put_back(approver, before.version)
    assert console.application.content.render(NAME) == before
    assert [each["kind_french"] for each in sheet["history"]][:2] == ["Remise en ligne", "Publiée"]
    again = console.application.content.render(NAME, served.values, version=served.version)
    assert again == served


def test_a_text_is_checked_before_it_is_saved(writer: ConsoleClient) -> None:
    content = saying(read(writer), "Et toi?")
    content["leads_on"][0]["intent"] = "faq_gone"
    content["source"]["link"] = "nowhere"
    answer = writer.call("POST", f"/answers/{NAME}/check", json={"content": content}).json()
    found = {(each["code"], each["place"]) for each in answer["problems"] if each["blocks"]}
    assert found >= {
        ("informal", "parts.0"), ("typography", "parts.0"),
        ("dead_button", "leads_on.0"), ("unknown_link", "source.link"),
    }  # fmt: skip
    assert "Et toi?" in answer["preview"]["text"]
    assert read(writer)["draft"] is None


def test_who_wrote_it_does_not_approve_it(approver: ConsoleClient) -> None:
    sheet = saved(approver, "Un mot.")
    assert not sheet["may"]["approve"]
    error = write(approver, "approve", 409, revision=sheet["draft"]["revision"])
    assert error["code"] == "own_text" and "une autre personne" in error["message"]


def test_what_the_checks_refuse_is_saved_but_not_approved(
    writer: ConsoleClient, approver: ConsoleClient
) -> None:
    content = saying(read(writer), "")
    content["parts"][0]["text"] = "Prenez des vacances."
    sheet = write(writer, "draft", content=content, revision=None)
    assert sheet["draft"]["content"]["parts"][0]["text"] == "Prenez des vacances."
    error = write(approver, "approve", 409, revision=sheet["draft"]["revision"])
    assert error["code"] == "checks_failed"
    assert not read(approver)["may"]["approve"]


def test_two_editors_and_a_stale_approval(writer: ConsoleClient, approver: ConsoleClient) -> None:
    revision = saved(writer, "Un.")["draft"]["revision"]
    write(approver, "approve", revision=revision)
    later = saved(writer, "Deux.", revision)["draft"]
    assert later["state"] == "draft" and later["approved_by"] is None
    body = {"content": saying(read(approver), "Trois."), "revision": revision}
    assert write(approver, "draft", 409, **body)["code"] == "edited_meanwhile"
    assert write(approver, "publish", 409, revision=revision)["code"] == "edited_meanwhile"
    error = write(approver, "publish", 409, revision=later["revision"])
    assert error["code"] == "not_approved"


def test_an_approval_over_what_is_served_no_more_is_stale(
    console: Console, writer: ConsoleClient, approver: ConsoleClient
) -> None:
    revision = saved(writer, "Un.")["draft"]["revision"]
    write(approver, "approve", revision=revision)
    published = write(approver, "publish", revision=revision)["version"]
    put_back(approver, read(approver)["delivered_version"])
    revision = saved(writer, "Deux.")["draft"]["revision"]
    write(approver, "approve", revision=revision)
    put_back(signed_in(console, "another-approver", Role.ADMIN), published)
    sheet = read(approver)
    assert sheet["draft"]["state"] == "stale" and not sheet["may"]["publish"]
    assert write(approver, "publish", 409, revision=revision)["code"] == "not_approved"
    error = write(approver, "roll-back", 409, version=2, served_revision=0)
    assert error["code"] == "served_meanwhile"


@pytest.mark.parametrize(
    "change",
    [
        {"title": 7}, {"title": None}, {"parts": "x"}, {"parts": [{"text": "x"}]},
        {"parts": [{"text": "x", "facts": [1]}]}, {"parts": [{"text": "x", "facts": []}] * 40},
        {"offer": ["x"]}, {"leads_on": [{"title": "x", "intent": "y", "entities": {}}]},
        {"follow_ups": [{"name": "A b", "asks": [], "facts": [], "partial": False}]},
        {"follow_ups": [{"name": "a", "asks": [], "facts": [], "partial": "oui"}]},
        {"source": "x"}, {"title": "x" * 400}, {"facts": {}},
    ],
)  # fmt: skip
def test_what_is_no_answer_at_all_is_refused(writer: ConsoleClient, change: dict[str, Any]) -> None:
    content = {**read(writer)["content"], **change}
    for what in ("check", "draft"):
        body = {"content": content, **({"revision": None} if what == "draft" else {})}
        answer = writer.call("POST", f"/answers/{NAME}/{what}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "unreadable")


def test_unknown_answers_and_versions(writer: ConsoleClient, approver: ConsoleClient) -> None:
    assert writer.call("GET", "/answers/faq_nothing").status_code == 404
    error = write(approver, "roll-back", 404, version=99, served_revision=0)
    assert error["code"] == "unknown_answer"
    assert write(approver, "keep", 409, served_revision=read(approver)["served_revision"])


def test_every_problem_and_state_has_words_with_all_their_values() -> None:
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name} - {"place"}

    assert PROBLEMS.keys() == SAYS.keys()
    assert all(values(PROBLEMS[code]) <= values(SAYS[code]) | {"says"} for code in SAYS)
    assert (set(STATES), set(ORIGINS), set(SERVINGS)) == (
        set(DraftState), set(Origin), set(ServingKind),
    )  # fmt: skip
