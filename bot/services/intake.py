"""What is kept of a seller's message, and what they are told about the rest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.normalisation import strip_command
from bot.language.redaction import MASKS, redact
from bot.support.conversations import MAX_MESSAGE_LENGTH, Message

_READ_AT_MOST = 5 * MAX_MESSAGE_LENGTH
_CUT = "…"


def kept_text(typed: str) -> str:
    """Returns the text as it is stored: cleaned, personal data masked, no longer than allowed.

    Nothing of what was masked is stored or logged anywhere. A cut text ends with "…".
    """
    text = redact(strip_command(typed[:_READ_AT_MOST]))
    if len(text) <= MAX_MESSAGE_LENGTH:
        return text
    return text[: MAX_MESSAGE_LENGTH - len(_CUT)] + _CUT


def remarks(messages: Sequence[Message]) -> list[str]:
    """Returns the ids of the responses that say what was not kept of typed messages."""
    typed = [message.text for message in messages if message.intent is None]
    found = []
    if any(mask in text for text in typed for mask in MASKS.values()):
        found.append("personal_data_masked")
    if any(len(text) == MAX_MESSAGE_LENGTH and text.endswith(_CUT) for text in typed):
        found.append("message_too_long")
    return found
