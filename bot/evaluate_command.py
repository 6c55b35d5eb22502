"""`python -m bot evaluate`: how well the model understands, and what other data would change.

To compare, the candidate is trained in a process of its own: it needs memory that is then given
back, and Rasa and TensorFlow write to the terminal by themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import AssistantUnavailable, StorageError
from bot.settings import Settings, read_settings

PROJECT = Path(__file__).resolve().parent.parent
SETS = Path("tests") / "nlu"
"""Where the blind sets lie in a project."""

BLIND_SETS = ("development", "final", "acceptance", "unseen", "pairs", "joined")


def add_evaluate_command(parser: argparse.ArgumentParser) -> None:
    """Gives the parser of `evaluate` its arguments."""
    parser.set_defaults(run=_evaluate)
    parser.add_argument("--set", choices=(*BLIND_SETS, "all"), default="all")
    parser.add_argument("--errors", action="store_true", help="list every wrong answer")
    parser.add_argument(
        "--compare", action="store_true", help="what the data as they are now would change"
    )
    parser.add_argument("--write-candidate", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, default=PROJECT, help=argparse.SUPPRESS)


def _evaluate(options: argparse.Namespace) -> None:
    settings = read_settings({**os.environ, "ASSISTANT_DEMO": "1"})
    names = BLIND_SETS if options.set == "all" else (options.set,)
    if options.write_candidate:
        write_candidate(options.project, names, options.write_candidate)
    elif options.compare:
        compare(settings, options.project, options.set, names)
    else:
        evaluate(settings, names, show_errors=options.errors)


def evaluate(settings: Settings, names: Sequence[str], *, show_errors: bool) -> None:
    """Prints how well the model of the present data understands each of the blind sets."""
    from bot.adapters.rasa_agent import RasaAssistant
    from bot.adapters.rasa_training import model_path
    from bot.evaluation.blind_sets import load_blind_set
    from bot.evaluation.report import report

    path = model_path(PROJECT, settings.model_dir)
    assistant = RasaAssistant(path, (), lambda name, conversation, error: [])
    assistant.start()
    print(f"model: {assistant.model}")
    for name in names:
        blind = load_blind_set(PROJECT / SETS, name)
        understand = lambda text: asyncio.run(assistant.parse(text))  # noqa: E731
        print("\n".join(report(understand, blind, show_errors=show_errors)), flush=True)
    assistant.stop()


def write_candidate(project: Path, names: Sequence[str], target: Path) -> None:
    """Trains the candidate here and writes what it understands of the blind sets, as JSON."""
    from bot.evaluation.blind_sets import load_blind_set
    from bot.evaluation.candidate import train_candidate

    understand = train_candidate(project)
    understood = {
        phrase.text: dict(understand(phrase.text))
        for name in names
        for phrase in load_blind_set(project / SETS, name).phrases
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(understood, ensure_ascii=False), encoding="utf-8")


def compare(settings: Settings, project: Path, chosen: str, names: Sequence[str]) -> None:
    """Prints the live model and the candidate of the project's present data side by side.

    ``chosen`` is what `--set` was given, ``names`` the blind sets that it means.
    """
    from bot.adapters.rasa_agent import RasaAssistant
    from bot.evaluation import figures
    from bot.evaluation.blind_sets import load_blind_set
    from bot.evaluation.comparison import comparison

    candidate = _candidate(project, chosen)
    live = settings.model_dir / live_model(settings)
    assistant = RasaAssistant(live, (), lambda name, conversation, error: [])
    assistant.start()
    print(f"live model: {assistant.model}; candidate: {project / 'data'} as it is now")
    for name in names:
        blind = load_blind_set(project / SETS, name)
        now = figures.judge(lambda text: asyncio.run(assistant.parse(text)), blind.phrases)
        then = figures.judge(candidate.__getitem__, blind.phrases)
        print("\n".join(comparison(blind, now, then)), flush=True)
    assistant.stop()


def live_model(settings: Settings) -> str:
    """Returns the live model's name: of the database, else the newest file.

    Raises AssistantUnavailable when there is no model at all.
    """
    from bot.adapters.model_files import ModelFolder
    from bot.adapters.sql.engine import create_engine
    from bot.adapters.sql.model_store import SqlModelStore
    from bot.support.models import ModelState

    try:
        models = SqlModelStore(create_engine(settings.database_url)).models()
    except StorageError:
        models = []  # no database here: evaluating needs none
    live = [m.name for m in models if m.state is ModelState.LIVE and m.pinned]
    names = [*live, *(file.name for file in ModelFolder(settings.model_dir).files())]
    if not names:
        raise AssistantUnavailable("no model: run `make train`")
    return names[0]


def _candidate(project: Path, chosen: str) -> Mapping[str, Any]:
    from bot.train_command import train_in_background

    target, log = project / "var" / "candidate.json", project / "var" / "candidate.log"
    print("Training the intent model alone on the present data…", flush=True)
    command = [
        sys.executable, "-m", "bot", "evaluate", "--write-candidate", str(target),
        "--project", str(project), "--set", chosen,
    ]  # fmt: skip
    seconds = train_in_background(command, log)
    print(f"Trained in {seconds:.0f} s.")
    understood: Mapping[str, Any] = json.loads(target.read_text("utf-8"))
    return understood
