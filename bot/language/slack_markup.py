"""Slack's own way of writing text: what people typed is escaped on the way out, and read back."""

from __future__ import annotations

import re
from datetime import datetime

from bot.language.phrasing import PARIS

_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_MENTION = re.compile(r"<[@!][^<>]*>")
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def escaped(text: str) -> str:
    """Returns text as Slack shows it literally: no link, no mention, nobody is called by it."""
    for sign, written in _ESCAPES:
        text = text.replace(sign, written)
    return text


def plain(text: str) -> str:
    """Returns what somebody typed in Slack as plain text: links and mentions as they are read."""
    read = _LINK.sub(_read, text)
    for sign, written in reversed(_ESCAPES):
        read = read.replace(written, sign)
    return read


def question(text: str) -> str:
    """Returns what somebody asks in plain text, without whom they mention to ask it."""
    lines = plain(_MENTION.sub(" ", text)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def moment(when: datetime) -> str:
    """Returns a moment that Slack shows in the reader's own time zone."""
    otherwise = f"{when.astimezone(PARIS):%d/%m/%Y %H:%M}"
    return f"<!date^{int(when.timestamp())}^{{date_short_pretty}}, {{time}}|{otherwise}>"


def _read(link: re.Match[str]) -> str:
    target, label = link.group(1), link.group(2)
    if target.startswith("mailto:"):
        return label or target.removeprefix("mailto:")
    if target[:1] in ("@", "#", "!"):
        name = label or target.lstrip("@#!").partition("^")[0]
        sign = "#" if target[0] == "#" else "@"
        return sign + name.lstrip("@#")
    if label and label != target:
        return label if target.endswith(f"//{label}") else f"{label} ({target})"
    return target
