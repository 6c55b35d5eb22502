"""What is served can change at any moment: nobody keeps approved texts beyond one answer."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = {"Content", "FaqEntry", "Response"}
MAY_KEEP = {
    ("bot/services/live_content.py", "LiveContent"),  # the one place
    ("bot/services/turn_scope.py", "TurnScope"),  # one turn
    ("bot/services/answer_sheets.py", "AnswerSheet"),  # one page
    ("bot/support/responses.py", "Content"),
}


def names_in(annotation: ast.expr | None) -> set[str]:
    """Returns the names in an annotation, also where it is written as a string."""
    if annotation is None:
        return set()
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def keeps(owner: ast.ClassDef) -> bool:
    """Tells whether a class is given approved texts when it is made, or has them as a field."""
    for node in owner.body:
        if isinstance(node, ast.AnnAssign) and names_in(node.annotation) & TEXTS:
            return True
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            given = [*node.args.args, *node.args.kwonlyargs]
            if any(names_in(argument.annotation) & TEXTS for argument in given):
                return True
    return False


def keepers(root: Path) -> list[str]:
    found = []
    for folder in ("bot/services", "bot/web", "actions"):
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and keeps(node):
                    found.append((name, node.name))
    return [f"{name}: {owner}" for name, owner in found if (name, owner) not in MAY_KEEP]


def test_nobody_keeps_approved_texts() -> None:
    assert keepers(PROJECT) == []


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    def __init__(self, content: Content) -> None: ...",
        "class A:\n    def __init__(self, entries: Mapping[str, FaqEntry]) -> None: ...",
        "class A:\n    content: Content",
    ],
)
def test_a_planted_keeper_is_found(code: str, tmp_path: Path) -> None:
    planted = tmp_path / "bot" / "services" / "triage.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(code)
    assert keepers(tmp_path) == ["bot/services/triage.py: A"]
