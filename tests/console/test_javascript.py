"""The console's JavaScript: its logic works without a browser, and makes no HTML of texts."""

from __future__ import annotations

import re
from pathlib import Path

from tests.widget.test_javascript import FORBIDDEN, PROJECT, run

CONSOLE = PROJECT / "bot" / "web" / "static" / "console"
LINKED = re.compile(r"(?:from|import) \"(\.[^\"]+)\"|import\(\"(\.[^\"]+)\"\)")


def test_the_logic_works_without_a_browser() -> None:
    files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.js"))
    assert len(files) >= 4
    said = run("--test", "--test-reporter=tap", *files)
    (count,) = re.findall(r"^# pass (\d+)$", said, re.M)
    assert int(count) >= 35, said
    assert "\n# skipped 0\n" in said and "\n# todo 0\n" in said


def test_the_logic_needs_no_browser() -> None:
    for path in sorted((CONSOLE / "logic").glob("*.js")):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text("utf-8"), flags=re.S)
        assert not re.search(r"\b(document|window|localStorage|navigator)\b", code), path.name


def test_nothing_makes_html_of_text() -> None:
    problems = []
    for path in sorted(CONSOLE.rglob("*.js")):
        code = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        problems += [f"{path.name}: {found}" for found in FORBIDDEN.findall(code)]
    assert problems == []


def test_every_module_that_is_imported_is_there() -> None:
    problems = []
    for path in sorted(CONSOLE.rglob("*.js")):
        for found in LINKED.findall(path.read_text("utf-8")):
            target = "".join(found)
            if not (path.parent / target).is_file():
                problems.append(f"{path.name}: {target}")
    assert problems == []
