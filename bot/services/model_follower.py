"""Lets this process serve the model that the table calls live, and shadow the one it calls so.

The table may be changed by this process or another: it is read again every few moments.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.errors import AssistantUnavailable
from bot.services.learning_ports import ModelFiles, ModelStore
from bot.services.ports import Clock
from bot.services.served_model import ServedModel
from bot.services.shadow import Shadow
from bot.support.models import Model, ModelProblem, ModelState

logger = logging.getLogger(__name__)


class ModelFollower:
    """Chooses the model to start with, and follows what is decided later; every method blocks."""

    def __init__(
        self,
        served: ServedModel,
        shadow: Shadow,
        store: ModelStore,
        files: ModelFiles,
        clock: Clock,
    ) -> None:
        self._served = served
        self._shadow = shadow
        self._store = store
        self._files = files
        self._clock = clock
        self._failed: set[tuple[str, int]] = set()  # promotions that are not tried again
        self._tried: object = None  # folder and table as they were when nothing could be loaded

    def start(self) -> None:
        """Loads the live model of the table, else the newest file.

        When the live one cannot be loaded, its predecessors are tried, and the table then says
        what is really served. Raises AssistantUnavailable when nothing can be loaded.
        """
        models = self._store.models()
        live = next((m for m in models if m.state is ModelState.LIVE and m.pinned), None)
        files = [file.name for file in self._files.files()]
        if live is None:
            self._start_newest(files, models)
            return
        if files and files[0] != live.name:
            logger.warning("the newest model is %s, but %s is the live one", files[0], live.name)
        earlier = [m.name for m in models if m.state is ModelState.RETIRED and m.live_until]
        self._start_first_of(live, [live.name, *earlier])

    def _start_newest(self, files: Sequence[str], models: Sequence[Model]) -> None:
        shadows = {m.name for m in models if m.state is ModelState.SHADOW}
        newest = next((name for name in files if name not in shadows), None)
        if newest is None:
            raise AssistantUnavailable("no model: run `make train`")
        self._served.serve(newest)
        self._store.note_newest(newest, self._clock.now())

    def _start_first_of(self, live: Model, names: Sequence[str]) -> None:
        for name in names:
            try:
                self._served.serve(name)
            except AssistantUnavailable as error:
                logger.error("model %s cannot be served: %r", name, error)
                continue
            if name != live.name:
                self._take_back(live)
            return
        raise AssistantUnavailable(f"neither {live.name} nor a model before it can be loaded")

    def follow(self) -> None:
        """Does what was decided since: another live model, another shadow, or none.

        A model that cannot be loaded changes nothing for sellers: the old one goes on, the table
        says so, and that promotion is not tried again.
        """
        models = self._store.models()
        if not self._served.model:
            self._start_again(models)
            return
        live = next((m for m in models if m.state is ModelState.LIVE), None)
        if live and live.pinned and live.name != self._served.model:
            self._follow_live(live)
        shadow = next((m for m in models if m.state is ModelState.SHADOW), None)
        self._follow_shadow(shadow)

    def _start_again(self, models: Sequence[Model]) -> None:
        """Tries again to have a model, whenever something changed that may help."""
        there = (tuple(self._files.files()), tuple((m.name, m.state, m.promotion) for m in models))
        if there != self._tried:
            self._tried = there
            self.start()

    def _follow_live(self, live: Model) -> None:
        if (live.name, live.promotion) in self._failed:
            return
        logger.info("loading model %s beside %s", live.name, self._served.model)
        try:
            self._served.serve(live.name)
        except AssistantUnavailable as error:
            logger.error(
                "model %s cannot be loaded: %s goes on answering: %r",
                live.name, self._served.model, error,
            )  # fmt: skip
            self._take_back(live)

    def _follow_shadow(self, shadow: Model | None) -> None:
        name = shadow.name if shadow else None
        if name == self._shadow.model:
            return
        try:
            self._shadow.use(name)
        except AssistantUnavailable as error:
            logger.error("model %s cannot be loaded as a shadow: %r", name, error)
            assert name is not None  # using none cannot fail
            self._store.shadow_failed(name, self._problem_of(name), self._clock.now())

    def _take_back(self, live: Model) -> None:
        self._failed.add((live.name, live.promotion))
        problem = self._problem_of(live.name)
        self._store.promotion_failed(live, self._served.model, problem, self._clock.now())

    def _problem_of(self, name: str) -> ModelProblem:
        there = any(file.name == name for file in self._files.files())
        return ModelProblem.BROKEN if there else ModelProblem.MISSING
