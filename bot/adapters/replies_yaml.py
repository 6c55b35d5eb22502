"""Reads the canned replies from YAML and checks them, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.adapters.content_yaml import part_of
from bot.errors import ContentError
from bot.support.canned_replies import VARIABLES, CannedReply, unfilled
from bot.support.conversations import MAX_MESSAGE_LENGTH


def load_replies(data: Path) -> list[CannedReply]:
    """Returns the canned replies below ``data``, in the order of the files.

    Raises ContentError with every problem found.
    """
    replies: list[CannedReply] = []
    problems: list[str] = []
    for path in sorted((data / "replies").glob("*.yml")):
        found = part_of(path, "replies", list)
        for place, raw in enumerate(found):
            try:
                replies.append(_reply(raw, path))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                problems.append(f"{path}:{found.lc.item(place)[0] + 1}: {error!r}")
    problems += _problems(replies)
    if problems:
        raise ContentError("\n".join(problems))
    return replies


def _reply(raw: Any, path: Path) -> CannedReply:
    return CannedReply(
        id=str(raw["id"]),
        version=int(raw["version"]),
        title=str(raw["title"]).strip(),
        text=str(raw["text"]).strip(),
        location=f"{path}:{raw.lc.line + 1}",
    )


def _problems(replies: list[CannedReply]) -> Iterator[str]:
    seen: dict[str, CannedReply] = {}
    titles: dict[str, CannedReply] = {}
    for reply in replies:
        for kind, value, known in (("id", reply.id, seen), ("title", reply.title, titles)):
            other = known.setdefault(value, reply)
            if other is not reply:
                yield f"{reply.location}: the {kind} {value!r} is also at {other.location}"
        for name in unfilled(reply.text):
            if name not in VARIABLES:
                yield f"{reply.location}: {reply.id} has an unknown variable {{{name}}}"
        if "{" in reply.title or not reply.title:
            yield f"{reply.location}: the title of {reply.id} is no plain title"
        if not reply.text or len(reply.text) > MAX_MESSAGE_LENGTH - 200:
            yield f"{reply.location}: the text of {reply.id} is empty or too long"
        if reply.version < 1:
            yield f"{reply.location}: the version of {reply.id} is no version"
        if any(mark in reply.text for mark in (" ?", " !", " :", "« ")):
            yield f"{reply.location}: {reply.id} lacks a no-break space"
