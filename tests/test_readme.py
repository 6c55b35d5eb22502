"""The README stays true: every setting is in its table, what it names exists, commands parse."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import _parser
from bot.settings import settings_table

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


def test_every_setting_is_in_the_table() -> None:
    written = README.split("held by a test -->\n")[1].split("<!-- end")[0]
    assert written.strip() == settings_table()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_files_a_page_names_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:bot|data|tests|docs|actions|tools)/[\w./-]+)`", page.read_text(encoding="utf-8")
    )
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_make_knows_every_target_named() -> None:
    made = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"\bmake ([a-z-]+)", README)) - {"alone"}
    assert named <= made, named - made


def test_every_command_of_ours_parses() -> None:
    commands = re.findall(r"python -m bot ((?:[\w./-]+ ?)+)", README)
    assert len(commands) >= 4
    for command in commands:
        arguments = command.split()
        if "--help" not in arguments:
            assert _parser().parse_args(arguments).run


def test_help_teaches() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, cwd=PROJECT
    )
    assert shown.returncode == 0
    assert "make run" in shown.stdout and "chat" in shown.stdout


def test_the_picture_asks_nobody_for_anything() -> None:
    drawn = (PROJECT / "docs" / "conversation.svg").read_text(encoding="utf-8")
    assert not re.search(r"url\((?:'|\")?http|@import|<image", drawn)
