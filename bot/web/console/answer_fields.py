"""An FAQ answer as an editor sends it: read field by field, its size bounded, its text sound.

Whether it is a good answer is for the checks to say; here only what is no answer at all is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

from bot.errors import BadInput
from bot.support.conversations import Button
from bot.support.responses import FaqEntry, FollowUp
from bot.web import fields

LONGEST_TEXT = 3000
LONGEST_LINE = 300
LONGEST_WHY = 500
MOST = {"parts": 12, "leads_on": 8, "follow_ups": 20, "asks": 60, "facts": 30}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)

T = TypeVar("T")


def entry_in(answer: str, content: Any) -> FaqEntry:
    """Returns the answer in a request, with the version 0; raises BadInput."""
    raw = _object(content, "title", "parts", "offer", "leads_on", "follow_ups", "source")
    source = _object(raw.get("source"), "name", "link")
    return FaqEntry(
        intent=answer,
        title=_text(raw.get("title"), LONGEST_LINE),
        version=0,
        source_name=_text(source.get("name"), LONGEST_LINE),
        source_link=_text(source.get("link"), LONGEST_LINE),
        facts={},
        parts=tuple(_list(raw.get("parts"), "parts", _part)),
        leads_on=tuple(_list(raw.get("leads_on"), "leads_on", _button)),
        follow_ups=tuple(_list(raw.get("follow_ups"), "follow_ups", _follow_up)),
        offer=_text(raw.get("offer"), LONGEST_LINE),
    )


def why_in(body: dict[str, Any]) -> str:
    """Returns the reason given, "" for none; raises BadInput."""
    return _text(body.get("why", ""), LONGEST_WHY)


def number_in(body: dict[str, Any], name: str) -> int:
    """Returns a whole number of a request; raises BadInput."""
    value = body.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON knows one kind of number
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInput(f"{name} is no number")
    if not 0 <= value <= fields.LARGEST_NUMBER:
        raise BadInput(f"{name} is out of range")
    return value


def _part(raw: Any) -> tuple[str, tuple[str, ...]]:
    part = _object(raw, "text", "facts")
    return _text(part.get("text"), LONGEST_TEXT), _facts(part)


def _button(raw: Any) -> Button:
    button = _object(raw, "title", "intent")
    return Button(
        _text(button.get("title"), LONGEST_LINE), _text(button.get("intent"), LONGEST_LINE)
    )


def _follow_up(raw: Any) -> FollowUp:
    given = _object(raw, "name", "asks", "facts", "partial")
    name, partial = given.get("name"), given.get("partial")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadInput("a follow-up's name is none")
    if not isinstance(partial, bool):
        raise BadInput("partial is neither true nor false")
    asks = _list(given.get("asks"), "asks", lambda ask: _text(ask, LONGEST_LINE))
    return FollowUp(name, tuple(asks), frozenset(_facts(given)), partial)


def _facts(raw: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_list(raw.get("facts"), "facts", lambda fact: _text(fact, LONGEST_LINE)))


def _object(raw: Any, *names: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BadInput("no JSON object")
    fields.only(raw, *names)
    return raw


def _list(raw: Any, name: str, read: Callable[[Any], T]) -> list[T]:
    if not isinstance(raw, list) or len(raw) > MOST[name]:
        raise BadInput(f"{name} is no list, or too long a one")
    return [read(each) for each in raw]


def _text(raw: Any, longest: int) -> str:
    if not isinstance(raw, str) or len(raw) > longest or "\x00" in raw:
        raise BadInput("no text, or too long a one")
    return unicodedata.normalize("NFC", raw.replace("\r\n", "\n")).strip()
