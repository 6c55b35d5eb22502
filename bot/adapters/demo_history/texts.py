"""What is said in the demo's history: phrases of its own, and the approved answers."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters.content_yaml import read_yaml
from bot.support.conversations import Reply
from bot.support.responses import Content

PHRASES = Path(__file__).parent / "phrases.yml"


@dataclass(frozen=True)
class DemoTopic:
    """One topic: how often it is asked about, how, and what the bot answers."""

    intent: str
    weight: int
    phrases: Sequence[str]
    response: str
    values: Mapping[str, Any]


class DemoTexts:
    """Gives the phrases, and renders each approved text once."""

    def __init__(self, content: Content) -> None:
        raw = read_yaml(PHRASES)
        self.topics = [_topic(intent, about) for intent, about in raw.pop("topics").items()]
        self._values = {str(key): _plain(value) for key, value in raw.pop("values").items()}
        self.sellers: Sequence[tuple[str, str]] = [(str(a), str(b)) for a, b in raw.pop("sellers")]
        self._said = {name: [str(line) for line in lines] for name, lines in raw.items()}
        self._content = content
        self._rendered = functools.lru_cache(maxsize=None)(self._render)

    def said(self, what: str) -> Sequence[str]:
        """Returns the phrases for one place in a conversation."""
        return self._said[what]

    def reply(self, response: str) -> Reply:
        """Returns an approved text, filled in with values of the demo's."""
        return self._rendered(response)

    def _render(self, response: str) -> Reply:
        own = next((t.values for t in self.topics if t.response == response), {})
        return self._content.render(response, {**self._values, **own})


def _topic(intent: str, about: Mapping[str, Any]) -> DemoTopic:
    return DemoTopic(
        intent=str(intent),
        weight=int(about["weight"]),
        phrases=[str(phrase) for phrase in about["phrases"]],
        response=str(about.get("response", intent)),
        values={str(key): _plain(value) for key, value in (about.get("values") or {}).items()},
    )


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int) else str(value)
