"""What staff ask of the assistant in Slack: handlers by kind of delivery, each returns calls.

They run in a worker after Slack was answered and may run again after a crash: what they do
themselves is harmless to repeat, and what they return is sent once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.models.blocks import Block

from bot.errors import AccessDenied, AssistantUnavailable, MarketplaceError, OrderNotFound
from bot.language.slack_markup import question
from bot.services.staff_words import Asked, Request, read_request
from bot.support.slack import RESPOND, SlackCall
from bot.support.staff import Staff
from bot.web.slack import answers
from bot.web.slack.asking_parts import AskingParts, message
from bot.web.slack.blocks import section
from bot.web.slack.home_clicks import home_handlers
from bot.web.slack.triage_clicks import triage_handlers
from bot.web.slack.words import Words

Handler = Callable[[Mapping[str, Any]], list[SlackCall]]

_READ = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of messages that people write; edits, deletions and joining are none."""
_PRIVATE = frozenset({Request.ORDER, Request.ORDERS, Request.QUEUE, Request.ME})
"""What only whoever asks may read, also where others are in the channel."""
_QUEUE_SHOWN = 10


def handlers(parts: AskingParts) -> Mapping[str, Handler]:
    """Returns the handlers; "event:message.im" is a person's direct message."""
    asking = Asking(parts)
    return {
        "event:app_mention": asking.mentioned,
        "event:message.im": asking.written_to,
        "command:/vendeurs": asking.commanded,
        **{f"action:{answers.ASK_TOPIC}:{n}": asking.topic_chosen for n in range(3)},
        f"action:{answers.OPEN_CONSOLE}": lambda payload: [],  # the browser has gone there
        **home_handlers(parts),
        **triage_handlers(parts),
    }


class Asking:
    """Answers messages, mentions and commands."""

    def __init__(self, parts: AskingParts) -> None:
        self._parts = parts

    def written_to(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Answers a direct message, in its thread if it is in one."""
        event = payload["event"]
        if not _is_from_a_person(event):
            return []
        place = {"channel": event["channel"], "thread_ts": event.get("thread_ts")}
        calls = [self._post(place, self._reply(event["user"], _asked(event)))]
        if event.get("files"):
            calls.insert(0, self._post(place, [section(self._words().say("slack_ask_files"))]))
            return calls if _text_of(event) else calls[:1]
        return calls

    def mentioned(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Answers a mention in a thread below it; what is not for everybody, to who asked only."""
        event = payload["event"]
        if not _is_from_a_person(event):
            return []
        asked = _asked(event)
        blocks = self._reply(event["user"], asked)
        if asked.request in _PRIVATE:
            place = {"channel": event["channel"], "user": event["user"]}
            if event.get("thread_ts"):
                place["thread_ts"] = event["thread_ts"]
            return [message("chat.postEphemeral", place, blocks)]
        thread = event.get("thread_ts") or event["ts"]
        return [self._post({"channel": event["channel"], "thread_ts": thread}, blocks)]

    def commanded(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Answers `/vendeurs …`, to who typed it only."""
        asked = read_request(question(str(payload.get("text") or "")))
        blocks = self._reply(payload["user_id"], asked)
        place = {"url": payload["response_url"], "response_type": "ephemeral"}
        return [message(RESPOND, place, blocks)]

    def topic_chosen(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Puts the chosen topic's answer where the choices were."""
        words = self._words()
        chosen = [self._parts.answers.topic(action["value"]) for action in payload["actions"]]
        found = [answer for answer in chosen if answer is not None]
        blocks = answers.answer_blocks(words, found)
        blocks = blocks or [section(words.say("slack_answer_gone"))]
        place = {"url": payload["response_url"], "replace_original": True}
        return [message(RESPOND, place, blocks)]

    def _reply(self, user: str, asked: Asked) -> list[Block]:
        words, staff = self._words(), self._parts.who(user)
        try:
            return self._found(words, user, staff, asked)
        except AccessDenied:
            return [section(words.say("slack_refused", user=user))]
        except OrderNotFound:
            return [section(words.say("slack_order_unknown", number=asked.about))]
        except MarketplaceError:
            return [section(words.say("slack_orders_unavailable"))]
        except AssistantUnavailable:
            return [section(words.say("slack_unavailable"))]

    def _found(self, words: Words, user: str, staff: Staff | None, asked: Asked) -> list[Block]:
        parts, about = self._parts, asked.about
        if asked.request is Request.HELP:
            return [section(words.say("slack_help"))]
        if asked.request is Request.ORDER:
            if not about:
                return [section(words.say("slack_order_how"))]
            return answers.order_blocks(words, parts.orders.order(staff, about))
        if asked.request is Request.ORDERS:
            return answers.orders_blocks(words, about, parts.orders.open_orders(staff, about))
        if asked.request is Request.QUESTION:
            return answers.found_blocks(words, parts.answers.ask(about))
        overview = parts.overview.of(staff)
        if asked.request is Request.ME:
            return answers.me_blocks(words, staff, overview, user)
        if staff is None:
            return answers.figures_blocks(words, overview, user)
        return answers.queue_blocks(words, overview, parts.overview.waiting(_QUEUE_SHOWN))

    def _words(self) -> Words:
        return self._parts.words()

    @staticmethod
    def _post(place: Mapping[str, Any], blocks: list[Block]) -> SlackCall:
        return message("chat.postMessage", place, blocks)


def _is_from_a_person(event: Mapping[str, Any]) -> bool:
    """Tells a person's message from bots', our own among them, and from edits and deletions."""
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype") in _READ


def _text_of(event: Mapping[str, Any]) -> str:
    return question(str(event.get("text") or ""))


def _asked(event: Mapping[str, Any]) -> Asked:
    return read_request(_text_of(event))
