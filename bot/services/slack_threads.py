"""Keeps cards and threads as the conversations are, whichever surface a change came from.

What changed is found in the tables themselves: the numbers of messages, notes and events a thread
has had, against those there are. No surface calls Slack.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.errors import AssistantError
from bot.language.slack_markup import escaped
from bot.services.desk_ports import Case, InboxQuery
from bot.services.inbox import LARGEST_PAGE, Inbox
from bot.services.live_content import LiveContent
from bot.services.ports import Clock
from bot.services.slack_cards import SlackCards
from bot.services.slack_ports import SlackThreadStore, ThreadNews
from bot.services.slack_staff import SlackWords
from bot.support.conversations import Author, Message
from bot.support.desk import Note
from bot.support.slack import Channels, Place, SlackCall, SlackThread

logger = logging.getLogger(__name__)

AGED_EVERY = timedelta(minutes=1)
"""How often cards are looked at that nothing happened to: waiting makes a case more urgent."""


class SlackThreads:
    """Puts what cards and threads lack into the outbox; blocks."""

    def __init__(
        self,
        store: SlackThreadStore,
        inbox: Inbox,
        cards: SlackCards,
        live: LiveContent,
        clock: Clock,
        channels: Channels,
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._cards = cards
        self._words = SlackWords(live)
        self._clock = clock
        self._channels = channels
        self._look_again_at = clock.now() + AGED_EVERY

    def catch_up(self) -> None:
        """Brings all cards and threads up to date."""
        for conversation_id in dict.fromkeys([*self._store.behind(), *self._aged()]):
            try:
                self._catch_up(conversation_id)
            except AssistantError as error:
                logger.warning("the thread of %s stays behind: %r", conversation_id, error)

    def _aged(self) -> Iterator[str]:
        """Yields, once in a while, the cases of the queue whose card has come to say too little."""
        now = self._clock.now()
        if now < self._look_again_at:
            return
        self._look_again_at = now + AGED_EVERY
        shown, query = self._store.cards(), InboxQuery(limit=LARGEST_PAGE)
        while True:
            page = self._inbox.page(query)
            for case in page.cases:
                if case.id in shown and _digest(self._cards.card(case)) != shown[case.id]:
                    yield case.id
            if page.next_cursor is None:
                return
            query = replace(query, cursor=page.next_cursor)

    def _catch_up(self, conversation_id: str) -> None:
        news = self._store.news(conversation_id)
        case = self._inbox.case(conversation_id)
        card = self._cards.card(case)
        digest = _digest(card)
        old = news.thread or self._new(case)
        notes = _until_last(news)
        calls = [self._line(case, each) for each in _in_order(news, notes)]
        lane = _lane(case.id)
        if news.thread is None:
            posted = {"channel": old.channel, **card}
            calls.insert(
                0,
                SlackCall(
                    "chat.postMessage", posted, f"card:{case.id}", lane, None, Place.CARD, case.id
                ),
            )
        elif digest != old.card:
            key = f"update:{case.id}:{news.event}:{old.mirrored}:{digest[:16]}"
            calls.append(
                SlackCall("chat.update", card, key, lane, None, Place.CARD_UPDATE, case.id)
            )
        new = replace(
            old,
            mirrored=max([old.mirrored, *(m.number for m in news.messages)]),
            noted=max([old.noted, *(n.id for n in notes)]),
            event=news.event,
            card=digest,
        )
        self._store.advance(news.thread, new, calls, self._clock.now())

    def _new(self, case: Case) -> SlackThread:
        topic = case.topic.intent if case.topic else None
        return SlackThread(case.id, self._channels.of(topic, case.urgency.level))

    def _line(self, case: Case, said: Message | Note) -> SlackCall:
        """Returns the call that puts one line into the thread."""
        if isinstance(said, Note):
            key, text = f"note:{case.id}:{said.id}", self._note(said)
        else:
            key, text = f"line:{case.id}:{said.number}", self._message(case, said)
        arguments = {"text": text, "unfurl_links": False, "unfurl_media": False}
        return SlackCall(
            "chat.postMessage", arguments, key, _lane(case.id), None, Place.THREAD, case.id
        )

    def _note(self, note: Note) -> str:
        name, text = escaped(note.staff.name), escaped(note.text)
        return self._words.text("slack_line_note", name=name, text=text)

    def _message(self, case: Case, message: Message) -> str:
        names = {Author.SELLER: self._cards.seller(case), Author.AGENT: message.agent_name or ""}
        name = escaped(names.get(message.author, ""))
        text_id = f"slack_line_{message.author.value}"
        said = self._words.text(text_id, name=name, text=escaped(message.text))
        if message.buttons:
            choices = " · ".join(escaped(button.title) for button in message.buttons)
            said += "\n" + self._words.text("slack_line_choices", choices=choices)
        return said


def _digest(card: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _until_last(news: ThreadNews) -> list[Note]:
    """Returns the notes that come before more messages than were read at once."""
    if not news.more:
        return list(news.notes)
    last = news.messages[-1].created_at
    return [note for note in news.notes if note.created_at <= last]


def _in_order(news: ThreadNews, notes: list[Note]) -> list[Message | Note]:
    """Returns messages by number, each note before the first message that is newer.

    Notes written in the thread itself are there already.
    """
    left = [note for note in notes if note.id not in news.from_slack]
    found: list[Message | Note] = []
    for message in news.messages:
        while left and left[0].created_at < message.created_at:
            found.append(left.pop(0))
        found.append(message)
    return [*found, *left]


def _lane(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"
