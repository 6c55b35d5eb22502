"""A conversation as a text that a seller can keep."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import phrasing
from bot.support.conversations import Conversation, Message
from bot.support.responses import Content


def transcript_of(content: Content, conversation: Conversation, messages: Sequence[Message]) -> str:
    """Returns the whole conversation in French, one block a message, times in Paris."""

    def said(text_id: str, **values: str) -> str:
        return content.render(text_id, values).text

    lines = [said("transcript_title", begun=phrasing.day_and_time(conversation.created_at)), ""]
    for message in messages:
        when = phrasing.day_and_time(message.created_at)
        lines.append(said(f"transcript_{message.author.value}", when=when))
        lines.extend(f"    {line}" for line in message.text.split("\n"))
        for button in message.buttons:
            lines.append(f"    {said('transcript_button', title=button.title)}")
        lines.append("")
    return "\n".join(lines)
