"""Cards of escalations in Block Kit: who waits, since when, about what, and what can be done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.language.slack_markup import escaped, moment
from bot.services.desk_ports import Case
from bot.services.live_content import LiveContent
from bot.services.slack_staff import SlackWords
from bot.services.topics import Topics
from bot.support.conversations import Author, ConversationState, Message
from bot.support.desk import Outcome
from bot.support.triage import LEVELS

LONGEST_QUOTE = 300
RULES = "rules"
_SIGNS = {
    "urgent": ":red_circle:",
    "high": ":large_orange_circle:",
    "normal": ":large_yellow_circle:",
    "low": ":white_circle:",
}
_HUMAN, _RESOLVED = ConversationState.HUMAN, ConversationState.RESOLVED


class SlackCards:
    """Renders cases as messages: ``text`` and ``blocks``."""

    def __init__(self, live: LiveContent, console_url: str) -> None:
        self._words = SlackWords(live)
        self._topics = Topics(live)
        self._console_url = console_url.rstrip("/")

    def card(self, case: Case) -> dict[str, Any]:
        """Returns the card of a case as it is now."""
        seller = escaped(self.seller(case))
        topic = self._topics.title(case.topic.intent) if case.topic else self._say("card_no_topic")
        level = self._level(case)
        title = self._say("card_title", seller=seller, topic=escaped(topic))
        blocks: list[dict[str, Any]] = [
            {"type": "section", "text": _mrkdwn(title)},
            {"type": "section", "fields": [_mrkdwn(field) for field in self._fields(case, level)]},
        ]
        if case.last_message is not None:
            author = self._author(case.last_message)
            text = escaped(_shortened(case.last_message.text))
            said = self._say("card_last", author=author, text=_quoted(text))
            blocks.append({"type": "section", "text": _mrkdwn(said)})
        blocks.append(
            {
                "type": "actions",
                "block_id": place_of(case.id, case.conversation.epoch),
                "elements": self._elements(case),
            }
        )
        fallback = self._say("card_fallback", seller=seller, topic=escaped(topic), level=level)
        return {"text": fallback, "blocks": blocks}

    def seller(self, case: Case) -> str:
        """Returns how a case's seller is called."""
        return case.seller_name or case.conversation.seller_id

    def reply_view(self, case: Case, channel: str) -> dict[str, Any]:
        """Returns the window in which somebody writes to the seller."""
        return {
            "type": "modal",
            "callback_id": "case_reply",
            "private_metadata": json.dumps({"conversation": case.id, "channel": channel}),
            "title": _plain(self._say("reply_title")),
            "submit": _plain(self._say("reply_send")),
            "close": _plain(self._say("reply_cancel")),
            "blocks": [
                {
                    "type": "input",
                    "block_id": "reply",
                    "label": _plain(self._say("reply_label")),
                    "element": {
                        "type": "plain_text_input",
                        "action_id": "text",
                        "multiline": True,
                        "max_length": 2000,
                    },
                }
            ],
        }

    def _fields(self, case: Case, level: str) -> list[str]:
        fields = [
            self._say("card_urgency", level=level),
            self._say("card_state", state=self._state(case)),
        ]
        if case.waiting_since is not None:
            fields.append(self._say("card_waiting", since=moment(case.waiting_since)))
        if case.reason is not None:
            reason = self._words.text(f"event_value_reason_{case.reason.value}")
            fields.append(self._say("card_reason", reason=reason))
        if case.order_number is not None:
            fields.append(self._say("card_order", order=self._order(case)))
        return fields

    def _level(self, case: Case) -> str:
        level = case.urgency.level
        return f"{_SIGNS.get(level, '')} {self._words.text(f'event_value_level_{level}')}".strip()

    def _author(self, message: Message) -> str:
        if message.author is Author.AGENT:
            return escaped(message.agent_name or message.agent_id or "")
        return self._words.text(f"event_actor_{message.author.value}")

    def _state(self, case: Case) -> str:
        if case.merged_into is not None:
            return self._say("card_merged")
        if case.holder is not None:
            return self._say("card_held", name=escaped(case.holder.name))
        if case.outcome is not None:
            outcome = self._words.text(f"case_outcome_{case.outcome.value}")
            return self._say("card_resolved", outcome=outcome)
        return self._words.text(f"event_value_state_{case.conversation.state.value}")

    def _order(self, case: Case) -> str:
        number = escaped(case.order_number or "")
        if case.order is None:
            return f"{number} · {self._words.text('case_order_unknown')}"
        status = self._words.text(f"case_status_{case.order['status']}")
        return f"{number} · {escaped(case.order['title'])}\n{status}"

    def _elements(self, case: Case) -> list[dict[str, Any]]:
        """Returns what can be done with a case in its state."""
        found: list[dict[str, Any]] = []
        state, merged = case.conversation.state, case.merged_into is not None
        if state is _HUMAN:
            found.append(_button("case_reply", self._say("button_reply")))
            outcomes = {
                each.value: self._words.text(f"case_outcome_{each.value}") for each in Outcome
            }
            found.append(_select("case_resolve", self._say("button_resolve"), outcomes))
        elif state is not _RESOLVED and not merged:
            found.append(_button("case_claim", self._say("button_claim"), style="primary"))
        if state is not _RESOLVED and not merged:
            levels = {level: self._words.text(f"event_value_level_{level}") for level in LEVELS}
            levels[RULES] = self._say("priority_rules")
            found.append(_select("case_priority", self._say("button_priority"), levels))
        url = f"{self._console_url}/console/conversations/{case.id}"
        found.append(_button("case_open", self._say("button_console"), url=url))
        return found

    def _say(self, text_id: str, **values: str) -> str:
        return self._words.text(f"slack_{text_id}", **values)


def place_of(conversation_id: str, epoch: int) -> str:
    """Returns the id of a card's buttons, which says what they are about and as of when."""
    return f"case:{conversation_id}:{epoch}"


def read_place(block_id: str) -> tuple[str, int] | None:
    """Returns conversation and epoch of a card's buttons; None for what is no card of ours."""
    kind, _, rest = block_id.partition(":")
    conversation_id, _, epoch = rest.rpartition(":")
    if kind != "case" or not conversation_id or not epoch.isdigit():
        return None
    return conversation_id, int(epoch)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"


def _quoted(text: str) -> str:
    return "\n".join(f">{line}" for line in text.splitlines())


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _button(action: str, title: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": _plain(title), **more}


def _select(action: str, title: str, choices: Mapping[str, str]) -> dict[str, Any]:
    options = [{"text": _plain(text), "value": value} for value, text in choices.items()]
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": _plain(title),
        "options": options,
    }
