"""The canned replies: in order as they are, and every mistake found with file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.adapters.data_check import check_data
from bot.adapters.rasa_training import fingerprint
from bot.adapters.replies_yaml import load_replies
from bot.errors import ContentError
from bot.services.canned_replies import CannedReplies
from bot.support.canned_replies import VARIABLES, unfilled
from bot.support.staff import Role, Staff

PROJECT = Path(__file__).resolve().parents[2]
NORA = Staff("nora", "Nora", Role.AGENT)
ORDER = {
    "number": "FO21B8A4C9", "title": "Logo", "buyer": "Julie Martin",
    "due_at": "2026-11-27T17:00:00+00:00",
}  # fmt: skip


def test_there_are_replies_for_the_day_and_every_variable_is_of_use() -> None:
    replies = load_replies(PROJECT / "data")
    assert len(replies) >= 15
    assert {name for reply in replies for name in unfilled(reply.text)} == set(VARIABLES)


def test_they_say_vous_and_never_tu() -> None:
    for reply in load_replies(PROJECT / "data"):
        assert not re.search(r"\b(?:tu|toi|ton|ta|tes|t')\b", reply.text), reply.location


def test_filled_in_for_a_conversation() -> None:
    replies = CannedReplies(load_replies(PROJECT / "data"))
    filled = {reply.id: reply for reply in replies.filled(NORA, "Léa", ORDER)}
    assert not [reply for reply in filled.values() if reply.missing or unfilled(reply.text)]
    assert "je suis Nora" in filled["taking_over"].text
    assert "vendredi 27 novembre à 18 h" in filled["order_seen"].text


def test_what_is_not_known_is_named() -> None:
    replies = CannedReplies(load_replies(PROJECT / "data"))
    filled = {reply.id: reply for reply in replies.filled(NORA, None, None)}
    assert filled["taking_over"].missing == ("seller_name",)
    assert filled["order_seen"].missing == ("order_number", "order_title", "due_date")
    assert filled["looking_into_it"].missing == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{seller_name}", "{prenom}", "unknown variable {prenom}"),
        ("id: closing", "id: no_news", "the id 'no_news' is also at"),
        ('title: "Conclure"', 'title: "Je vérifie"', "the title 'Je vérifie' is also at"),
        ("\u00a0?", " ?", "no-break space"),
        ("version: 1", "version: x", "ValueError"),
        ("text:", "says:", "KeyError"),
        ('text: "Merci pour ces', 'text: "" # "', "empty or too long"),
    ],
)
def test_a_planted_mistake_is_found(before: str, after: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "data" / "replies", tmp_path / "replies")
    path = tmp_path / "replies" / "conversation.yml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(ContentError) as found:
        load_replies(tmp_path)
    assert said in str(found.value)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", str(found.value))


def test_the_projects_own_check_looks_at_them(tmp_path: Path) -> None:
    for name in ("data", "domain.yml"):
        source = PROJECT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    path = tmp_path / "data" / "replies" / "orders.yml"
    path.write_text(path.read_text("utf-8").replace("{due_date}", "{due}"), "utf-8")
    assert [p for p in check_data(tmp_path) if "unknown variable {due}" in p]


def test_a_new_reply_needs_no_training(tmp_path: Path) -> None:
    (tmp_path / "data" / "replies").mkdir(parents=True)
    (tmp_path / "data" / "nlu").mkdir()
    (tmp_path / "requirements.lock").write_text("rasa==3.6.21 \\\n", "utf-8")
    before = fingerprint(tmp_path)
    (tmp_path / "data" / "replies" / "x.yml").write_text("replies: []", "utf-8")
    assert fingerprint(tmp_path) == before
    (tmp_path / "data" / "nlu" / "x.yml").write_text("nlu: []", "utf-8")
    assert fingerprint(tmp_path) != before


def test_another_release_of_rasa_needs_training(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("rasa==3.6.21 \\\nstarlette==1.7.0 \\\n", "utf-8")
    before = fingerprint(tmp_path)
    lock.write_text("rasa==3.6.21 \\\nstarlette==1.8.0 \\\n", "utf-8")
    assert fingerprint(tmp_path) == before
    lock.write_text("rasa==3.6.22 \\\nstarlette==1.8.0 \\\n", "utf-8")
    assert fingerprint(tmp_path) != before
