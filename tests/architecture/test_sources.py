"""Sources stay small, named and explained; nothing names a package registry."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 330
LONGEST_FUNCTION = 50
NO_NAMES = {"utils", "helpers", "manager", "data2", "misc", "common"}
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "deb" + ".debian", "registry." + "npmjs")


def sources() -> list[Path]:
    return sorted([*(PROJECT / "bot").rglob("*.py"), *(PROJECT / "actions").rglob("*.py")])


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_modules_and_functions_are_short() -> None:
    problems = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_MODULE:
            problems.append(f"{path}: {text.count(chr(10))} lines")
        for function in functions(ast.parse(text)):
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                problems.append(f"{path}:{function.lineno}: {function.name} has {length} lines")
    assert problems == []


def test_public_names_are_explained() -> None:
    problems = []
    for path in sources():
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            problems.append(f"{path}: no docstring")
        for node in tree.body:
            named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            if named and not node.name.startswith("_") and not ast.get_docstring(node):
                problems.append(f"{path}:{node.lineno}: {node.name}")
    assert problems == []


def test_file_names_say_something() -> None:
    assert [p for p in sources() if NO_NAMES & set(p.stem.split("_"))] == []


def test_no_tracked_file_names_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True, text=True
    )
    problems = []
    for name in filter(None, listed.stdout.split("\0")):
        path = PROJECT / name
        if path.suffix in {".png", ".gz"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace").lower()
        problems += [f"{name}: {registry}" for registry in REGISTRIES if registry in text]
    assert problems == []
