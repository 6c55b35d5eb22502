"""The blind sets of tests/nlu, written by people who saw neither phrases nor answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.errors import ContentError

FROZEN = "frozen.sha256"


@dataclass(frozen=True)
class BlindPhrase:
    """One message with its label; ``kind`` is set out of scope only."""

    text: str
    intent: str
    style: str
    kind: str = ""


@dataclass(frozen=True)
class BlindSet:
    """One set: single messages, messages of two requests or of only one, and entities."""

    name: str
    phrases: tuple[BlindPhrase, ...]
    two_requests: tuple[tuple[str, tuple[str, str]], ...]
    one_request: tuple[tuple[str, str], ...]
    entities: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...]


def load_blind_set(folder: Path, name: str) -> BlindSet:
    """Returns a set; raises ContentError when it was changed after it was frozen."""
    path = folder / f"{name}.yml"
    _check_frozen(folder, path)
    raw: dict[str, Any] = YAML(typ="safe").load(path)
    return BlindSet(
        name,
        tuple(
            BlindPhrase(p["text"], p["intent"], p["style"], p.get("kind", ""))
            for p in raw["phrases"]
        ),
        tuple((t["text"], (t["intents"][0], t["intents"][1])) for t in raw["two_requests"]),
        tuple((o["text"], o["intent"]) for o in raw["one_request"]),
        tuple((e["text"], tuple(e["order_numbers"]), tuple(e["days"])) for e in raw["entities"]),
    )


def _check_frozen(folder: Path, path: Path) -> None:
    frozen = {}
    for line in (folder / FROZEN).read_text("utf-8").splitlines():
        digest_of, name = line.split()
        frozen[name] = digest_of
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if frozen.get(path.name) != digest:
        raise ContentError(f"{path} is not the frozen set: its SHA-256 is {digest}")
