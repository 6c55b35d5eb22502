"""Slack's own markup: what people wrote, without it; and plain text that stays plain there."""

from __future__ import annotations

import re

_REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_NAMELESS = re.compile(r"[@!]|#[CG][A-Z0-9]+$")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain_text(markup: str) -> str:
    """Returns what somebody typed in Slack: mentions left out, links by what is shown of them."""
    text = _REFERENCE.sub(_shown, markup)
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def escaped(text: str) -> str:
    """Returns a text that mentions nobody and links nowhere when Slack reads it as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _shown(found: re.Match[str]) -> str:
    target, label = found.groups()
    if label:
        return str(label)
    return " " if _NAMELESS.match(target) else str(target).removeprefix("mailto:")
