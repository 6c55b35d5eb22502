"""The widget's JavaScript: its types hold, and its logic works without a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WIDGET = PROJECT / "bot" / "web" / "static" / "widget"
LONGEST_MODULE = 320
"""The most lines of code, without blank ones and comments: every parameter has one for its type."""
# What makes HTML, styles or code of a text, or reaches another origin's code.
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
    r"|\beval\b|new Function|\.setAttribute\([\"']style|https?://(?!assistant\.example\.com)"
)


def node() -> str:
    found = shutil.which("node")
    assert found, "Node.js is missing: apt-get install nodejs npm (see .ci/run)"
    return found


def run(*arguments: str) -> str:
    done = subprocess.run(
        [node(), *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=150
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_hold() -> None:
    compiler = PROJECT / "node_modules" / "typescript" / "bin" / "tsc"
    assert compiler.is_file(), "TypeScript is missing: npm ci --ignore-scripts (make does it)"
    run(str(compiler), "--project", "tsconfig.json")


def test_a_wrong_type_would_be_found(tmp_path: Path) -> None:
    compiler = PROJECT / "node_modules" / "typescript" / "bin" / "tsc"
    wrong = (
        WIDGET.joinpath("logic", "length.js").read_text("utf-8") + "\nmeasure(1, 'x').nothing;\n"
    )
    tmp_path.joinpath("wrong.js").write_text(wrong, encoding="utf-8")
    flags = ["--allowJs", "--checkJs", "--noEmit", "--strict", "--target", "es2022"]
    done = subprocess.run(
        [node(), str(compiler), *flags, str(tmp_path / "wrong.js")], capture_output=True, text=True
    )
    assert done.returncode != 0 and "TS2345" in done.stdout and "TS2339" in done.stdout


def test_the_logic_works_without_a_browser() -> None:
    files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.js"))
    assert len(files) >= 3
    said = run("--test", "--test-reporter=tap", *files)
    (count,) = re.findall(r"^# pass (\d+)$", said, re.M)
    assert int(count) >= 50, said
    assert "\n# skipped 0\n" in said and "\n# todo 0\n" in said


def test_the_logic_needs_no_browser() -> None:
    for path in sorted((WIDGET / "logic").glob("*.js")):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text("utf-8"), flags=re.S)
        assert not re.search(r"\b(document|window|localStorage|navigator)\b", code), path.name


def test_nothing_makes_html_of_text() -> None:
    problems = []
    for path in sorted(WIDGET.rglob("*.js")):
        code = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        problems += [f"{path.name}: {found}" for found in FORBIDDEN.findall(code)]
    assert problems == []


def test_modules_are_short_and_explained() -> None:
    problems = []
    for path in sorted(PROJECT.joinpath("bot/web/static").rglob("*.js")):
        text = path.read_text("utf-8")
        code = re.sub(r"/\*.*?\*/|//.*", "", text, flags=re.S)
        lines = len([line for line in code.splitlines() if line.strip()])
        if lines > LONGEST_MODULE and not path.name.endswith("_style.js"):
            problems.append(f"{path.name}: {lines} lines")
        if not text.startswith("/**"):
            problems.append(f"{path.name}: says nothing of itself")
    assert problems == []


def test_the_lock_file_names_no_address() -> None:
    lock = PROJECT.joinpath("package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock and "://" not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')
