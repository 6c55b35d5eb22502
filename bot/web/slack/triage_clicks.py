"""The message shortcut « Trier ce ticket », and its window sent off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from slack_sdk.models.blocks import Block

from bot.errors import AssistantUnavailable, BadInput
from bot.language.slack_markup import question
from bot.services.staff_answers import ApprovedAnswer
from bot.services.ticket_reading import MAX_TICKET_LENGTH, Ticket
from bot.services.triage import Assessment
from bot.support.slack import SlackCall
from bot.web.slack.asking_parts import AskingParts, message
from bot.web.slack.blocks import section
from bot.web.slack.triage import SHORTCUT, SUBMITTED, assessment_blocks, submitted, triage_view
from bot.web.slack.words import link

TRIGGER_LIFE = timedelta(seconds=3)
"""How long after the click Slack opens a window; later the result goes to a direct message."""

_SYSTEM = "slack"
_SELLER = re.compile(r"[!-~]{1,128}", re.ASCII)


def triage_handlers(
    parts: AskingParts,
) -> Mapping[str, Callable[[Mapping[str, Any]], list[SlackCall]]]:
    """Returns the handlers of triage."""
    clicks = TriageClicks(parts)
    return {f"shortcut:{SHORTCUT}": clicks.asked, f"view:{SUBMITTED}": clicks.sent_off}


class TriageClicks:
    """Reads tickets pasted into Slack; staff may put them into the queue."""

    def __init__(self, parts: AskingParts) -> None:
        self._parts = parts

    def asked(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Opens the window with what triage makes of a message."""
        words, user = self._parts.words(), payload["user"]["id"]
        text = question(str(payload["message"].get("text") or ""))
        try:
            found, answers = self._assess(text)
        except AssistantUnavailable:
            return [self._tell(user, [section(words.say("slack_unavailable"))])]
        left = _moment(payload["action_ts"]) + TRIGGER_LIFE - self._parts.application.clock.now()
        if left <= timedelta():  # after a crash, or with a slow model
            blocks = (
                assessment_blocks(words, found, answers)
                if found
                else [section(words.say("slack_triage_nothing"))]
            )
            return [self._tell(user, [section(words.say("slack_triage_slow")), *blocks])]
        reference = f"{payload['channel']['id']}:{payload['message']['ts']}"
        may_open = self._parts.who(user) is not None
        view = triage_view(words, found, answers, text, reference, may_open=may_open)
        arguments = {"trigger_id": payload["trigger_id"], "view": view}
        return [SlackCall("views.open", arguments, lasts=left)]

    def sent_off(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Puts the window's ticket into the queue, once, and says so in a direct message."""
        words, user = self._parts.words(), payload["user"]["id"]
        if self._parts.who(user) is None:
            return [self._tell(user, [section(words.say("slack_refused", user=user))])]
        text, seller, reference = submitted(payload["view"])
        if not _SELLER.fullmatch(seller):
            return [
                self._tell(user, [section(words.say("slack_triage_bad_seller", seller=seller))])
            ]
        ticket = Ticket(text, seller_id=seller, reference=reference, open=True)
        triage = self._parts.application.triage
        try:
            opened = triage.enqueue(ticket, _SYSTEM, triage.assess(ticket))
        except BadInput:
            return [self._tell(user, [section(words.say("slack_triage_nothing"))])]
        said = "slack_triage_opened" if opened.created else "slack_triage_there"
        where = link(words.address(opened.conversation.id), seller)
        return [self._tell(user, [section(words.say(said, link=where))])]

    def _assess(self, text: str) -> tuple[Assessment | None, Sequence[ApprovedAnswer]]:
        """Returns the assessment and its approved answers; None where there is nothing to read."""
        try:
            found = self._parts.application.triage.assess(Ticket(text[:MAX_TICKET_LENGTH]))
        except BadInput:
            return None, ()
        suggested = (self._parts.answers.topic(each.response) for each in found.suggestions)
        return found, [answer for answer in suggested if answer is not None]

    @staticmethod
    def _tell(user: str, blocks: list[Block]) -> SlackCall:
        return message("chat.postMessage", {"channel": user}, blocks)


def _moment(slack_ts: str) -> datetime:
    return datetime.fromtimestamp(float(slack_ts), timezone.utc)
