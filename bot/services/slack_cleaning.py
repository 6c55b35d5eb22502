"""Takes a conversation's card and thread out of Slack, by calls of the outbox."""

from __future__ import annotations

import logging

from bot.services.ports import Clock
from bot.services.privacy_ports import SlackPlace
from bot.services.slack_ports import SlackApi, SlackOutboxStore
from bot.support.slack import SlackCall

logger = logging.getLogger(__name__)


class SlackCleaning:
    """Puts a deletion of every message of ours; blocks.

    Slack lets a bot delete only what it posted: what staff wrote under a card is left to an admin
    of the workspace, and counted.
    """

    def __init__(self, api: SlackApi, store: SlackOutboxStore, clock: Clock) -> None:
        self._api = api
        self._store = store
        self._clock = clock

    def delete(self, place: SlackPlace) -> tuple[int, int]:
        """Returns how many messages are going to be deleted, and how many others are left.

        Raises SlackError when Slack does not say what is there.
        """
        ts = place.ts or self._api.find_posted(place.channel, None, place.key, place.since)
        if ts is None:
            return 0, 0  # it was never posted
        found = self._api.thread_messages(place.channel, ts)
        ours = [message.ts for message in found if message.ours]
        calls = [self._deletion(place.channel, each, ts) for each in sorted({*ours, ts})]
        self._store.put_calls(calls, self._clock.now())
        left = len(found) - len(ours)
        if left:
            logger.warning(
                "%d message(s) of staff are left in Slack, in the thread %s of %s: "
                "an admin of the workspace can delete them", left, ts, place.channel,
            )  # fmt: skip
        return len(calls), left

    def _deletion(self, channel: str, ts: str, thread: str) -> SlackCall:
        return SlackCall(
            "chat.delete",
            {"channel": channel, "ts": ts},
            f"delete:{channel}:{ts}",
            f"deleting:{channel}:{thread}",
        )
