"""The digest as a message to the team's channel."""

from __future__ import annotations

from dataclasses import replace

from bot.services.queue_overview import Overview
from bot.support.slack import SlackCall
from bot.web.slack.answers import digest_blocks
from bot.web.slack.asking_parts import AskingParts, message


def digest_call(
    parts: AskingParts, channel: str, key: str, overview: Overview | None = None
) -> SlackCall:
    """Returns the call that tells the digest; ``key`` makes it one of its day."""
    blocks = digest_blocks(parts.words(), overview or parts.overview.of())
    return replace(message("chat.postMessage", {"channel": channel}, blocks), key=key)
