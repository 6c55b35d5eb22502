"""The separate requests of one message: each with its own part of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.language.durations import requested_durations
from bot.language.order_numbers import find_order_numbers
from bot.services.answers import Understood

_JOINTS = re.compile(
    r"(?:[\s,.;?!]|\b(?:et|puis|mais|sinon|aussi|ensuite|du coup|au fait|par contre)\b)+$"
    r"|^[\s,;?!]+",
    re.IGNORECASE,
)
"""What joined two requests and means nothing once one of them is taken out."""


def requests(said: Understood) -> list[Understood]:
    """Returns the separate requests of a message, each with its own part of the text."""
    if len(said.segments) < 2:
        return [said]
    return [_part(said, segment) for segment in said.segments]


def apart_from_others(said: Understood, intent: str) -> Understood:
    """Returns the message without what belongs to requests of other intents.

    What belongs to no request stays: a reason may stand in a sentence of its own.
    """
    if len(said.segments) < 2:
        return said
    left, position = [], 0
    for segment in sorted(said.segments, key=lambda segment: int(segment["start"])):
        if segment["intent"] != intent:
            left.append(said.text[position : segment["start"]])
            position = segment["end"]
    left.append(said.text[position:])
    return _with_text(said, " ".join(filter(None, (_JOINTS.sub("", piece) for piece in left))))


def _part(said: Understood, segment: Mapping[str, Any]) -> Understood:
    part = _with_text(said, said.text[segment["start"] : segment["end"]])
    return replace(
        part,
        intent=segment["intent"],
        confidence=segment["confidence"],
        segments=(segment,),
    )


def _with_text(said: Understood, text: str) -> Understood:
    return replace(
        said,
        text=text,
        order_numbers=tuple(n.value for n in find_order_numbers(text)),
        days=tuple(d.days for d in requested_durations(text)),
    )
