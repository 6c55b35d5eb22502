"""A model in the shadow of the live one: it reads what sellers wrote, and says nothing to them.

What it labels otherwise is kept, masked, so that people can see what a promotion would change.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.errors import AssistantError
from bot.services.learning_ports import LoadableAssistant, ModelStore
from bot.services.masking import Masking
from bot.services.ports import Clock, TurnCommit
from bot.services.served_model import started
from bot.support.models import Reading, ShadowDifference, ShadowFigures

logger = logging.getLogger(__name__)

MOST_WAITING = 500
"""Messages that may wait to be read; when more come, they are dropped and counted."""

WRITE_EVERY_SECONDS = 2.0
WRITE_AFTER = 50
"""Readings are written together, so that the database is not asked for each."""

_FEWEST_LABELS = 2
"""A ranking of one label is no reading: a button was pressed, or the text held no word."""


@dataclass
class _Batch:
    """What was read since it was last written."""

    figures: ShadowFigures
    differences: list[ShadowDifference] = field(default_factory=list)


class Shadow:
    """Reads every answered message with a second model, on a thread of its own.

    ``load`` returns an assistant for a model's name, not started yet; it is only asked to parse.
    ``answered`` may be called from anywhere and never waits.
    """

    def __init__(
        self,
        load: Callable[[str], LoadableAssistant],
        store: ModelStore,
        masking: Masking,
        clock: Clock,
        *,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._load = load
        self._store = store
        self._masking = masking
        self._clock = clock
        self._waiting: queue.Queue[TurnCommit | None] = queue.Queue(most_waiting)
        self._assistant: LoadableAssistant | None = None
        self._thread: threading.Thread | None = None
        self._counting = threading.Lock()
        self._dropped = 0

    @property
    def model(self) -> str | None:
        """Returns the name of the model that reads along, None when none does."""
        return self._assistant.model if self._assistant else None

    def use(self, name: str | None) -> None:
        """Loads another model, or with None ends reading along; blocks for seconds.

        Raises AssistantUnavailable when it cannot be loaded: nothing then reads along.
        """
        self._end()
        if name is None:
            return
        assistant = started(self._load, name)
        self._assistant = assistant
        self._thread = threading.Thread(target=self._run, args=(assistant,), name="shadow")
        self._thread.daemon = True
        self._thread.start()
        logger.info("model %s reads along, in the shadow", name)

    def stop(self) -> None:
        """Ends reading along; what is being read is written first."""
        self._end()

    def answered(self, commit: TurnCommit) -> None:
        """Takes a turn that has just been answered; when too many wait it is only counted."""
        read = len(commit.understanding.get("intent_ranking") or ()) >= _FEWEST_LABELS
        if self._assistant is None or not read:
            return
        try:
            self._waiting.put_nowait(commit)
        except queue.Full:
            with self._counting:
                self._dropped += 1

    def _end(self) -> None:
        assistant, self._assistant = self._assistant, None
        if assistant is None or self._thread is None:
            return
        while True:  # what still waits is not worth waiting for
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                break
        self._waiting.put(None)
        self._thread.join()
        assistant.stop()

    def _run(self, assistant: LoadableAssistant) -> None:
        loop = asyncio.new_event_loop()
        batch: _Batch | None = None
        while True:
            try:
                commit = self._waiting.get(timeout=WRITE_EVERY_SECONDS)
            except queue.Empty:
                self._write(batch)
                batch = None
                continue
            if commit is None:
                break
            if batch is None or batch.figures.live_model != commit.model:
                self._write(batch)
                batch = _Batch(ShadowFigures(assistant.model, commit.model))
            self._read(loop, assistant, commit, batch)
            if batch.figures.read + batch.figures.failed >= WRITE_AFTER:
                self._write(batch)
                batch = None
        self._write(batch)
        loop.close()

    def _read(
        self,
        loop: asyncio.AbstractEventLoop,
        assistant: LoadableAssistant,
        commit: TurnCommit,
        batch: _Batch,
    ) -> None:
        text = "\n".join(message.text for message in commit.start.messages)
        live = _reading(commit.understanding["intent"])
        with self._counting:
            dropped, self._dropped = self._dropped, 0
        figures = replace(batch.figures, dropped=batch.figures.dropped + dropped)
        try:
            shadow = _reading(loop.run_until_complete(assistant.parse(text))["intent"])
        except Exception as error:  # whatever a new model does, it must not end the thread
            logger.warning("the shadow %s could not read a message: %r", assistant.model, error)
            batch.figures = replace(figures, failed=figures.failed + 1)
            return
        batch.figures = replace(figures, read=figures.read + 1)
        if shadow.intent != live.intent:
            batch.figures = replace(batch.figures, different=batch.figures.different + 1)
            batch.differences.append(self._difference(commit, text, live, shadow))

    def _difference(
        self, commit: TurnCommit, text: str, live: Reading, shadow: Reading
    ) -> ShadowDifference:
        conversation = commit.start.conversation
        return ShadowDifference(
            conversation_id=conversation.id,
            message_number=commit.start.messages[-1].number,
            text=self._masking.masked_or_withheld(conversation.seller_id, text),
            live=live,
            shadow=shadow,
            at=self._clock.now(),
        )

    def _write(self, batch: _Batch | None) -> None:
        """Writes a batch; what cannot be written is lost, and said so in the log."""
        if batch is None:
            return
        try:
            self._store.add_shadow_readings(batch.figures, batch.differences)
        except AssistantError as error:
            logger.warning("readings of the shadow were lost: %r", error)


def _reading(label: object) -> Reading:
    assert isinstance(label, dict)
    return Reading(str(label["name"]), float(label["confidence"]))
