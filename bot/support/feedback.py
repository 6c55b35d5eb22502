"""What sellers think of answers and of whole conversations."""

from __future__ import annotations

import enum
from dataclasses import dataclass

MIN_STARS = 1
MAX_STARS = 5
MAX_COMMENT = 1_000
"""The longest comment on a conversation, in characters."""


class ThumbValue(str, enum.Enum):
    """Says whether an answer helped."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Thumb:
    """What a seller thinks of one answer, with the text's id and version it was given for."""

    conversation_id: str
    message_number: int
    value: ThumbValue
    response: str
    response_version: int


@dataclass(frozen=True)
class Rating:
    """What a seller thinks of a conversation, with the answer that was given last, if any."""

    conversation_id: str
    stars: int
    comment: str = ""
    response: str | None = None
    response_version: int | None = None
