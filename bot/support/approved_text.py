"""Approved texts as plain JSON, so that every version ever served can be kept and said again.

Only what is stored by an older release is read here: a field may be added, none may be renamed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.support.conversations import Button
from bot.support.responses import FaqEntry, FollowUp, Response

ANSWER = "answer"
RESPONSE = "response"


def body_of(text: FaqEntry | Response) -> dict[str, Any]:
    """Returns a text as plain JSON values, without its id, version and place in a file."""
    if isinstance(text, Response):
        return {
            "kind": RESPONSE,
            "text": text.text,
            "buttons": _plain_buttons(text.buttons),
            "on_yes": text.on_yes,
            "on_no": text.on_no,
            "answer": text.answer,
        }
    return {
        "kind": ANSWER,
        "title": text.title,
        "source": {"name": text.source_name, "link": text.source_link},
        "facts": [{"id": fact, "says": says} for fact, says in text.facts.items()],
        "parts": [{"text": part, "facts": list(facts)} for part, facts in text.parts],
        "follow_ups": [
            {
                "name": follow_up.name,
                "asks": list(follow_up.asks),
                "facts": sorted(follow_up.facts),
                "partial": follow_up.partial,
            }
            for follow_up in text.follow_ups
        ],
        "offer": text.offer,
        "leads_on": _plain_buttons(text.leads_on),
    }


def text_of(text_id: str, version: int, body: Mapping[str, Any]) -> FaqEntry | Response:
    """Returns the text whose body was kept; raises KeyError where the body is none of ours."""
    if body["kind"] == RESPONSE:
        return Response(
            text_id,
            version,
            body["text"],
            _buttons(body["buttons"]),
            _location(text_id, version),
            body["on_yes"],
            body["on_no"],
            body["answer"],
        )
    return entry_of(text_id, version, body)


def entry_of(intent: str, version: int, body: Mapping[str, Any]) -> FaqEntry:
    """Returns the FAQ entry whose body was kept; raises KeyError where it is none."""
    return FaqEntry(
        intent=intent,
        title=body["title"],
        version=version,
        source_name=body["source"]["name"],
        source_link=body["source"]["link"],
        facts={fact["id"]: fact["says"] for fact in body["facts"]},
        parts=tuple((part["text"], tuple(part["facts"])) for part in body["parts"]),
        leads_on=_buttons(body["leads_on"]),
        follow_ups=tuple(
            FollowUp(each["name"], tuple(each["asks"]), frozenset(each["facts"]), each["partial"])
            for each in body["follow_ups"]
        ),
        location=_location(intent, version),
        offer=body["offer"],
    )


def digest_of(text: FaqEntry | Response) -> str:
    """Returns a fingerprint of all that a seller can come to read of a text.

    Not of what only finds it (a title, how a follow-up may be asked): changing that changes no
    message that was ever sent, so it needs no new version.
    """
    body = body_of(text)
    if body["kind"] == ANSWER:
        body = {
            **{name: body[name] for name in ("kind", "source", "parts", "offer", "leads_on")},
            "follow_ups": {each["name"]: each["facts"] for each in body["follow_ups"]},
        }
    raw = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(raw.encode()).hexdigest()


def _location(text_id: str, version: int) -> str:
    return f"{text_id} version {version}"


def _plain_buttons(buttons: Iterable[Button]) -> list[dict[str, Any]]:
    return [
        {"title": each.title, "intent": each.intent, "entities": dict(each.entities)}
        for each in buttons
    ]


def _buttons(raw: Iterable[Mapping[str, Any]]) -> tuple[Button, ...]:
    return tuple(Button(each["title"], each["intent"], each["entities"]) for each in raw)
