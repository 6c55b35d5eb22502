"""Adds phrases to the training data: into the file and block of their intent, checked first."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.adapters.data_check import check_data, phrase_key, read_phrases
from bot.adapters.phrase_breadth import MOST_ON_A_FRAME, frame_of
from bot.errors import ContentError
from bot.services.learning_ports import NewPhrase, PhraseOutcome

Leaks = Callable[[Sequence[tuple[str, str]]], Iterable[str]]
"""Yields ``location: problem`` for each (text, location) that nearly is a blind phrase."""


class TrainingPhrases:
    """The phrases below ``data/nlu`` of a project; implements the port TrainingData."""

    def __init__(self, project: Path, leaks: Leaks) -> None:
        self._project = project
        self._leaks = leaks

    def add(self, phrases: Sequence[NewPhrase], *, dry_run: bool) -> list[PhraseOutcome]:
        """Adds all phrases that the data's checks accept, unless ``dry_run``.

        Nothing but lines in the right blocks is added: comments, order and quotes stay. Raises
        ContentError, and changes nothing, when the checks find more than single phrases.
        """
        blocks = _Blocks(self._project)
        # In the order of the files: a line that is told is not moved by what is added later.
        places = sorted(range(len(phrases)), key=lambda number: blocks.place(phrases[number]))
        ordered = [phrases[number] for number in places]
        judged = self._judged(ordered, blocks)
        taken = [p for p, o in zip(ordered, judged) if not o.problem and not o.already]
        changed = blocks.with_phrases(taken)
        if changed:
            self._check_together(changed)
        if not dry_run:
            for path, text in changed.items():
                _replace(path, text)
        return [outcome for _, outcome in sorted(zip(places, judged), key=lambda pair: pair[0])]

    def _judged(self, phrases: Sequence[NewPhrase], blocks: _Blocks) -> list[PhraseOutcome]:
        known = list(read_phrases(self._project / "data" / "nlu"))
        seen = {phrase_key(p.text): (p.intent, p.text, p.location) for p in reversed(known)}
        frames = Counter((p.intent, frame_of(p.text)) for p in known)
        outcomes: list[PhraseOutcome] = []
        for phrase, leak in zip(phrases, self._leaking(phrases, blocks)):
            location = blocks.next_location(phrase)
            outcome = PhraseOutcome(location, leak or _unusable(phrase, location))
            key, frame = phrase_key(phrase.text), (phrase.intent, frame_of(phrase.text))
            if not outcome.problem and key in seen:
                outcome = self._standing(phrase, location, seen[key])
            elif not outcome.problem and frame[1] and frames[frame] >= MOST_ON_A_FRAME:
                said = f"the {frames[frame] + 1}th on the frame « {frame[1]} … »"
                outcome = PhraseOutcome(location, f"{location}: {said}")
            if not outcome.problem and not outcome.already:
                seen[key] = (phrase.intent, phrase.text, location)
                frames[frame] += 1
                blocks.take(phrase)
            outcomes.append(outcome)
        return outcomes

    def _standing(
        self, phrase: NewPhrase, location: str, other: tuple[str, str, str]
    ) -> PhraseOutcome:
        intent, text, where = other
        where = self._shown(where)
        if (intent, text) == (phrase.intent, phrase.text):
            return PhraseOutcome(
                where, already=True
            )  # written before, and not noted: after a crash
        how = "twice" if intent == phrase.intent else f"also under {intent}"
        return PhraseOutcome(location, f"{location}: {phrase.text!r} stands {how} ({where})")

    def _leaking(self, phrases: Sequence[NewPhrase], blocks: _Blocks) -> list[str]:
        """Returns for each phrase why it is nearly one of a blind set, "" when it is not."""
        marks = {f"phrase {number}": blocks.next_location(p) for number, p in enumerate(phrases)}
        found = {}
        for problem in self._leaks([(p.text, mark) for p, mark in zip(phrases, marks)]):
            mark, _, says = problem.partition(": ")
            found[mark] = f"{marks[mark]}: {says}"
        return [found.get(mark, "") for mark in marks]

    def _check_together(self, changed: Mapping[Path, str]) -> None:
        """Runs the data's own checks on a copy; raises ContentError for what is new in it."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            shutil.copytree(self._project / "data", copy / "data")
            shutil.copy(self._project / "domain.yml", copy)
            for path, text in changed.items():
                (copy / path.relative_to(self._project)).write_text(text, encoding="utf-8")
            after = {_unplaced(p, copy): p.replace(f"{copy}/", "") for p in check_data(copy)}
        if after:
            before = {_unplaced(p, self._project) for p in check_data(self._project)}
            new = [problem for plain, problem in after.items() if plain not in before]
            if new:
                raise ContentError("\n".join(new))

    def _shown(self, location: str) -> str:
        return location.replace(f"{self._project}/", "")


class _Blocks:
    """The files below ``data/nlu`` with their blocks of examples, and what they gain."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._yaml = YAML(typ="rt")
        self._yaml.width = 100_000
        self._yaml.preserve_quotes = True
        self._yaml.indent(mapping=2, sequence=4, offset=2)
        self._files = {
            path: self._yaml.load(path) for path in sorted((project / "data/nlu").rglob("*.yml"))
        }
        self._places = {
            (str(block["intent"]), str((block.get("metadata") or {}).get("kind", ""))): (path, at)
            for path, raw in reversed(self._files.items())
            for at, block in reversed(list(enumerate(raw.get("nlu") or ())))
            if "intent" in block
        }
        self._taken: Counter[tuple[Path, int]] = Counter()

    def next_location(self, phrase: NewPhrase) -> str:
        """Returns ``file:line`` of the next phrase of its block; raises ContentError without."""
        path, at = self.place(phrase)
        block = self._files[path]["nlu"][at]
        first = block.lc.key("examples")[0] + 2
        above = sum(self._taken[path, block_above] for block_above in range(at + 1))
        line = first + len(str(block["examples"]).splitlines()) + above
        return f"{path.relative_to(self._project)}:{line}"

    def take(self, phrase: NewPhrase) -> None:
        """Counts a phrase that its block will gain."""
        self._taken[self.place(phrase)] += 1

    def with_phrases(self, phrases: Iterable[NewPhrase]) -> dict[Path, str]:
        """Returns the new texts of the files that gain phrases."""
        gained: dict[Path, list[str]] = {}
        for phrase in phrases:
            path, at = self.place(phrase)
            block = self._files[path]["nlu"][at]
            line = f"- {phrase.text}"
            block["examples"] = _longer(block["examples"], line)
            gained.setdefault(path, []).append(line)
        return {path: self._dumped(path, lines) for path, lines in gained.items()}

    def place(self, phrase: NewPhrase) -> tuple[Path, int]:
        """Returns a phrase's file and which block it is there; raises ContentError without."""
        try:
            return self._places[phrase.intent, phrase.kind]
        except KeyError as error:
            block = f"{phrase.intent} {phrase.kind}".strip()
            raise ContentError(f"data/nlu: no block of {block}") from error

    def _dumped(self, path: Path, gained: Sequence[str]) -> str:
        """Returns a file's new text; raises ContentError when more than new lines changed."""
        written = io.StringIO()
        self._yaml.dump(self._files[path], written)
        before, after = path.read_text(encoding="utf-8").splitlines(), written.getvalue()
        lines = iter(after.splitlines())
        kept = all(line in lines for line in before)  # in their order: "in" reads on
        if not kept or len(after.splitlines()) != len(before) + len(gained):
            raise ContentError(f"{path}: cannot be written without changing other lines")
        return after


def _longer(examples: Any, line: str) -> LiteralScalarString:
    longer = LiteralScalarString(f"{str(examples).rstrip()}\n{line}\n", anchor=None)
    if hasattr(examples, "comment"):
        longer.comment = examples.comment  # what follows the block in the file
    return longer


def _unusable(phrase: NewPhrase, location: str) -> str:
    if not any(letter.isalpha() for letter in phrase.text):
        return f"{location}: nothing is left of it without personal data"
    if phrase.text.startswith("/") or "](" in phrase.text:
        return f"{location}: no commands or annotations in phrases: {phrase.text}"
    return ""


def _unplaced(problem: str, root: Path) -> str:
    """Returns a problem without line numbers, which move when a phrase is added."""
    return re.sub(r"(\.yml):\d+", r"\1", problem.replace(f"{root}/", ""))


def _replace(path: Path, text: str) -> None:
    """Writes a file so that it is the old or the new one, never half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
