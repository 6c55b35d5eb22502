"""Reads the approved texts from YAML: FAQ entries and responses, with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import ContentError
from bot.support.conversations import Button
from bot.support.responses import Content, FaqEntry, FollowUp, Response


def load_content(data: Path, article_url: str) -> Content:
    """Returns all approved texts below ``data``.

    ``article_url`` is the address of an article with ``{article}`` for the link's key. Raises
    ContentError with every problem found, each with its file.
    """
    problems: list[str] = []
    entries = _collect(_entries(data / "nlu" / "faq", problems), problems)
    responses = _collect(_responses(data / "responses", problems), problems)
    if problems:
        raise ContentError("\n".join(problems))
    urls = {e.source_link: article_url.format(article=e.source_link) for e in entries.values()}
    return Content(responses, entries, urls)


def read_yaml(path: Path) -> Any:
    """Returns a YAML file's content with line numbers; raises ContentError if unreadable."""
    try:
        return YAML(typ="rt").load(path)
    except (YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # The library raises the latter for dates, merges and tags that are none.
        raise ContentError(f"{path}: {error}") from error


def part_of(path: Path, name: str, kind: type) -> Any:
    """Returns what a file holds under a name; raises ContentError unless it is of the kind."""
    whole = read_yaml(path)
    part = whole.get(name) if isinstance(whole, Mapping) else None
    if not isinstance(part, kind):
        raise ContentError(f"{path}: no {name}")
    return part


def _collect(found: Iterator[tuple[str, Any]], problems: list[str]) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for name, text in found:
        if name in texts:
            problems.append(f"{text.location}: {name} is also at {texts[name].location}")
        texts[name] = text
    return texts


def _entries(folder: Path, problems: list[str]) -> Iterator[tuple[str, FaqEntry]]:
    for path in sorted(folder.glob("*.yml")):
        raw: Any = None
        try:
            raw = part_of(path, "entry", Mapping)
            yield str(raw["intent"]), _entry(raw, path)
        except ContentError as error:
            problems.append(str(error))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems.append(f"{path}:{raw.lc.line + 1}: {error!r}")


def _entry(raw: Any, path: Path) -> FaqEntry:
    return FaqEntry(
        intent=str(raw["intent"]),
        title=str(raw["title"]),
        version=int(raw["version"]),
        source_name=str(raw["source"]["name"]),
        source_link=str(raw["source"]["link"]),
        facts={str(f["id"]): str(f["says"]) for f in raw["facts"]},
        parts=tuple((str(part["text"]).strip(), _facts_of(part)) for part in raw["answer"]),
        leads_on=tuple(_buttons(raw.get("leads_on"))),
        follow_ups=tuple(
            FollowUp(
                str(name),
                tuple(map(str, f["asks"])),
                frozenset(_facts_of(f)),
                bool(f.get("partial")),
            )
            for name, f in (raw.get("follow_ups") or {}).items()
        ),
        location=f"{path}:{raw.lc.line + 1}",
        offer=str(raw.get("offer") or ""),
    )


def _facts_of(part: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(f) for f in part["facts"]) if "facts" in part else (str(part["fact"]),)


def _responses(folder: Path, problems: list[str]) -> Iterator[tuple[str, Response]]:
    for path in sorted(folder.glob("*.yml")):
        texts = part_of(path, "texts", Mapping)
        for name, raw in texts.items():
            location = f"{path}:{texts.lc.key(name)[0] + 1}"
            try:
                buttons = tuple(_buttons(raw.get("buttons")))
                yield (
                    str(name),
                    Response(
                        str(name),
                        int(raw["version"]),
                        str(raw["text"]),
                        buttons,
                        location,
                        str(raw.get("on_yes") or ""),
                        str(raw.get("on_no") or ""),
                        bool(raw.get("answer", False)),
                    ),
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                problems.append(f"{location}: {error!r}")


def _buttons(raw: Iterable[Mapping[str, Any]] | None) -> Iterator[Button]:
    for button in raw or ():
        entities = {str(k): _plain(v) for k, v in (button.get("entities") or {}).items()}
        yield Button(str(button["title"]), str(button["intent"]), entities)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)
