"""What staff do with trained models: put one in the shadow, promote one, roll back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.errors import ModelRefused
from bot.services.learning_ports import ModelFiles, ModelStore
from bot.services.ports import Clock
from bot.support.models import Model, ModelProblem, ModelState, ShadowDifference, ShadowFigures


class Models:
    """Lists models and says what each is used for; every method blocks.

    Nothing is loaded here: every server does what the table says within seconds, by itself.
    ``serving`` returns the name of the model that answers in this process, "" where none does.
    ``staff_id`` is who decides, None for the command line.
    """

    def __init__(
        self,
        store: ModelStore,
        files: ModelFiles,
        clock: Clock,
        serving: Callable[[], str] = lambda: "",
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._serving = serving

    @property
    def serving(self) -> str:
        """Returns the name of the model that answers in this process, "" where none does."""
        return self._serving()

    def all(self) -> list[Model]:
        """Returns the models in use or once in use, then those that only lie in the folder."""
        files = {file.name: file for file in self._files.files()}
        known = []
        for model in self._store.models():
            file = files.pop(model.name, None)
            if file is None:
                known.append(replace(model, problem=ModelProblem.MISSING))
            else:
                known.append(replace(model, trained_at=file.trained_at, size=file.size))
        unused = [
            Model(file.name, ModelState.UNUSED, trained_at=file.trained_at, size=file.size)
            for file in files.values()
        ]
        return [*known, *unused]

    def put_in_shadow(self, name: str | None, staff_id: str | None) -> None:
        """Lets a model read along, None for none; raises ModelRefused.

        From then on the live model is the one that was live, whatever newer file comes.
        """
        live = self._live(other_than=name)
        if name is not None and self._model(name).state is ModelState.LIVE:
            raise ModelRefused(f"{name} is the live model", "already_live")
        if live is None:
            raise ModelRefused("no model is live yet: start the server once", "nothing_live")
        self._store.set_shadow(name, live, staff_id, self._clock.now())

    def promote(self, name: str, staff_id: str | None) -> None:
        """Makes a model live; raises ModelRefused."""
        model = self._model(name)
        if model.state is ModelState.LIVE and model.pinned:
            raise ModelRefused(f"{name} is the live model already", "already_live")
        self._store.promote(name, self._live(other_than=name), staff_id, self._clock.now())

    def roll_back(self, staff_id: str | None) -> tuple[str, str]:
        """Makes the model before the live one live again; returns (from, to).

        Raises ModelRefused when there is none, or its file is gone.
        """
        earlier = next((m for m in self.all() if m.live_until is not None), None)
        if earlier is None:
            raise ModelRefused("no model was live before this one", "no_predecessor")
        if earlier.problem is ModelProblem.MISSING:
            raise ModelRefused(f"the file of {earlier.name} is gone", "missing")
        done = self._store.roll_back(staff_id, self._clock.now())
        if done is None:
            raise ModelRefused("no model was live before this one", "no_predecessor")
        return done

    def figures(self, name: str) -> Sequence[ShadowFigures]:
        """Returns what a shadow read, beside each live model."""
        return self._store.shadow_figures(name)

    def differences(
        self, name: str, limit: int = 50, before_id: int | None = None
    ) -> Sequence[tuple[int, ShadowDifference]]:
        """Returns what a shadow labels otherwise, the newest first."""
        return self._store.shadow_differences(name, limit, before_id)

    def _model(self, name: str) -> Model:
        found = next((model for model in self.all() if model.name == name), None)
        if found is None:
            raise ModelRefused(f"there is no model {name}", "unknown_model")
        if found.problem is ModelProblem.MISSING:
            raise ModelRefused(f"the file of {name} is gone", "missing")
        return found

    def _live(self, other_than: str | None) -> str | None:
        """Returns the live model: of the table, else the one served here, else the newest file."""
        live = next((m.name for m in self._store.models() if m.state is ModelState.LIVE), None)
        if live or self._serving():
            return live or self._serving()
        names = (file.name for file in self._files.files())
        return next((name for name in names if name != other_than), None)
