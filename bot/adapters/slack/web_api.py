"""Slack's Web API, through Slack's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.errors import SlackOutcomeUnknown, SlackRateLimited, SlackRefused
from bot.support.slack import RESPOND, PostedMessage

SECONDS = 10
POST = "chat.postMessage"
MARK = "seller_assistant_call"
"""The type of the metadata by which a message of ours is recognised again."""
USUAL_RETRY_AFTER = 30.0
CLOCKS_APART = timedelta(minutes=5)
_PAGE = 200
_MAYBE_DONE = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_NOT_SENT = (OSError, HTTPException, json.JSONDecodeError, SlackClientError)


class SlackWebApi:
    """Calls Slack with a bot token. The client's own retries are off: the outbox does that."""

    def __init__(self, token: str, url: str) -> None:
        self._client = WebClient(token, base_url=url, timeout=SECONDS, retry_handlers=[])

    def call(self, method: str, arguments: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Makes one call and returns what Slack says; see the port."""
        if method == RESPOND:
            return self._respond(arguments)
        body = dict(arguments)
        if method == POST:
            body["metadata"] = {"event_type": MARK, "event_payload": {"key": key}}
            body["channel"] = self._channel(body["channel"])
        return self._made(method, json=body)

    def find_posted(
        self, channel: str, thread_ts: str | None, key: str, since: datetime
    ) -> str | None:
        """Returns the ``ts`` of the message posted with ``key``, None when there is none."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        asked: dict[str, Any] = {
            "channel": self._channel(channel),
            "oldest": f"{(since - CLOCKS_APART).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        if thread_ts:
            asked["ts"] = thread_ts
        for message in self._pages(method, asked):
            mark = message.get("metadata") or {}
            if mark.get("event_type") == MARK and mark["event_payload"].get("key") == key:
                return str(message["ts"])
        return None

    def thread_messages(self, channel: str, ts: str) -> list[PostedMessage]:
        """Returns the messages of a thread, its first one among them."""
        asked = {"channel": self._channel(channel), "ts": ts, "oldest": "0", "limit": _PAGE}
        return [
            PostedMessage(str(message["ts"]), "bot_id" in message)
            for message in self._pages("conversations.replies", asked)
        ]

    def _pages(self, method: str, asked: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
        while True:
            found = self._made(method, params=asked)
            yield from found.get("messages") or ()
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = cursor

    def _channel(self, channel: str) -> str:
        """Returns the id of a channel, for a user that of the conversation with them."""
        if not channel.startswith(("U", "W")):
            return channel
        return str(self._made("conversations.open", json={"users": channel})["channel"]["id"])

    def _made(self, method: str, **sent: Any) -> Mapping[str, Any]:
        try:
            answer = self._client.api_call(method, **sent)
        except SlackApiError as error:
            raise _told(error) from error
        except _NOT_SENT as error:
            raise SlackOutcomeUnknown(f"{method}: {type(error).__name__}") from error
        said = answer.data
        return said if isinstance(said, dict) else {}

    def _respond(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        body = dict(arguments)
        client = WebhookClient(body.pop("url"), timeout=SECONDS, retry_handlers=[])
        try:
            answer = client.send_dict(body)
        except (*_NOT_SENT, ValueError) as error:
            raise SlackOutcomeUnknown(f"response_url: {type(error).__name__}") from error
        if answer.status_code == 429:
            raise SlackRateLimited(_seconds(answer.headers))
        if answer.status_code >= 500:
            raise SlackOutcomeUnknown(f"response_url: {answer.status_code}")
        if answer.status_code >= 400:
            raise SlackRefused(f"response_url_{answer.status_code}")
        return {}


def _told(error: SlackApiError) -> SlackRefused | SlackRateLimited | SlackOutcomeUnknown:
    """Returns what an answer of Slack means for the call."""
    answer = error.response
    said = answer.data if isinstance(answer.data, dict) else {}
    code = str(said.get("error") or "")
    if answer.status_code == 429 or code in ("ratelimited", "rate_limited"):
        return SlackRateLimited(_seconds(answer.headers))
    unreadable = not code.replace("_", "").isalnum()
    if answer.status_code >= 500 or code in _MAYBE_DONE or unreadable:
        return SlackOutcomeUnknown(f"status {answer.status_code}")
    return SlackRefused(code)


def _seconds(headers: Mapping[str, Any]) -> float:
    """Returns how long Slack says to wait."""
    values = {name.lower(): value for name, value in headers.items()}
    raw = values.get("retry-after", "")
    try:
        return max(1.0, float(raw[0] if isinstance(raw, list) else raw))
    except (ValueError, IndexError, TypeError):
        return USUAL_RETRY_AFTER
