"""The public benchmark MASSIVE, fr-FR (FitzGerald et al. 2022): the shipped model, its data."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from bot.errors import ContentError
from bot.evaluation.figures import Share
from bot.nlu.intent_model import IntentModel


def massive(path: Path, split: str = "test") -> Iterator[str]:
    """Trains on the train split with the shipped settings and yields the lines of a report.

    ``split`` is "dev" while tuning, "test" in the end. Messages are classified one by one, on
    one core. Raises ContentError when the file is not the benchmark.
    """
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        learned = [(row["text"], row["label"]) for row in rows if row["split"] == "train"]
        asked = [(row["text"], row["label"]) for row in rows if row["split"] == split]
    except (OSError, ValueError, KeyError) as error:
        raise ContentError(f"{path} is not the MASSIVE file of shared/benchmarks") from error
    yield f"training on {len(learned)} phrases, {len({label for _, label in learned})} intents …"
    started = time.monotonic()
    model = IntentModel().fit([text for text, _ in learned], [label for _, label in learned])
    yield f"trained in {time.monotonic() - started:.0f} s"
    known = {text for text, _ in learned}
    started = time.perf_counter()
    right = [model.rank(text)[0].intent == label for text, label in asked]
    spent = time.perf_counter() - started
    clean = [ok for ok, (text, _) in zip(right, asked) if text not in known]
    yield f"{split}, clean (not in train; goal ≥ 86.5 %)  {Share(sum(clean), len(clean))}"
    yield f"{split}, all lines                           {Share(sum(right), len(right))}"
    yield f"time a message, one core (goal ≤ 5 ms)       {spent / len(asked) * 1000:.1f} ms"
