"""Versions are kept for good, and of those who change an answer at once exactly one does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.adapters.content_yaml import load_content
from bot.adapters.sql.answer_store import SqlAnswerStore
from bot.adapters.sql.answer_tables import draft_texts, kept_texts
from bot.adapters.sql.engine import reading, writing
from bot.adapters.sql.event_log import EventLog
from bot.errors import EditedMeanwhile, PublishingError, ServedMeanwhile
from bot.support.events import EventKind
from bot.support.feedback import Thumb, ThumbValue
from bot.support.publishing import Approval, Draft, Origin, ServedAnswer, Serving, ServingKind
from bot.support.responses import FaqEntry

from .conftest import START, Chat

PROJECT = Path(__file__).resolve().parents[3]
CONTENT = load_content(PROJECT / "data", "https://aide.example.com/{article}")
ENTRY = CONTENT.entries["faq_report_buyer"]
NAME = ENTRY.intent
Together = Callable[[Callable[[int], Any], int], Any]


@pytest.fixture
def answers(engine: Engine) -> SqlAnswerStore:
    return SqlAnswerStore(engine)


@pytest.fixture
def other_answers(other_engine: Engine) -> SqlAnswerStore:
    """The store of another process."""
    return SqlAnswerStore(other_engine)


def saying(words: str, entry: FaqEntry = ENTRY) -> FaqEntry:
    return replace(entry, parts=((f"{entry.parts[0][0]} {words}", entry.parts[0][1]),), version=0)


def saved(
    store: SqlAnswerStore, words: str, revision: int | None = None, author: str = "nora"
) -> Draft:
    return store.save_draft(saying(words), revision, 2, author, "parce que", START)


def approved(store: SqlAnswerStore, draft: Draft, over: int = 0) -> Draft:
    approval = Approval("ines", START, draft.revision, over, 2)
    return store.approve_draft(draft.answer, approval)


def published(store: SqlAnswerStore, words: str, over: int = 0) -> int:
    return store.publish_draft(approved(store, saved(store, words), over), 2, "ines", START)


def rolled_back(version: int | None, revision: int, by: str = "ines") -> tuple[Any, Any]:
    kind = ServingKind.ROLLED_BACK
    chosen = ServedAnswer(NAME, revision, version, 2)
    return chosen, Serving(NAME, revision, kind, version or 2, by, START, "trop long")


def outcome(call: Callable[[], Any]) -> Any:
    """What a call returned, or the kind of error it raised."""
    try:
        return call()
    except PublishingError as error:
        return type(error)


def test_a_release_keeps_its_own_numbers(answers: SqlAnswerStore) -> None:
    texts = [*CONTENT.entries.values(), *CONTENT.responses.values()]
    numbers = answers.keep_release(texts, START)
    assert numbers == {
        **{entry.intent: entry.version for entry in CONTENT.entries.values()},
        **{response.id: response.version for response in CONTENT.responses.values()},
    }
    counter = answers.change_counter()
    assert answers.keep_release(texts, START) == numbers
    assert answers.change_counter() == counter  # nothing was written again


def test_every_text_is_read_back_as_it_was_kept(answers: SqlAnswerStore) -> None:
    answers.keep_release([*CONTENT.entries.values(), *CONTENT.responses.values()], START)
    kept = {each.key: each for each in answers.kept()}
    assert len(kept) == len(CONTENT.entries) + len(CONTENT.responses)
    for (text_id, version), each in kept.items():
        given = CONTENT.text(text_id)
        assert replace(each.text, location="") == replace(given, location="")
        assert (each.origin, version) == (Origin.RELEASE, given.version)
    assert answers.kept(kept) == []


def test_other_words_under_the_same_number_get_the_next_one(answers: SqlAnswerStore) -> None:
    assert answers.keep_release([ENTRY], START)[NAME] == 2
    changed = replace(saying("Merci."), version=2)  # somebody forgot to count
    assert answers.keep_release([changed], START)[NAME] == 3
    assert answers.keep_release([ENTRY], START)[NAME] == 2  # the release before, again
    assert published(answers, "Ou demandez-nous.") == 4
    assert answers.keep_release([replace(saying("Neuf."), version=3)], START)[NAME] == 5
    assert answers.keep_release([replace(saying("Loin."), version=9)], START)[NAME] == 9


def test_how_an_answer_is_found_needs_no_new_version(answers: SqlAnswerStore) -> None:
    answers.keep_release([ENTRY], START)
    [follow_up] = ENTRY.follow_ups
    other_asks = replace(follow_up, asks=("où ça ?",))
    found_otherwise = replace(ENTRY, title="Signaler", follow_ups=(other_asks,))
    assert answers.keep_release([found_otherwise], START)[NAME] == 2


def test_processes_that_start_together_agree_on_numbers(
    answers: SqlAnswerStore, other_answers: SqlAnswerStore, together: Together
) -> None:
    """Two releases at once, as while replicas are exchanged one by one."""
    answers.keep_release([ENTRY], START)
    stores = (answers, other_answers)
    news = (replace(saying("Un."), version=3), replace(saying("Deux."), version=3))
    given = together(lambda n: stores[n % 2].keep_release([news[n % 2]], START)[NAME], 8)
    assert {given[0], given[1]} == {3, 4} and set(given[::2]) == {given[0]}
    texts = {each.key[1]: each.text for each in answers.kept()}
    assert [texts[given[n]].text for n in (0, 1)] == [entry.text for entry in news]


def test_what_was_kept_cannot_be_changed(answers: SqlAnswerStore, engine: Engine) -> None:
    answers.keep_release([ENTRY], START)
    for change in (sa.update(kept_texts).values(digest="x"), sa.delete(kept_texts)):
        with pytest.raises(sa.exc.DatabaseError), writing(engine) as connection:
            connection.execute(change)
    assert len(answers.kept()) == 1


def test_the_database_itself_keeps_nothing_unapproved(engine: Engine) -> None:
    row = {
        "text_id": NAME, "version": 7, "body": {}, "digest": "d", "origin": "console",
        "authors": ["nora"], "approved_by": None, "why": "", "kept_at": START,
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), writing(engine) as connection:
        connection.execute(sa.insert(kept_texts).values(row))


def test_a_draft_is_written_approved_and_published(answers: SqlAnswerStore) -> None:
    answers.keep_release([ENTRY], START)
    first = saved(answers, "Un.")
    second = answers.save_draft(saying("Deux."), 1, 2, "sam", "mieux", START + timedelta(hours=1))
    assert (first.revision, second.revision) == (1, 2)
    assert (second.authors, second.changed_by, second.why) == (("nora", "sam"), "sam", "mieux")
    version = answers.publish_draft(approved(answers, second), 2, "ines", START)
    assert version == 3
    assert answers.served()[NAME] == ServedAnswer(NAME, 1, 3, 2)
    kept = next(each for each in answers.kept() if each.key == (NAME, 3))
    assert kept.text.text.endswith("Deux.")
    assert (kept.authors, kept.approved_by, kept.why) == (("nora", "sam"), "ines", "mieux")
    assert answers.open_drafts() == {}
    assert answers.servings(NAME) == [
        Serving(NAME, 1, ServingKind.PUBLISHED, 3, "ines", START, "mieux")
    ]


def test_a_change_takes_the_approval_back(answers: SqlAnswerStore) -> None:
    draft = approved(answers, saved(answers, "Un."))
    changed = saved(answers, "Deux.", revision=1, author="sam")
    assert changed.approval is None
    with pytest.raises(EditedMeanwhile) as raised:
        answers.publish_draft(draft, 2, "ines", START)
    assert raised.value.draft == changed
    with pytest.raises(EditedMeanwhile):
        answers.publish_draft(changed, 2, "ines", START)
    assert answers.served().get(NAME, ServedAnswer(NAME)).version is None
    assert answers.kept() == []


def test_of_many_who_save_at_once_one_does_and_all_learn_of_it(
    answers: SqlAnswerStore, other_answers: SqlAnswerStore, together: Together, engine: Engine
) -> None:
    stores = (answers, other_answers)

    def begin(number: int) -> Any:
        store = stores[number % 2]
        return outcome(lambda: saved(store, f"Numéro {number}.", author=f"agent-{number}"))

    begun = [each for each in together(begin, 8) if isinstance(each, Draft)]
    assert len(begun) == 1

    def change(number: int) -> Any:
        store = stores[number % 2]
        return outcome(lambda: saved(store, f"Encore {number}.", 1, f"agent-{number}"))

    changed = [each for each in together(change, 8) if isinstance(each, Draft)]
    assert len(changed) == 1
    assert answers.open_drafts()[NAME] == changed[0]
    with reading(engine) as connection:  # what was written over is still there
        texts = connection.execute(sa.select(draft_texts.c.body)).scalars().all()
    assert [json.dumps(body)[-200:] for body in texts] and len(texts) == 2


def test_of_many_who_publish_at_once_one_does(
    answers: SqlAnswerStore, other_answers: SqlAnswerStore, together: Together
) -> None:
    draft = approved(answers, saved(answers, "Un."))
    stores = (answers, other_answers)
    results = together(
        lambda n: outcome(lambda: stores[n % 2].publish_draft(draft, 2, "ines", START)), 8
    )
    assert sorted(map(str, results)) == sorted(["1", *[str(EditedMeanwhile)] * 7])
    assert len(answers.kept()) == 1 and len(answers.servings(NAME)) == 1


def test_publishing_and_rolling_back_at_once_leave_one_of_both(
    answers: SqlAnswerStore, other_answers: SqlAnswerStore, together: Together
) -> None:
    answers.keep_release([ENTRY], START)
    assert published(answers, "Un.") == 3
    draft = approved(answers, saved(answers, "Deux."), over=1)
    calls = (
        lambda: answers.publish_draft(draft, 2, "ines", START),
        lambda: other_answers.serve(*rolled_back(None, 2)),
    )
    results = together(lambda n: outcome(calls[n]), 2)
    assert results.count(ServedMeanwhile) == 1
    served = answers.served()[NAME]
    assert served.revision == 2 and len(answers.servings(NAME)) == 2
    assert served.version == (None if results[0] is ServedMeanwhile else 4)


def test_a_discarded_draft_is_gone_and_its_revision_never_comes_back(
    answers: SqlAnswerStore,
) -> None:
    draft = approved(answers, saved(answers, "Un."))
    answers.discard_draft(NAME, 1, "nora", START)
    assert answers.open_drafts() == {}
    with pytest.raises(EditedMeanwhile) as raised:
        answers.publish_draft(draft, 2, "ines", START)
    assert raised.value.draft is None
    assert saved(answers, "Deux.").revision == 2
    with pytest.raises(EditedMeanwhile):
        saved(answers, "Trois.", revision=1)


def test_every_change_is_an_event_without_a_word_of_the_text(
    answers: SqlAnswerStore, engine: Engine
) -> None:
    answers.keep_release([ENTRY], START)
    published(answers, "Un secret.")
    answers.serve(*rolled_back(None, 2))
    saved(answers, "Un secret de plus.")
    answers.discard_draft(NAME, 2, "nora", START)
    found = EventLog(engine).events()[::-1]
    kinds = [EventKind(each.kind).name.removeprefix("ANSWER_") for each in found]
    assert kinds == ["DRAFTED", "APPROVED", "PUBLISHED", "ROLLED_BACK", "DRAFTED", "DISCARDED"]
    assert {each.target for each in found} == {NAME}
    assert [each.actor_id for each in found] == ["nora", "ines", "ines", "ines", "nora", "nora"]
    assert (found[2].before["version"], found[2].after["version"]) == (2, 3)
    assert (found[3].before["version"], found[3].after["version"]) == (3, 2)
    assert "secret" not in str(found) and "parce que" not in str(found)


def test_thumbs_are_counted_by_version(answers: SqlAnswerStore, store: Any, chat: Chat) -> None:
    from bot.support.conversations import Reply

    for number, (version, value) in enumerate([(2, "up"), (2, "up"), (2, "down"), (3, "down")]):
        said = Reply("Voici.", NAME, version)
        [message] = chat.answer(chat.turn(f"question {number}"), said).messages
        thumb = Thumb(chat.id, message.number, ThumbValue(value), NAME, version)
        store.put_thumb(thumb, START)
    counted = answers.thumbs()
    assert (counted[NAME, 2].up, counted[NAME, 2].down) == (2, 1)
    assert (counted[NAME, 3].up, counted[NAME, 3].down) == (0, 1)
