"""What becomes of cases: resolved, reopened, put away, merged and taken apart, undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.errors import CannotUndo, NotHolder, NotPossible
from bot.support.conversations import ConversationState, Escalation, EscalationReason, Reply
from bot.support.desk import Change, Holder, Outcome
from bot.support.events import ActorKind

from .conftest import Chat, staff

NORA, SAM = staff("nora"), staff("sam")
BOT, WAITING = ConversationState.BOT, ConversationState.WAITING
HUMAN, RESOLVED = ConversationState.HUMAN, ConversationState.RESOLVED
ENDED = Reply("L'équipe a terminé.", "handoff_resolved", 1)


def waits(chat: Any) -> Any:
    """Lets the seller wait for a human."""
    asked = Escalation(chat.id, EscalationReason.CUSTOMER_REQUEST, chat.now)
    chat.answer(chat.turn("un conseiller svp"), escalations=(asked,))
    return chat


def case(chat: Any) -> Any:
    return chat.desk.case(chat.id, chat.now)


def last_event(chat: Any) -> Any:
    return chat.desk.timeline(chat.id, 0, 1).events[-1]


def resolved(chat: Any) -> Change:
    waits(chat).claim("nora")
    changed: Change = chat.desk.resolve(NORA, chat.id, Outcome.SOLVED, chat.now)
    return changed


@pytest.fixture
def duplicate(store: SqlConversationStore, chat: Chat) -> Chat:
    """Another conversation of the same seller."""
    other = Chat(store, chat.seller_id)
    other.id = store.open_conversation(chat.seller_id, "telephone", chat.now).id
    return other


# --- resolved and opened again


def test_only_the_holder_resolves(chat: Any) -> None:
    waits(chat)
    with pytest.raises(NotHolder):
        chat.desk.resolve(NORA, chat.id, Outcome.SOLVED, chat.now)
    chat.claim("nora")
    chat.desk.resolve(NORA, chat.id, Outcome.SOLVED, chat.now)
    found = case(chat)
    assert (found.conversation.state, found.outcome, found.holder) == (
        RESOLVED, Outcome.SOLVED, None,
    )  # fmt: skip
    assert chat.store.escalations() == []


def test_a_seller_who_writes_reopens_it_and_the_event_says_after_how_long(chat: Any) -> None:
    resolved(chat)
    chat.wait(hours=2)
    start = chat.turn("en fait non")
    assert start.interrupted
    assert chat.state() is BOT
    event = last_event(chat)
    assert (event.kind.value, event.actor_kind) == ("conversation.reopened", ActorKind.SELLER)
    assert event.after["seconds"] == 7200
    assert event.before["outcome"] == "solved"
    assert (case(chat).outcome, case(chat).waiting_since) == (None, None)


def test_staff_put_a_resolved_conversation_back_into_the_queue(chat: Any) -> None:
    with pytest.raises(NotPossible, match="not_resolved"):
        chat.desk.reopen(SAM, chat.id, chat.now)
    resolved(chat)
    chat.wait(minutes=1)
    chat.desk.reopen(SAM, chat.id, chat.now)
    assert chat.state() is WAITING
    assert len(chat.store.escalations()) == 1
    assert last_event(chat).after["seconds"] == 60


def test_a_resolved_conversation_is_reopened_by_a_claim(chat: Any) -> None:
    resolved(chat)
    chat.claim("sam")
    assert chat.state() is HUMAN
    assert chat.events()[-2:] == ["conversation.reopened", "conversation.claimed"]


# --- told later


def told_later(chat: Any) -> list[Any]:
    chat.wait(seconds=31)
    return [job for job in chat.store.claim_jobs("worker", chat.now) if job.kind == "tell_seller"]


def tell(chat: Any, job: Any) -> bool:
    payload = job.payload
    state = ConversationState(payload["state"])
    return bool(chat.desk.tell_later(chat.id, payload["epoch"], state, ENDED, chat.now))


def test_the_end_is_told_once_when_it_can_no_longer_be_undone(chat: Any) -> None:
    resolved(chat)
    before = chat.texts()
    assert [j for j in chat.store.claim_jobs("w", chat.now) if j.kind == "tell_seller"] == []
    [job] = told_later(chat)
    assert job.payload["kind"] == "conversation.resolved"
    assert [tell(chat, job), tell(chat, job)] == [True, False]
    assert chat.texts() == [*before, (len(before) + 1, "bot", ENDED.text)]


def test_what_was_undone_or_overtaken_is_not_told(chat: Any) -> None:
    changed = resolved(chat)
    chat.desk.undo(NORA, changed.event_id, chat.now, chat.now + timedelta(minutes=10))
    chat.desk.resolve(NORA, chat.id, Outcome.SOLVED, chat.now)
    chat.say("attendez !")  # reopens it
    before = chat.texts()
    assert [tell(chat, job) for job in told_later(chat)] == [False, False]
    assert chat.texts() == before


# --- put away


def test_only_the_holder_puts_away_and_the_time_wakes(chat: Any) -> None:
    until = chat.now + timedelta(hours=3)
    waits(chat)
    with pytest.raises(NotHolder):
        chat.desk.snooze(NORA, chat.id, until, chat.now)
    chat.claim("nora")
    chat.desk.snooze(NORA, chat.id, until, chat.now)
    assert case(chat).snoozed_until == until
    chat.wait(hours=2)
    assert chat.desk.wake(None, chat.id, chat.now) is None  # its time has not come
    chat.wait(hours=1)
    assert [job.kind for job in chat.store.claim_jobs("w", chat.now)].count("wake_case") == 1
    assert chat.desk.wake(None, chat.id, chat.now) is not None
    assert (case(chat).snoozed_until, case(chat).holder) == (None, Holder("nora", "Nora"))
    assert last_event(chat).actor_kind is ActorKind.SYSTEM
    assert chat.desk.wake(SAM, chat.id, chat.now) is None


def test_the_seller_wakes_it_at_once(chat: Any) -> None:
    chat.claim("nora")
    chat.desk.snooze(NORA, chat.id, chat.now + timedelta(days=1), chat.now)
    chat.say("voici le fichier")
    assert case(chat).snoozed_until is None
    event = last_event(chat)
    assert (event.kind.value, event.actor_kind) == ("conversation.woken", ActorKind.SELLER)


def test_a_deadline_put_off_is_no_longer_the_old_one(chat: Any) -> None:
    chat.claim("nora")
    chat.desk.snooze(NORA, chat.id, chat.now + timedelta(hours=1), chat.now)
    chat.desk.snooze(NORA, chat.id, chat.now + timedelta(hours=5), chat.now)
    chat.wait(hours=2)
    assert chat.desk.wake(None, chat.id, chat.now) is None


# --- duplicates


def test_a_duplicate_of_the_same_seller_ends_in_the_other(chat: Any, duplicate: Chat) -> None:
    waits(duplicate)
    chat.desk.merge(NORA, duplicate.id, chat.id, chat.now)
    found = case(duplicate)
    assert (found.conversation.state, found.outcome, found.merged_into) == (
        RESOLVED, Outcome.DUPLICATE, chat.id,
    )  # fmt: skip
    assert [each.id for each in chat.desk.duplicates_of(chat.id, chat.now)] == [duplicate.id]
    with pytest.raises(NotPossible, match="merged"):
        duplicate.claim("nora")
    chat.desk.separate(NORA, duplicate.id, chat.now)
    assert (case(duplicate).merged_into, duplicate.state()) == (None, WAITING)
    assert len(chat.store.escalations(duplicate.id)) == 1


def test_a_seller_who_writes_in_a_duplicate_takes_it_out_again(chat: Any, duplicate: Chat) -> None:
    duplicate.turn("bonjour")
    chat.desk.merge(NORA, duplicate.id, chat.id, chat.now)
    duplicate.say("ce n'est pas la même chose")
    assert (case(duplicate).merged_into, duplicate.state()) == (None, BOT)
    event = last_event(duplicate)
    assert event.before["merged_into"] == chat.id


def test_what_cannot_be_merged(chat: Any, duplicate: Chat, other_chat: Any) -> None:
    def refused(one: Any, into: Any) -> str:
        with pytest.raises(NotPossible) as error:
            chat.desk.merge(NORA, one.id, into.id, chat.now)
        return error.value.code

    assert refused(chat, chat) == "same_conversation"
    assert refused(other_chat, chat) == "another_seller"
    duplicate.claim("sam")
    with pytest.raises(NotHolder):  # not out of somebody else's hands
        chat.desk.merge(NORA, duplicate.id, chat.id, chat.now)
    chat.desk.merge(SAM, duplicate.id, chat.id, chat.now)
    assert refused(duplicate, chat) == refused(chat, duplicate) == "merged"
    with pytest.raises(NotPossible, match="not_merged"):
        chat.desk.separate(NORA, chat.id, chat.now)


# --- ranked and named


def test_what_staff_decide_about_urgency_and_topic(chat: Any) -> None:
    waits(chat)
    chat.desk.prioritise(SAM, chat.id, "urgent", chat.now)
    assert (case(chat).urgency.level, case(chat).prioritised) == ("urgent", "urgent")
    chat.desk.prioritise(SAM, chat.id, None, chat.now)
    assert case(chat).urgency.level != "urgent"
    chat.desk.correct_topic(SAM, chat.id, "faq_cancel_order", chat.now)
    assert (case(chat).topic.intent, case(chat).topic.confidence) == ("faq_cancel_order", 1.0)
    assert "urgency_money" in case(chat).urgency.why
    event = last_event(chat)
    assert event.before.get("topic") is None
    assert event.after["topic"] == "faq_cancel_order"
    assert (case(chat).conversation.epoch, chat.state()) == (0, WAITING)


# --- taken back


def undo(chat: Any, changed: Change, by: Any = NORA) -> Any:
    return chat.desk.undo(by, changed.event_id, chat.now, chat.now + timedelta(minutes=10))


@pytest.mark.parametrize("what", ["resolve", "release", "snooze", "reassign", "merge"])
def test_what_was_just_done_is_taken_back(chat: Any, duplicate: Chat, what: str) -> None:
    waits(chat).claim("nora")
    before, until = case(chat), chat.now + timedelta(hours=1)
    do = {
        "resolve": lambda: chat.desk.resolve(NORA, chat.id, Outcome.SOLVED, chat.now),
        "release": lambda: chat.desk.release(NORA, chat.id, chat.now),
        "snooze": lambda: chat.desk.snooze(NORA, chat.id, until, chat.now),
        "reassign": lambda: chat.desk.reassign(NORA, chat.id, SAM, chat.now, until),
        "merge": lambda: chat.desk.merge(NORA, chat.id, duplicate.id, chat.now),
    }
    messages = chat.texts()
    changed = do[what]()
    assert changed.undo_until == chat.now + timedelta(seconds=30)
    chat.wait(seconds=29)
    undo(chat, changed)
    after = case(chat)
    assert (after.conversation.state, after.holder) == (HUMAN, Holder("nora", "Nora"))
    assert (after.snoozed_until, after.merged_into, after.outcome) == (None, None, None)
    assert after.waiting_since == before.waiting_since
    assert len(chat.store.escalations(chat.id)) == 1
    assert chat.texts() == messages
    assert last_event(chat).after["undone"] == changed.event_id
    chat.desk.reply(NORA, chat.id, "Me revoilà", "r1", chat.now)
    with pytest.raises(CannotUndo):  # only once
        undo(chat, changed)


def test_what_can_no_longer_be_taken_back(chat: Any) -> None:
    changed = resolved(chat)
    with pytest.raises(CannotUndo, match="somebody else"):
        undo(chat, changed, SAM)
    with pytest.raises(CannotUndo, match="no such event"):
        undo(chat, Change(chat.id, 10_000))
    chat.wait(seconds=31)
    with pytest.raises(CannotUndo, match="too late"):
        undo(chat, changed)
    assert chat.state() is RESOLVED


def test_a_message_in_between_makes_it_final(chat: Any) -> None:
    waits(chat).claim("nora")
    changed = chat.desk.release(NORA, chat.id, chat.now)
    chat.say("vous êtes là ?")
    with pytest.raises(CannotUndo, match="happened"):
        undo(chat, changed)
    assert chat.state() is WAITING


def test_a_hand_back_is_final(chat: Any) -> None:
    chat.claim("nora")
    changed = chat.hand_back("nora")
    assert changed.undo_until is None
    with pytest.raises(CannotUndo):
        undo(chat, changed)
