"""The model that answers, and its change for another one without losing a turn."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import AssistantUnavailable
from bot.services.learning_ports import LoadableAssistant
from bot.services.ports import Turn, TurnResult

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Loaded:
    """A loaded assistant with how many calls run on it; ``replaced`` says that no more come."""

    assistant: LoadableAssistant
    running: int = 0
    replaced: bool = False


def started(load: Callable[[str], LoadableAssistant], name: str) -> LoadableAssistant:
    """Returns a model's assistant, started; what cannot be started leaves no thread behind."""
    assistant = load(name)
    try:
        assistant.start()
    except BaseException:
        assistant.stop()
        raise
    return assistant


class ServedModel:
    """Implements the port Assistant over the model that is live, whichever that is.

    ``load`` returns an assistant for a model's name, not started yet. A new model is loaded
    beside the old one; then one reference changes. Calls that run on the old one end there, and
    only then is it stopped.
    """

    def __init__(self, load: Callable[[str], LoadableAssistant]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._current: _Loaded | None = None

    @property
    def model(self) -> str:
        """Returns the name of the model that answers now, "" before the first is loaded."""
        current = self._current
        return current.assistant.model if current else ""

    def serve(self, name: str) -> None:
        """Loads a model and lets it answer from now on; blocks for seconds.

        Raises AssistantUnavailable when it cannot be loaded: the old one goes on answering.
        """
        assistant = started(self._load, name)
        with self._lock:
            before, self._current = self._current, _Loaded(assistant)
            if before is None:
                return
            before.replaced = True
            idle = before.running == 0
        logger.info("model %s answers now, in place of %s", assistant.model, before.assistant.model)
        if idle:
            before.assistant.stop()

    def stop(self) -> None:
        """Ends the threads of the model that answers."""
        with self._lock:
            current, self._current = self._current, None
        if current is not None:
            current.assistant.stop()

    async def respond(self, turn: Turn) -> TurnResult:
        """Answers one turn by the model that is live when it begins; see the port."""
        loaded = self._enter()
        try:
            return await loaded.assistant.respond(turn)
        finally:
            self._leave(loaded)

    async def parse(self, text: str) -> Mapping[str, Any]:
        """Returns what the live model understands of a text; see the port."""
        loaded = self._enter()
        try:
            return await loaded.assistant.parse(text)
        finally:
            self._leave(loaded)

    def _enter(self) -> _Loaded:
        with self._lock:
            if self._current is None:
                raise AssistantUnavailable("no model is loaded")
            self._current.running += 1
            return self._current

    def _leave(self, loaded: _Loaded) -> None:
        with self._lock:
            loaded.running -= 1
            last = loaded.replaced and loaded.running == 0
        if last:
            # Stopping waits for threads, and this may be the web's event loop.
            stopping = threading.Thread(target=loaded.assistant.stop, name="model-stop")
            stopping.daemon = True
            stopping.start()
