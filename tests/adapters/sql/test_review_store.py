"""Messages to review are found where they are: each once, with all its reasons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.event_log import EventLog
from bot.adapters.sql.review_store import SqlReviewStore
from bot.support.conversations import Escalation, EscalationReason, Reply
from bot.support.events import ActorKind, Event, EventKind
from bot.support.feedback import Thumb, ThumbValue
from bot.support.review import Decision, ExportState, Review, ReviewReason

LONG_AGO = datetime.min.replace(year=2000).astimezone()
SURE, UNSURE = 0.93, 0.47


@pytest.fixture
def reviews(engine: Engine) -> SqlReviewStore:
    return SqlReviewStore(engine)


def understood(intent: str, confidence: float, *others: str) -> dict[str, Any]:
    ranking = [{"name": intent, "confidence": confidence}]
    ranking += [{"name": other, "confidence": 0.1} for other in others]
    return {"intent": ranking[0], "intent_ranking": ranking}


def ask(chat: Any, text: str, intent: str, confidence: float, **leaves: Any) -> int:
    """A whole turn; returns the number of the seller's message."""
    chat.wait(minutes=1)
    response = leaves.pop("response", intent)
    start = chat.turn(text)
    label = understood(intent, confidence, "faq_block_buyer", "greet")
    chat.answer(start, Reply("Voici.", response, 1), understanding=label, **leaves)
    return int(start.messages[-1].number)


def thumb(chat: Any, number: int, value: ThumbValue = ThumbValue.DOWN) -> None:
    chat.store.put_thumb(Thumb(chat.id, number + 1, value, "faq_x", 1), chat.now)


def correct(engine: Engine, chat: Any, intent: str) -> None:
    chat.wait(minutes=1)
    EventLog(engine).append_event(
        Event(
            EventKind.TOPIC_CORRECTED,
            chat.now,
            ActorKind.STAFF,
            "nora",
            chat.id,
            after={"topic": intent},
        )
    )


def found(reviews: SqlReviewStore, since: datetime = LONG_AGO) -> list[tuple[str, set[str]]]:
    return [(i.text, {r.value for r in i.reasons}) for i in reviews.review_items(since, 50)]


def test_low_confidence_is_found_and_confidence_is_not(chat: Any, reviews: SqlReviewStore) -> None:
    ask(chat, "mon client fait le mort", "faq_buyer_unresponsive", SURE)
    ask(chat, "truc bidule", "nlu_fallback", 0.3)
    ask(chat, "ça bloque là", "faq_block_buyer", UNSURE)
    assert found(reviews) == [
        ("ça bloque là", {"low_confidence"}), ("truc bidule", {"low_confidence"}),
    ]  # fmt: skip


def test_what_a_form_asked_for_is_no_topic(chat: Any, reviews: SqlReviewStore) -> None:
    ask(chat, "j'ai la grippe", "nlu_fallback", 0.2, response="extension_confirm")
    assert found(reviews) == []


def test_the_message_that_a_disliked_answer_replied_to(chat: Any, reviews: SqlReviewStore) -> None:
    disliked = ask(chat, "comment je bloque ?", "faq_block_buyer", SURE)
    liked = ask(chat, "merci pour tout", "thank", SURE)
    thumb(chat, disliked)
    thumb(chat, liked, ThumbValue.UP)
    [item] = reviews.review_items(LONG_AGO, 50)
    assert (item.message_number, item.reasons) == (disliked, (ReviewReason.THUMBS_DOWN,))
    assert item.response == "faq_block_buyer" and item.proposed == "faq_block_buyer"
    thumb(chat, disliked, ThumbValue.UP)
    assert found(reviews) == [], "a thumb taken back"


def test_what_was_asked_before_a_human_was_wanted(chat: Any, reviews: SqlReviewStore) -> None:
    ask(chat, "on m'a volé mon brief", "faq_report_buyer", SURE)
    wanted = Escalation(chat.id, EscalationReason.CUSTOMER_REQUEST, chat.now + timedelta(minutes=1))
    ask(chat, "un humain svp", "request_human", SURE, escalations=(wanted,))
    ask(chat, "bonjour ?", "greet", SURE)
    assert found(reviews) == [("on m'a volé mon brief", {"escalated"})]


def test_what_staff_corrected_comes_first_with_their_topic_proposed(
    engine: Engine, chat: Any, reviews: SqlReviewStore
) -> None:
    ask(chat, "il veut plus de retouches", "faq_buyer_wants_changes", SURE)
    correct(engine, chat, "faq_cancel_order")
    correct(engine, chat, "faq_report_buyer")
    ask(chat, "truc", "nlu_fallback", 0.2)
    first, second = reviews.review_items(LONG_AGO, 50)
    assert (first.text, first.reasons) == ("il veut plus de retouches", (ReviewReason.CORRECTED,))
    assert first.proposed == "faq_report_buyer", "what was said last"
    assert [s.intent for s in first.ranking][1] == "faq_buyer_wants_changes"
    assert second.text == "truc"


def test_each_message_once_with_all_its_reasons(
    engine: Engine, chat: Any, reviews: SqlReviewStore
) -> None:
    wanted = Escalation(chat.id, EscalationReason.NOT_UNDERSTOOD, chat.now + timedelta(minutes=1))
    number = ask(chat, "le machin là", "nlu_fallback", 0.2, escalations=(wanted,))
    thumb(chat, number)
    correct(engine, chat, "order_status")
    assert found(reviews) == [
        ("le machin là", {"corrected", "thumbs_down", "escalated", "low_confidence"})
    ]
    assert reviews.review_counts(LONG_AGO).waiting == 1


def test_the_most_telling_first_then_the_newest(chat: Any, reviews: SqlReviewStore) -> None:
    disliked = ask(chat, "vieux mais pouce bas", "greet", SURE)
    ask(chat, "hésitant un", "greet", UNSURE)
    both = ask(chat, "hésitant et pouce bas", "greet", UNSURE)
    ask(chat, "hésitant deux", "greet", UNSURE)
    thumb(chat, disliked)
    thumb(chat, both)
    assert [text for text, _ in found(reviews)] == [
        "hésitant et pouce bas", "vieux mais pouce bas", "hésitant deux", "hésitant un",
    ]  # fmt: skip
    assert len(reviews.review_items(LONG_AGO, 2)) == 2


def test_buttons_and_texts_without_words_are_not_shown(chat: Any, reviews: SqlReviewStore) -> None:
    [token] = chat.offer("Oui")
    pressed = chat.press(token).turn
    chat.answer(pressed, Reply("Bien.", "faq_x", 1), understanding=understood("affirm", 1.0))
    thumb(chat, pressed.messages[0].number)
    typed = ask(chat, "oui", "request_extension", 1.0)  # read as a press of the button
    thumb(chat, typed)
    assert found(reviews) == []


def test_fragments_are_shown_as_they_were_read_together(chat: Any, reviews: SqlReviewStore) -> None:
    ask(chat, "salut", "greet", SURE)
    chat.say("bonjour")
    start = chat.say("mon client", owner="two")
    assert start.turn is None
    chat.say("il répond plus")
    begun = chat.store.begin_turn(chat.id, "one", chat.now, widen=True)
    label = understood("nlu_fallback", 0.2, "greet")
    chat.answer(begun, Reply("Vous vouliez ?", "clarify", 1), understanding=label)
    assert [text for text, _ in found(reviews)] == ["bonjour\nmon client\nil répond plus"]


def test_old_messages_are_left_alone(chat: Any, reviews: SqlReviewStore) -> None:
    ask(chat, "truc", "nlu_fallback", 0.2)
    assert found(reviews, since=chat.now + timedelta(seconds=1)) == []


def review(chat: Any, number: int, **said: Any) -> Review:
    given: dict[str, Any] = {
        "decision": Decision.ACCEPTED, "intent": "greet", "staff_id": "nora",
        "export": ExportState.WAITING, **said,
    }  # fmt: skip
    return Review(
        conversation_id=chat.id, message_number=number, text="truc", proposed="greet", kind="",
        reasons=(ReviewReason.LOW_CONFIDENCE,), at=chat.now, **given,
    )  # fmt: skip


def test_a_decision_is_made_once_and_can_be_taken_back_by_whoever_made_it(
    engine: Engine, chat: Any, reviews: SqlReviewStore
) -> None:
    number = ask(chat, "truc", "nlu_fallback", 0.2)
    kept = reviews.put_review(review(chat, number))
    assert kept is not None and kept.id is not None
    assert reviews.put_review(review(chat, number, staff_id="sam", intent="thank")) is None
    assert found(reviews) == [] and reviews.review_counts(LONG_AGO).to_export == 1
    assert reviews.remove_review(kept.id, "sam", chat.now) is None
    assert reviews.remove_review(kept.id, "nora", chat.now) == kept
    assert [text for text, _ in found(reviews)] == ["truc"]
    kinds = [event.kind for event in EventLog(engine).events(conversation_id=chat.id)]
    assert kinds[:2] == [EventKind.PHRASE_REVIEW_UNDONE, EventKind.PHRASE_REVIEWED]


def test_two_at_once_decide_once(chat: Any, reviews: SqlReviewStore, together: Any) -> None:
    number = ask(chat, "truc", "nlu_fallback", 0.2)
    kept = together(lambda n: reviews.put_review(review(chat, number, staff_id=f"s{n}")), 8)
    assert sum(one is not None for one in kept) == 1


def test_what_is_exported_stays(engine: Engine, chat: Any, reviews: SqlReviewStore) -> None:
    kept = reviews.put_review(review(chat, ask(chat, "truc", "nlu_fallback", 0.2)))
    skipped = reviews.put_review(
        review(
            chat, ask(chat, "bof", "nlu_fallback", 0.2),
            decision=Decision.SKIPPED, intent="", export=ExportState.NEVER,
        )
    )  # fmt: skip
    assert kept is not None and kept.id is not None and skipped is not None
    assert reviews.reviews(ExportState.WAITING) == [kept]
    reviews.mark_exported({kept.id: (ExportState.EXPORTED, "data/nlu/x.yml:12")}, chat.now)
    assert reviews.reviews(ExportState.WAITING) == []
    assert reviews.remove_review(kept.id, "nora", chat.now) is None
    after = reviews.review_of(chat.id, kept.message_number)
    assert after is not None and after.note == "data/nlu/x.yml:12"
    counts = reviews.review_counts(LONG_AGO)
    assert (counts.exported, counts.skipped, counts.to_export) == (1, 1, 0)
    newest = EventLog(engine).events(limit=1)[0]
    assert newest.kind is EventKind.PHRASE_EXPORTED and newest.after == {"export": "exported"}


def test_events_hold_nothing_a_seller_wrote(
    engine: Engine, chat: Any, reviews: SqlReviewStore
) -> None:
    reviews.put_review(review(chat, ask(chat, "truc très personnel", "nlu_fallback", 0.2)))
    assert "personnel" not in repr(EventLog(engine).events())
