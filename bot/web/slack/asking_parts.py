"""What the handlers of one Slack app share: services, who somebody is, and calls in their shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from slack_sdk.models.blocks import Block, SectionBlock

from bot.services.queue_overview import QueueOverview
from bot.services.staff_answers import StaffAnswers
from bot.services.staff_orders import StaffOrders
from bot.support.slack import SlackCall
from bot.support.staff import Staff
from bot.web.slack.blocks import plain, shortened
from bot.web.slack.words import Words

if TYPE_CHECKING:  # it is put together from these parts
    from bot.bootstrap import Application

LONGEST_SUMMARY = 300


class AskingParts:
    """Holds the services; ``who`` says who on the staff a Slack user is, None for anybody else."""

    def __init__(self, application: Application, who: Callable[[str], Staff | None]) -> None:
        self.application = application
        self.who = who
        self.answers = StaffAnswers(application.assistant, application.live)
        orders = application.marketplace
        self.orders = StaffOrders(orders, orders, application.clock)
        self.overview = QueueOverview(application.inbox)

    def words(self) -> Words:
        """Returns the words of one answer, as of now."""
        application = self.application
        now, url = application.clock.now(), application.settings.console_url
        return Words(application.live, now, url)


def message(method: str, place: Mapping[str, Any], blocks: list[Block]) -> SlackCall:
    """Returns a call with a message; its text is what notifications and screen readers say."""
    texts = (block.text for block in blocks if isinstance(block, SectionBlock))
    text = next((each.text for each in texts if each is not None), "")
    where = {name: value for name, value in place.items() if value is not None}
    quiet = {} if method == "response_url" else {"unfurl_links": False, "unfurl_media": False}
    if method == "chat.postEphemeral":
        quiet = {}
    summary = shortened(text, LONGEST_SUMMARY)
    return SlackCall(method, {**where, "text": summary, "blocks": plain(blocks), **quiet})
