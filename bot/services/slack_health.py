"""What is wrong in Slack, as the console says it, and what Slack tells us of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.services.ports import Clock
from bot.services.slack_inbox import Handler
from bot.services.slack_outbox import TOKEN
from bot.services.slack_ports import SlackHealthStore
from bot.services.slack_staff import SlackWords
from bot.support.slack import Channels, SlackCall

WARNINGS = "warnings"
"""The hub's topic of what staff are warned of."""
EVENTS = "events"
"""The subject of warnings that Slack holds events back."""
HELD_BACK_FOR = timedelta(minutes=10)
"""How long that is said: Slack says it again each minute in which it does so."""
_TEXTS = {TOKEN: "slack_warning_token", EVENTS: "slack_warning_events"}


class SlackHealth:
    """Knows the warnings; ``refresh`` blocks, ``sentences`` does not.

    ``told`` hears when they have changed.
    """

    def __init__(
        self,
        store: SlackHealthStore,
        words: SlackWords,
        clock: Clock,
        channels: Channels,
        told: Callable[[str], None],
    ) -> None:
        self._store = store
        self._words = words
        self._clock = clock
        self._told = told
        self._channels = {channels.default, *channels.others.values()}
        self.sentences: tuple[str, ...] = ()
        """What staff read of it, as of the last ``refresh``."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Returns what deals with Slack's own news of tokens and channels."""
        return {
            "event:tokens_revoked": self._revoked,
            "event:app_uninstalled": self._revoked,
            "event:channel_archive": self._archived,
            "event:channel_deleted": self._archived,
            "event:group_archive": self._archived,
            "event:app_rate_limited": self._limited,
            "event:channel_unarchive": self._opened,
            "event:group_unarchive": self._opened,
        }

    def refresh(self) -> None:
        """Reads what is wrong now."""
        now, found = self._clock.now(), self._store.warnings()
        if any(each.subject == EVENTS and each.since <= now - HELD_BACK_FOR for each in found):
            self._store.clear(EVENTS)
            found = self._store.warnings()
        before = self.sentences
        self.sentences = tuple(
            self._words.text(
                _TEXTS.get(each.subject, "slack_warning_channel"),
                channel=each.subject,
                code=each.code,
            )
            for each in found
        )
        if self.sentences != before:
            self._told(WARNINGS)

    def _revoked(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        event = payload["event"]
        if event.get("type") == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            self._store.warn(TOKEN, str(event["type"]), self._clock.now())
        return []

    def _archived(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        event = payload["event"]
        if event["channel"] in self._channels:
            self._store.warn(str(event["channel"]), str(event["type"]), self._clock.now())
        return []

    def _limited(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        """Warns that what is written in Slack may not come: these events are not sent again."""
        self._store.warn(EVENTS, "app_rate_limited", self._clock.now())
        return []

    def _opened(self, payload: Mapping[str, Any]) -> list[SlackCall]:
        self._store.clear(str(payload["event"]["channel"]))
        return []
