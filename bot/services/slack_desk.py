"""What staff do from Slack: the buttons of cards, and what they write in a thread."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import NotHolder
from bot.language.slack_markup import plain
from bot.services.desk import Desk
from bot.services.desk_ports import Case
from bot.services.inbox import Inbox
from bot.services.slack_cards import RULES, SlackCards, read_place
from bot.services.slack_inbox import Handler
from bot.services.slack_ports import SlackThreadStore
from bot.services.slack_staff import REFUSED, SlackStaff, SlackWords, is_of_a_person
from bot.support.desk import Outcome
from bot.support.slack import SLACK_CLIENT, SlackCall
from bot.support.staff import Staff

TRIGGER_LIFE = timedelta(seconds=3)
KEPT_SIGN = "memo"
"""The reaction that says: kept as a note."""
_TO_SELLER = re.compile(r"\s*@vendeur\b[\s:,]*", re.IGNORECASE)
"""What a message to the seller begins with; without it a message is a note."""


class SlackDesk:
    """Does with conversations what staff ask for in Slack; every handler may run twice."""

    def __init__(
        self,
        desk: Desk,
        inbox: Inbox,
        threads: SlackThreadStore,
        staff: SlackStaff,
        words: SlackWords,
        cards: SlackCards,
    ) -> None:
        self._desk = desk
        self._inbox = inbox
        self._threads = threads
        self._staff = staff
        self._words = words
        self._cards = cards

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Returns what deals with each kind of delivery."""
        return {
            "action:case_claim": self._pressed,
            "action:case_resolve": self._pressed,
            "action:case_priority": self._pressed,
            "action:case_reply": self._pressed,
            "action:case_open": lambda payload: [],  # a link: Slack says that it was followed
            "view:case_reply": self._submitted,
            "event:message": self._message,
        }

    def _pressed(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Does what a button of a card says, unless the card was out of date."""
        user, channel = payload["user"]["id"], (payload.get("channel") or {}).get("id", "")
        action = payload["actions"][0]
        place = read_place(str(action.get("block_id", "")))
        thread_ts = (payload.get("message") or {}).get("thread_ts")
        if place is None:
            return []
        staff = self._staff.of(user)
        if staff is None:
            return [self._words.tell(channel, user, "slack_unmapped", thread_ts)]
        conversation_id, epoch = place
        try:
            case = self._inbox.case(conversation_id)
            if case.conversation.epoch != epoch and action["action_id"] != "case_priority":
                return self._out_of_date(case, staff, channel, user, thread_ts)
            return self._do(staff, case, action, payload, channel)
        except REFUSED as error:
            return [self._words.refusal(channel, user, error, thread_ts)]

    def _do(
        self,
        staff: Staff,
        case: Case,
        action: Mapping[str, Any],
        payload: Mapping[str, Any],
        channel: str,
    ) -> list[SlackCall]:
        kind = action["action_id"]
        chosen = str((action.get("selected_option") or {}).get("value", ""))
        if kind == "case_claim":
            self._desk.claim(staff, case.id)
        elif kind == "case_resolve":
            epoch = case.conversation.epoch
            self._desk.resolve(staff, case.id, Outcome(chosen), epoch=epoch)
        elif kind == "case_priority":
            self._desk.prioritise(staff, case.id, None if chosen == RULES else chosen)
        elif case.holder is None or case.holder.id != staff.id:
            raise NotHolder(case.holder)
        else:
            view = self._cards.reply_view(case, channel)
            arguments = {"trigger_id": payload["trigger_id"], "view": view}
            return [SlackCall("views.open", arguments, lasts=TRIGGER_LIFE)]
        return []

    def _out_of_date(
        self, case: Case, staff: Staff, channel: str, user: str, thread_ts: str | None
    ) -> list[SlackCall]:
        """Says how a conversation is now, to whoever pressed a button of how it was."""
        if case.holder is not None:
            if case.holder.id == staff.id:
                return []  # it came twice, or they took it elsewhere: it is as they wanted it
            name = case.holder.name
            return [self._words.tell(channel, user, "slack_held_by", thread_ts, name=name)]
        state = f"slack_stale_{case.conversation.state.value}"
        return [self._words.tell(channel, user, state, thread_ts)]

    def _submitted(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Sends the seller what somebody wrote in the window."""
        view, user = payload["view"], payload["user"]["id"]
        about = json.loads(view["private_metadata"])
        text = str(view["state"]["values"]["reply"]["text"]["value"] or "")
        staff = self._staff.of(user)
        if staff is None:
            return [self._words.tell(about["channel"], user, "slack_unmapped")]
        try:
            self._desk.reply(staff, about["conversation"], text, f"{SLACK_CLIENT}{view['id']}")
        except REFUSED as error:
            return [self._words.refusal(about["channel"], user, error)]
        return []

    def _message(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Takes what somebody wrote, edited or deleted in a conversation's thread."""
        event = payload["event"]
        subtype, channel = event.get("subtype"), str(event.get("channel", ""))
        message = event
        if subtype == "message_changed":
            message = event.get("message") or {}
        elif subtype == "message_deleted":
            message = event.get("previous_message") or {}
        elif subtype not in (None, "thread_broadcast", "file_share"):
            return []
        thread_ts = message.get("thread_ts")
        if not is_of_a_person(message) or not thread_ts or thread_ts == message.get("ts"):
            return []
        thread = self._threads.thread_at(channel, thread_ts)
        if thread is None:
            return []
        user = message["user"]
        staff = self._staff.of(user)
        if staff is None:
            told = subtype in (None, "file_share")
            return [self._words.tell(channel, user, "slack_unmapped", thread_ts)] if told else []
        try:
            return self._taken(staff, thread.conversation_id, event, message, channel)
        except REFUSED as error:
            return [self._words.refusal(channel, user, error, thread_ts)]

    def _taken(
        self,
        staff: Staff,
        conversation_id: str,
        event: Mapping[str, Any],
        message: Mapping[str, Any],
        channel: str,
    ) -> list[SlackCall]:
        user, thread_ts, ts = message["user"], message["thread_ts"], message["ts"]
        text = plain(str(message.get("text") or ""))
        to_seller = _TO_SELLER.match(text)
        subtype = event.get("subtype")
        if subtype == "message_deleted":
            said = "slack_deleted_reply" if to_seller else "slack_deleted_note"
            return [self._words.tell(channel, user, said, thread_ts)]
        if subtype == "message_changed":
            return self._edited(staff, conversation_id, event, text, channel)
        if message.get("files"):
            return [self._words.tell(channel, user, "slack_files", thread_ts)]
        client_id = f"{SLACK_CLIENT}{channel}:{ts}"
        if to_seller:
            self._desk.reply(staff, conversation_id, text[to_seller.end() :], client_id)
            return []  # the line in the thread that says so comes like any other
        if not text.strip():
            return []
        self._desk.note(staff, conversation_id, text, client_id)
        return [
            SlackCall("reactions.add", {"channel": channel, "timestamp": ts, "name": KEPT_SIGN})
        ]

    def _edited(
        self,
        staff: Staff,
        conversation_id: str,
        event: Mapping[str, Any],
        text: str,
        channel: str,
    ) -> list[SlackCall]:
        """Keeps an edited note as another note; nothing edited ever goes to the seller."""
        message, before = event["message"], event.get("previous_message") or {}
        if message.get("text") == before.get("text"):
            return []  # a link was unfurled, a reply was counted
        user, thread_ts = message["user"], message["thread_ts"]
        if _TO_SELLER.match(plain(str(before.get("text") or ""))):
            return [self._words.tell(channel, user, "slack_edited_reply", thread_ts)]
        if _TO_SELLER.match(text):
            return [self._words.tell(channel, user, "slack_edited_into_reply", thread_ts)]
        if text.strip():
            at = (message.get("edited") or {}).get("ts") or event.get("event_ts", "")
            said = self._words.text("slack_edited_note", text=text)
            client_id = f"{SLACK_CLIENT}{channel}:{message['ts']}:{at}"
            self._desk.note(staff, conversation_id, said, client_id)
        return []
