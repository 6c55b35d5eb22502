"""The words of what we send to Slack: approved texts, with values that stay plain text there."""

from __future__ import annotations

from datetime import datetime

from bot.language.slack_markup import escaped
from bot.services.desk_ports import Case
from bot.services.live_content import LiveContent
from bot.services.topics import Topics


class Markup(str):
    """Text in Slack's own markup, which is not escaped again."""


class Words:
    """Finds the words of one answer; ``now`` is the moment it is of.

    ``console_url`` is where the staff's browsers reach the console.
    """

    def __init__(self, live: LiveContent, now: datetime, console_url: str) -> None:
        self.now = now
        self.console = console_url.rstrip("/") + "/console"
        self._live = live
        self._topics = Topics(live)

    def say(self, text_id: str, **values: str | int) -> Markup:
        """Returns a text with its values, escaped unless they are markup."""
        safe = {
            name: value if isinstance(value, Markup) else escaped(str(value))
            for name, value in values.items()
        }
        return Markup(self._live.current.render(text_id, safe).text)

    def topic(self, intent: str) -> str:
        """Returns a topic's title."""
        return self._topics.title(intent)

    def topic_of(self, case: Case) -> str:
        """Returns what a case is about."""
        return self.topic(case.topic.intent) if case.topic else self.say("slack_case_no_topic")

    def level(self, level: str) -> str:
        """Returns a level of urgency, as a sentence begins."""
        return str(self.say(f"event_value_level_{level}")).capitalize()

    def address(self, conversation_id: str) -> str:
        """Returns where a conversation is in the console."""
        return f"{self.console}/conversations/{conversation_id}"

    def link(self, case: Case) -> Markup:
        """Returns the seller's name, leading to the conversation in the console."""
        return link(self.address(case.id), seller_of(case))


def seller_of(case: Case) -> str:
    """Returns a seller's name, their id where none is known."""
    return case.seller_name or case.conversation.seller_id


def link(url: str, shown: str) -> Markup:
    """Returns a link in Slack's markup."""
    return Markup(f"<{escaped(url).replace('|', '%7C')}|{escaped(shown).replace('|', '¦')}>")
