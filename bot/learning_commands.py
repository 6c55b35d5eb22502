"""`python -m bot models …` and `python -m bot review …`: what the console does too, and export."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ContentError
from bot.evaluate_command import BLIND_SETS, SETS
from bot.settings import read_settings
from bot.support.models import Model, ModelState

if TYPE_CHECKING:
    from bot.services.models import Models

PROJECT = Path(__file__).resolve().parent.parent

MODELS_EPILOG = """\
A new model, from trained to live:
  python -m bot train                    writes models/seller-….tar.gz
  python -m bot models shadow NAME       it reads along; the console lists what it labels otherwise
  python -m bot models promote NAME      running servers serve it within seconds, no turn is lost
  python -m bot models roll-back         the one before is served again, as quickly

A model that cannot be loaded changes nothing: the old one goes on, and `list` says so.
"""
REVIEW_EPILOG = """\
From a seller to the model:
  1. staff accept or correct topics at /console/review
  2. python -m bot review export         writes them below data/nlu, without personal data
  3. python -m bot evaluate --compare    what they would change, before anything is trained for real
  4. python -m bot train, then python -m bot models shadow NAME
"""


def add_learning_commands(
    command: Callable[[str, object, str], argparse.ArgumentParser],
) -> None:
    """Adds `models` and `review` with ``command(name, run, says)``, each with its own commands."""
    _add_models(command("models", None, "Models: list, shadow, promote, roll-back."))
    _add_review(command("review", None, "Phrases that staff reviewed: export."))


def _add_models(parser: argparse.ArgumentParser) -> None:
    command = _commands(parser, MODELS_EPILOG)
    command("list", _list, "List all models: live, shadow, retired, unused, and what is wrong.")
    shadow = command("shadow", _shadow, "Let a model read along, and say nothing.")
    chosen = shadow.add_mutually_exclusive_group(required=True)
    chosen.add_argument("name", nargs="?", help="the model's file name")
    chosen.add_argument("--none", action="store_true", help="no shadow any longer")
    promote = command("promote", _promote, "Let a model answer from now on.")
    promote.add_argument("name", help="the model's file name")
    command("roll-back", _roll_back, "Let the model before the live one answer again.")


def _add_review(parser: argparse.ArgumentParser) -> None:
    command = _commands(parser, REVIEW_EPILOG)
    export = command("export", _export, "Write reviewed phrases into the training data.")
    export.add_argument("--dry-run", action="store_true", help="only say what would be done")
    export.add_argument("--again", action="store_true", help="try those refused before, too")


Command = Callable[[str, Callable[[argparse.Namespace], None], str], argparse.ArgumentParser]


def _commands(parser: argparse.ArgumentParser, epilog: str) -> Command:
    parser.epilog = epilog
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], None], says: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=says, description=says)
        sub.set_defaults(run=run)
        return sub

    return command


def open_models() -> Models:
    """Returns what the command line does with models, over the settings' database and folder."""
    from bot.adapters.clock import SystemClock
    from bot.adapters.model_files import ModelFolder
    from bot.adapters.sql.engine import create_engine
    from bot.adapters.sql.model_store import SqlModelStore
    from bot.services.models import Models

    settings = read_settings()
    store = SqlModelStore(create_engine(settings.database_url))
    return Models(store, ModelFolder(settings.model_dir), SystemClock())


def _list(options: argparse.Namespace) -> None:
    print("\n".join(table(open_models().all())))


def table(models: Sequence[Model]) -> list[str]:
    """Returns the lines of `models list`."""
    rows = [("MODEL", "STATE", "TRAINED", "SINCE", "")]
    rows += [(m.name, m.state.value, _day(m.trained_at), _day(m.since), _remark(m)) for m in models]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in rows]


def _remark(model: Model) -> str:
    if model.problem is not None:
        return {"missing": "its file is gone", "broken": "cannot be loaded"}[model.problem.value]
    if model.state is ModelState.LIVE and not model.pinned:
        return "because it is the newest"
    return ""


def _day(moment: datetime | None) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC") if moment else "-"


def _shadow(options: argparse.Namespace) -> None:
    open_models().put_in_shadow(None if options.none else options.name, None)
    print("No shadow any longer." if options.none else f"{options.name} reads along from now on.")


def _promote(options: argparse.Namespace) -> None:
    open_models().promote(options.name, None)
    print(f"{options.name} is live: running servers serve it within seconds.")


def _roll_back(options: argparse.Namespace) -> None:
    left, to = open_models().roll_back(None)
    print(f"{to} is live again, in place of {left}.")


def _export(options: argparse.Namespace) -> None:
    from bot.adapters.clock import SystemClock
    from bot.adapters.sql.engine import create_engine
    from bot.adapters.sql.review_store import SqlReviewStore
    from bot.adapters.training_phrases import TrainingPhrases
    from bot.services.phrase_export import PhraseExport

    settings = read_settings()
    store = SqlReviewStore(create_engine(settings.database_url))
    export = PhraseExport(store, TrainingPhrases(PROJECT, blind_leaks), SystemClock())
    report = export.run(dry_run=options.dry_run, again=options.again)
    for phrase, outcome in report:
        sign = "refused" if outcome.problem else ("there" if outcome.already else "added")
        where = outcome.problem or f"{outcome.location}: {phrase.text}"
        print(f"{sign:8} {where}")
    added = sum(not outcome.problem for _, outcome in report)
    would = "would be " if options.dry_run else ""
    print(f"\n{added} {would}added, {len(report) - added} refused.")
    if added and not options.dry_run:
        print("See what they change: python -m bot evaluate --compare")
    if added < len(report):
        sys.exit(1)


def blind_leaks(phrases: Sequence[tuple[str, str]]) -> Iterable[str]:
    """Yields each (text, location) that nearly is a phrase of a blind set, as check-data does."""
    from bot.evaluation.blind_sets import load_blind_set
    from bot.evaluation.leaks import leaks

    folder = PROJECT / SETS
    if not folder.is_dir():
        raise ContentError(f"{folder} is missing: without blind sets nothing may be added")
    return leaks(phrases, [load_blind_set(folder, name) for name in BLIND_SETS])
