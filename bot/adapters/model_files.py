"""The folder of trained models."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from bot.services.learning_ports import ModelFile

_SUFFIX = ".tar.gz"


class ModelFolder:
    """Lists the models of a folder; implements the port ModelFiles."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> Sequence[ModelFile]:
        """Returns the models, the newest first."""
        found = []
        for path in self._folder.glob(f"*{_SUFFIX}"):
            try:
                about = path.stat()
            except OSError:
                continue  # removed just now
            made = datetime.fromtimestamp(about.st_mtime, timezone.utc)
            found.append(ModelFile(path.name, made, about.st_size))
        return sorted(found, key=lambda file: file.trained_at, reverse=True)

    def path(self, name: str) -> Path:
        """Returns where a model of that name lies; only a plain name leads anywhere."""
        return self._folder / Path(name).name
