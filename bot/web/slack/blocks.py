"""Block Kit: every block is made, and its limits checked, by slack_sdk's own models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
)

LONGEST_SECTION = 3000
LONGEST_BUTTON = 75
LONGEST_HEADER = 150
MOST_BLOCKS = 50
"""Of a message; a view may have twice as many."""


def section(text: str) -> SectionBlock:
    """Returns a paragraph in Slack's markup, cut where Slack takes no more."""
    return SectionBlock(text=_markdown(text))


def sections(text: str) -> list[Block]:
    """Returns a text of any length, a section for as many paragraphs as fit."""
    pieces: list[str] = []
    for paragraph in filter(None, text.split("\n\n")):
        if pieces and len(pieces[-1]) + len(paragraph) + 2 <= LONGEST_SECTION:
            pieces[-1] += f"\n\n{paragraph}"
        else:
            pieces.append(paragraph)
    return [section(piece) for piece in pieces]


def header(text: str) -> HeaderBlock:
    """Returns a headline."""
    return HeaderBlock(text=PlainTextObject(text=shortened(text, LONGEST_HEADER)))


def context(text: str) -> ContextBlock:
    """Returns small print."""
    return ContextBlock(elements=[_markdown(text)])


def divider() -> DividerBlock:
    """Returns a line between blocks."""
    return DividerBlock()


def actions(buttons: Sequence[ButtonElement]) -> ActionsBlock:
    """Returns a row of buttons."""
    return ActionsBlock(elements=list(buttons))


def button(
    title: str, action: str, value: str = "", *, url: str | None = None, primary: bool = False
) -> ButtonElement:
    """Returns a button; ``action`` names what it does, for whoever deals with its click."""
    return ButtonElement(
        text=PlainTextObject(text=shortened(title, LONGEST_BUTTON)),
        action_id=action,
        value=value or None,
        url=url,
        style="primary" if primary else None,
    )


def text_input(
    block: str,
    label: str,
    *,
    value: str = "",
    hint: str = "",
    longest: int,
    lines: bool = False,
) -> InputBlock:
    """Returns a field of a view; its value is found under ``block`` and "value"."""
    element = PlainTextInputElement(
        action_id="value", initial_value=value or None, multiline=lines, max_length=longest
    )
    return InputBlock(
        block_id=block,
        label=PlainTextObject(text=label),
        hint=PlainTextObject(text=hint) if hint else None,
        element=element,
    )


def plain(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Returns blocks as JSON values; raises SlackObjectFormationError for what Slack refuses."""
    return [block.to_dict() for block in blocks]


def shortened(text: str, longest: int) -> str:
    """Returns the beginning of a text, with an ellipsis where it goes on."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _markdown(text: str) -> MarkdownTextObject:
    # Verbatim: a seller's words name no channel and link nowhere by themselves.
    return MarkdownTextObject(text=shortened(text, LONGEST_SECTION), verbatim=True)
