"""How cases, messages and what happened look to the console's pages: plain JSON, text as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.bootstrap import Application
from bot.services.case_file import CaseFile
from bot.services.desk_ports import Case, Timeline
from bot.services.event_words import EventWords
from bot.services.order_snapshots import is_late
from bot.services.topics import Topics
from bot.support.cases import topic_of
from bot.support.conversations import Author, Message
from bot.support.desk import UNDO_TIME, UNDOABLE, CaseTopic, Change, Holder, Note
from bot.support.events import ActorKind, Event
from bot.support.staff import Staff
from bot.web.moments import moment

LONGEST_PREVIEW = 200


class Presenter:
    """Presents with the texts, and at the moment, of one answer; ``names`` are the staff's."""

    def __init__(self, application: Application, names: Mapping[str, str] | None = None) -> None:
        self._now = application.clock.now()
        self._topics = Topics(application.live)
        self._words = EventWords(application.live, names or {})
        self._live = application.live

    def case(self, case: Case) -> dict[str, Any]:
        """Returns a case as the queue shows it."""
        last = case.last_message
        return {
            "id": case.id,
            "state": case.conversation.state.value,
            "epoch": case.conversation.epoch,
            "source": case.source.value,
            "seller": {
                "id": case.conversation.seller_id,
                "name": case.seller_name or case.conversation.seller_id,
            },
            "topic": self._topic(case.topic),
            "urgency": {
                "level": case.urgency.level,
                "why": [self.text(reason) for reason in case.urgency.why],
            },
            "prioritised": case.prioritised,
            "order": self._order_of(case),
            "reason": case.reason.value if case.reason else None,
            "reason_french": self.reason(case.reason.value) if case.reason else None,
            "waiting_since": _moment(case.waiting_since),
            "holder": person(case.holder) if case.holder else None,
            "viewers": [person(viewer) for viewer in case.viewers],
            "last_message": {
                "number": last.number,
                "author": last.author.value,
                "text": shortened(last.text),
                "created_at": moment(last.created_at),
            }
            if last
            else None,
            "snoozed_until": _moment(case.snoozed_until),
            "merged_into": case.merged_into,
            "outcome": case.outcome.value if case.outcome else None,
            "resolved_at": _moment(case.resolved_at),
        }

    def case_file(self, case: Case, file: CaseFile) -> dict[str, Any]:
        """Returns what is known beside a case: seller, order then and now, what the bot did."""
        then, now = self._order_of(case), file.order_now and self.order(file.order_now)
        return {
            "seller": {
                "id": file.seller_id,
                "name": file.seller_name or file.seller_id,
                "orders_open": file.orders_open,
                "completion_rate": file.completion_rate,
            },
            "order": {"then": then, "now": now} if then or now else None,
            "marketplace_known": file.marketplace_known,
            "slots": [vars(slot) for slot in file.slots],
            "answers": [{**vars(answer), "at": moment(answer.at)} for answer in file.answers],
            "actions": [{**vars(action), "at": moment(action.at)} for action in file.actions],
        }

    def order(self, snapshot: Mapping[str, Any]) -> dict[str, Any]:
        """Returns an order as it stood at one moment."""
        return {
            "number": snapshot["number"],
            "title": snapshot["title"],
            "status": snapshot["status"],
            "status_french": self.text(f"case_status_{snapshot['status']}"),
            "due_at": snapshot["due_at"],
            "late": is_late(snapshot, self._now),
        }

    def timeline(self, timeline: Timeline, last_number: int) -> dict[str, Any]:
        """Returns messages and notes; ``last_number`` is that of the conversation."""
        sellers = [m.number for m in timeline.messages if m.author is Author.SELLER]
        last = max(sellers, default=0)
        return {
            "messages": [
                self.message(message, last, timeline.thumbs.get(message.number))
                for message in timeline.messages
            ],
            "notes": [note(each) for each in timeline.notes],
            "last_number": max([last_number, *(m.number for m in timeline.messages)]),
        }

    def message(
        self, message: Message, last_seller_number: int = 0, thumb: str | None = None
    ) -> dict[str, Any]:
        """Returns a message, with what was understood in it; buttons without their tokens."""
        overtaken = last_seller_number > message.number
        understood = topic_of([message.understanding]) if message.understanding else None
        agent = None
        if message.agent_id:
            agent = {"id": message.agent_id, "name": message.agent_name or message.agent_id}
        return {
            "number": message.number,
            "author": message.author.value,
            "agent": agent,
            "text": message.text,
            "created_at": moment(message.created_at),
            "topic": self._topic(understood),
            "response": message.response,
            "buttons": [
                {
                    "title": button.title,
                    "state": button.state(overtaken=overtaken, now=self._now).value,
                }
                for button in message.buttons
            ],
            "thumb": thumb,
        }

    def history(self, events: Sequence[Event], staff: Staff) -> list[dict[str, Any]]:
        """Returns what happened, oldest first; the last may be this person's to take back."""
        last = events[-1].id if events else None
        return [
            {
                "id": event.id,
                "at": moment(event.at),
                "actor": self._words.actor(event),
                "text": self._words.summary(event),
                "undoable": event.id == last and self._is_undoable(event, staff),
            }
            for event in events
        ]

    def reason(self, reason: str) -> str:
        """Returns in French why a human is asked for."""
        said = self.text(f"event_value_reason_{reason}")
        return said[:1].upper() + said[1:]

    def topics(self) -> list[dict[str, str]]:
        """Returns all that a conversation can be about."""
        return [
            {"intent": topic.intent, "title": topic.title, "group": topic.group}
            for topic in self._topics.all()
        ]

    def text(self, text_id: str) -> str:
        """Returns a French text by its id, the id itself where nobody wrote one."""
        response = self._live.current.responses.get(text_id)
        return response.text if response is not None else text_id

    def _topic(self, topic: CaseTopic | None) -> dict[str, Any] | None:
        if topic is None:
            return None
        return {
            "intent": topic.intent,
            "title": self._topics.title(topic.intent),
            "confidence": min(max(topic.confidence, 0.0), 1.0),
        }

    def _order_of(self, case: Case) -> dict[str, Any] | None:
        if case.order is not None:
            return self.order(case.order)
        if case.order_number is None:
            return None
        return {
            "number": case.order_number,
            "title": "",
            "status": "unknown",
            "status_french": self.text("case_order_unknown"),
            "due_at": None,
            "late": False,
        }

    def _is_undoable(self, event: Event, staff: Staff) -> bool:
        mine = event.actor_kind is ActorKind.STAFF and event.actor_id == staff.id
        return mine and event.kind in UNDOABLE and self._now <= event.at + UNDO_TIME


def person(who: Holder | Staff) -> dict[str, str]:
    """Returns somebody on the staff."""
    return {"id": who.id, "name": who.name}


def note(written: Note) -> dict[str, Any]:
    """Returns an internal note."""
    return {
        "id": written.id,
        "staff": person(written.staff),
        "text": written.text,
        "created_at": moment(written.created_at),
    }


def undo(change: Change | None) -> dict[str, Any] | None:
    """Returns how a change can be taken back, None when it cannot."""
    if change is None or change.undo_until is None:
        return None
    return {"event_id": change.event_id, "until": moment(change.undo_until)}


def shortened(text: str, longest: int = LONGEST_PREVIEW) -> str:
    """Returns the beginning of a text, with an ellipsis where it goes on."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def names_of(staff: Iterable[Staff]) -> dict[str, str]:
    """Returns the staff's names by id."""
    return {one.id: one.name for one in staff}


def _moment(when: datetime | None) -> str | None:
    return moment(when) if when is not None else None
