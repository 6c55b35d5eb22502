"""Every reason that triage gives has a French sentence, and no sentence is left over."""

from __future__ import annotations

import re
from pathlib import Path

from bot.adapters.content_yaml import load_content
from bot.support.triage import PRIORITISED, RULES

PROJECT = Path(__file__).resolve().parents[2]


def sentences(prefix: str) -> set[str]:
    content = load_content(PROJECT / "data", "https://example.com/{article}")
    found = {name for name in content.responses if name.startswith(prefix)}
    assert all(content.render(name).text.endswith(".") for name in found)
    return found


def test_why_it_is_urgent() -> None:
    assert sentences("urgency_") == {PRIORITISED, *(rule.why for rule in RULES)}


def test_why_a_human_is_needed() -> None:
    source = (PROJECT / "bot" / "services" / "triage.py").read_text("utf-8")
    assert sentences("needs_human_") == set(re.findall(r'"(needs_human_\w+)"', source))
