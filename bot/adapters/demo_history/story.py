"""One conversation of the demo's history, told step by step into rows of our tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.adapters.demo_history.texts import DemoTexts, DemoTopic
from bot.support.conversations import (
    Author,
    ConversationState,
    EscalationReason,
    Message,
    Reply,
)
from bot.support.events import ActorKind, Event, EventKind
from bot.support.feedback import Thumb, ThumbValue

STAFF = (("nora", "Nora"), ("sam", "Sam"), ("ines", "Inès"))


class Story:
    """Grows one conversation; ``at`` is the moment of its next step.

    Steps that would come after ``until`` do not happen: the conversation stands where it is then.
    """

    def __init__(
        self, id: str, seller: tuple[str, str], at: datetime, until: datetime, texts: DemoTexts,
        chance: Random,
    ) -> None:  # fmt: skip
        self.id = id
        self.seller_id, self.seller_name = seller
        self.at = self.begun_at = at
        self.until = until
        self.texts = texts
        self.chance = chance
        self.staff: tuple[str, str] | None = None
        self.state = ConversationState.BOT
        self.epoch = 0
        self.request: dict[str, Any] | None = None
        self.outcome: str | None = None
        self.ended_at: datetime | None = None
        self.messages: list[Message] = []
        self.events: list[Event] = []
        self.requests: list[dict[str, Any]] = []
        self.thumbs: list[tuple[Thumb, datetime]] = []

    @property
    def going_on(self) -> bool:
        """Tells whether the next step still happens."""
        return self.at <= self.until

    def later(self, seconds: float) -> None:
        """Moves on to the next step, at least a second later."""
        self.at += timedelta(seconds=max(1, round(seconds)))

    def seller(self, text: str, intent: str | None, among: Sequence[DemoTopic] = ()) -> None:
        """Lets the seller write; ``intent`` None: an agent holds the conversation."""
        if not self.going_on:
            return
        if not self.messages:
            self.happened(EventKind.CONVERSATION_OPENED, ActorKind.SELLER, source="chat")
        understanding = self._understood(intent, among) if intent else {}
        self._said(Author.SELLER, text, understanding=understanding, model="demo")

    def bot(self, response: str) -> None:
        """Lets the bot answer with an approved text, a moment later."""
        self.later(self.chance.uniform(1, 3))
        if not self.going_on:
            return
        reply = self.texts.reply(response)
        self._said(Author.BOT, reply.text, reply=reply)

    def agent(self, text: str) -> None:
        """Lets the agent who holds the conversation write."""
        if not self.going_on or self.staff is None:
            return
        self._said(Author.AGENT, text)
        self.happened(EventKind.CONVERSATION_REPLIED, ActorKind.STAFF, message=len(self.messages))

    def thumb(self, value: ThumbValue) -> None:
        """Lets the seller say what they think of the bot's last answer."""
        answers = [m for m in self.messages if m.author is Author.BOT and m.response]
        if answers and self.going_on:
            last = answers[-1]
            thumb = Thumb(self.id, last.number, value, str(last.response), 1)
            self.thumbs.append((thumb, self.at))

    def ask_human(self, reason: EscalationReason, open_now: bool) -> None:
        """Asks for a human."""
        if not self.going_on:
            return
        self.state = ConversationState.WAITING
        self.request = {"reason": reason.value, "asked_at": self.at, "closed_at": None}
        self.requests.append(self.request)
        self.happened(
            EventKind.CONVERSATION_ESCALATED, ActorKind.BOT,
            state="waiting", reason=reason.value, open=open_now,
        )  # fmt: skip

    def end(
        self, kind: EventKind, actor: ActorKind, state: ConversationState, **after: Any
    ) -> None:
        """Lets somebody bring the conversation into another state; the request ends with it."""
        if not self.going_on:
            return
        if state is not ConversationState.HUMAN:
            if self.request is not None:
                self.request["closed_at"] = self.at
            self.request = None
        self.state = state
        self.outcome, self.ended_at = after.get("outcome"), self.at
        self.epoch += 1
        self.happened(kind, actor, state=state.value, **after)
        if state is not ConversationState.HUMAN:
            self.staff = None

    def claim(self) -> None:
        """Lets somebody on the staff take the conversation."""
        if self.going_on:
            self.staff = self.chance.choice(STAFF)
            self.end(
                EventKind.CONVERSATION_CLAIMED, ActorKind.STAFF, ConversationState.HUMAN,
                holder=self.staff[0],
            )  # fmt: skip

    def happened(self, kind: EventKind, actor: ActorKind, **after: Any) -> None:
        """Records that something happened now."""
        names = {ActorKind.SELLER: self.seller_id, ActorKind.STAFF: (self.staff or ("",))[0]}
        told = {"epoch": self.epoch, "number": len(self.messages), **after}
        self.events.append(Event(kind, self.at, actor, names.get(actor), self.id, after=told))

    def _said(self, author: Author, text: str, reply: Reply | None = None, **more: Any) -> None:
        number = len(self.messages) + 1
        about: dict[str, Any] = {}
        if reply is not None:
            about = {"response": reply.response, "response_version": reply.version,
                     "values": reply.values, "reply_to": number - 1}  # fmt: skip
        self.messages.append(
            Message(self.id, number, author, text, self.at, client_id=f"{self.id}-{number}",
                    **about, **more)
        )  # fmt: skip

    def _understood(self, intent: str, among: Sequence[DemoTopic]) -> Mapping[str, Any]:
        """Returns what the model would have stored of a message."""
        sure = self.chance.uniform(0.3, 0.45 if intent == "nlu_fallback" else 0.98)
        others = [topic.intent for topic in among if topic.intent != intent]
        left = 1 - sure
        ranking = [{"name": intent, "confidence": round(sure, 4)}]
        for name in self.chance.sample(others, min(9, len(others))):
            left /= 2
            ranking.append({"name": name, "confidence": round(left, 4)})
        return {"intent": ranking[0], "intent_ranking": ranking, "entities": []}
