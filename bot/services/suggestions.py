"""Approved answers that may fit, for staff to send: FAQ entries only, as they are approved."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import AssistantUnavailable
from bot.language.danger import danger_in
from bot.services.case_file_ports import CaseFileStore, Traces
from bot.services.desk_ports import Case
from bot.services.live_content import LiveContent
from bot.services.ports import Assistant
from bot.support.conversations import Message
from bot.support.responses import Content

logger = logging.getLogger(__name__)

MOST_SUGGESTED = 3
LOOKED_AT = (1.0, 0.8, 0.6)
"""What the seller's newest messages count, the newest first."""

STAFF_SAY_SO = 1.0
SECONDS = 3.0
"""How long the model may take for a message that no turn has read."""

REMEMBERED = 512
LEAST_LIKELY = 0.1
"""What is less likely than this is not worth reading."""


@dataclass(frozen=True)
class Suggestion:
    """One approved answer with its version, its source, and how likely it is the right one."""

    response: str
    version: int
    title: str
    text: str
    source_link: str
    confidence: float


def suggested(
    content: Content, likely: Iterable[tuple[str, float]], given: Collection[str] = ()
) -> list[Suggestion]:
    """Returns the likeliest approved answers, the best first, without those already given.

    ``likely`` are intents with how likely each is; of one named twice the better counts. What has
    no approved answer, or needs the seller's own data, is left out: nothing is made up.
    """
    best: dict[str, float] = {}
    for intent, confidence in likely:
        best[intent] = max(best.get(intent, 0.0), confidence)
    fitting = [
        (intent, confidence)
        for intent, confidence in best.items()
        if intent in content.entries and intent not in given and confidence >= LEAST_LIKELY
    ]
    fitting.sort(key=lambda found: -found[1])
    return [_suggestion(content, *found) for found in fitting[:MOST_SUGGESTED]]


def _suggestion(content: Content, intent: str, confidence: float) -> Suggestion:
    entry = content.entries[intent]
    reply = content.render(intent, {"offers": False})
    return Suggestion(
        response=intent,
        version=entry.version,
        title=entry.title,
        text=reply.text,
        source_link=str(reply.values["article_url"]),
        confidence=min(confidence, 1.0),
    )


class Suggestions:
    """Finds approved answers for conversations.

    Messages that came while an agent held the conversation were read by no turn: the model reads
    them here, once.
    """

    def __init__(self, store: CaseFileStore, live: LiveContent, assistant: Assistant) -> None:
        self._store = store
        self._live = live
        self._assistant = assistant
        self._read: OrderedDict[tuple[str, int, str], Mapping[str, Any]] = OrderedDict()

    def best(self, case: Case) -> list[Suggestion]:
        """Returns up to three answers for the seller's last messages; blocks.

        Neither those that were given, nor those staff have sent or dismissed; none where somebody
        is in danger. Raises StorageError.
        """
        traces = self._store.traces(case.id)
        if traces is None or any(danger_in(message.text) for message in _last(traces)):
            return []
        given = {str(message.response) for message in traces.told} | traces.suggestions_used
        return suggested(self._live.current, self._likely(case, traces), given)

    def _likely(self, case: Case, traces: Traces) -> Iterator[tuple[str, float]]:
        if case.topic is not None and case.topic.confidence >= STAFF_SAY_SO:
            yield case.topic.intent, STAFF_SAY_SO
        for weight, message in zip(LOOKED_AT, _last(traces)):
            found = self._understanding(message)
            for score in (found.get("intent") or {}, *(found.get("intent_ranking") or ())):
                if score.get("name"):
                    yield str(score["name"]), weight * min(float(score["confidence"]), 1.0)
            for segment in found.get("segments") or ():
                yield str(segment["intent"]), weight * min(float(segment["confidence"]), 1.0)

    def _understanding(self, message: Message) -> Mapping[str, Any]:
        """Returns what was understood of a message; {} when the model cannot say now."""
        if message.understanding or message.intent is not None:
            return message.understanding
        key = (message.conversation_id, message.number, self._assistant.model)
        found = self._read.get(key)
        if found is None:
            try:
                # From a thread: the assistant has an event loop of its own and waits for nobody.
                parsing = asyncio.wait_for(self._assistant.parse(message.text), SECONDS)
                found = self._read[key] = asyncio.run(parsing)
            except (AssistantUnavailable, asyncio.TimeoutError) as error:
                logger.warning("a message could not be read for suggestions: %r", error)
                return {}
            while len(self._read) > REMEMBERED:
                self._read.popitem(last=False)
        return found


def _last(traces: Traces) -> Sequence[Message]:
    """Returns the seller's newest messages, the newest first."""
    return traces.said[::-1][: len(LOOKED_AT)]
