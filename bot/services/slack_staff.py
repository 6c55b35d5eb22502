"""Who somebody in Slack is to us, and how they are told what was not done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import (
    AlreadyClaimed,
    AssistantError,
    BadInput,
    DeskError,
    NotHolder,
    UnknownVariable,
)
from bot.services.desk_ports import StaffDirectory
from bot.services.live_content import LiveContent
from bot.services.slack_ports import SlackUsers
from bot.support.desk import Holder
from bot.support.slack import SlackCall
from bot.support.staff import Staff

REFUSED = (DeskError, BadInput)
"""What is told to whoever asked; anything else is tried again."""
_SLACKBOT = "USLACKBOT"


class SlackStaff:
    """Maps Slack users to staff; whoever is not mapped, or disabled, may only read. Blocks."""

    def __init__(self, users: SlackUsers, directory: StaffDirectory) -> None:
        self._users = users
        self._directory = directory

    def of(self, slack_user_id: str) -> Staff | None:
        """Returns who a Slack user is, None for somebody who may only read."""
        staff_id = self._users.staff_id(slack_user_id)
        if staff_id is None:
            return None
        return next((one for one in self._directory.colleagues() if one.id == staff_id), None)


class SlackWords:
    """Says things to one person in Slack."""

    def __init__(self, live: LiveContent) -> None:
        self._live = live

    def text(self, text_id: str, **values: str) -> str:
        """Returns a text by its id."""
        return self._live.current.render(text_id, values).text

    def tell(
        self, channel: str, user: str, text_id: str, thread_ts: str | None = None, **values: str
    ) -> SlackCall:
        """Returns the call that says something to one person where they are."""
        arguments = {"channel": channel, "user": user, "text": self.text(text_id, **values)}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        return SlackCall("chat.postEphemeral", arguments)

    def refusal(
        self, channel: str, user: str, error: AssistantError, thread_ts: str | None = None
    ) -> SlackCall:
        """Returns the call that says why something was not done, and who holds it if that is it."""
        if isinstance(error, (AlreadyClaimed, NotHolder)):
            if isinstance(error.holder, Holder):
                name = error.holder.name
                return self.tell(channel, user, "slack_held_by", thread_ts, name=name)
            return self.tell(channel, user, "slack_held_by_nobody", thread_ts)
        return self.tell(
            channel, user, _SENTENCES.get(_code(error), "slack_not_possible"), thread_ts
        )


_SENTENCES = {
    "text_empty": "slack_text_empty",
    "text_too_long": "slack_text_too_long",
    "unknown_variable": "slack_unknown_variable",
}


def _code(error: AssistantError) -> str:
    if isinstance(error, UnknownVariable):
        return "unknown_variable"
    return str(getattr(error, "code", ""))


def is_of_a_person(message: Mapping[str, Any]) -> bool:
    """Tells whether a person wrote a message: neither we nor another bot, nor Slack itself."""
    if message.get("bot_id") or message.get("subtype") == "bot_message":
        return False
    return bool(message.get("user")) and message["user"] != _SLACKBOT
