"""Every function that reads text takes any text: none raises, and each answers the same twice."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.language
from bot.errors import BadInput
from bot.language.mail_text import own_text, quoted_text, whole_text
from bot.services.intake import kept_text
from bot.services.ticket_reading import Ticket, read_ticket
from bot.support.conversations import MAX_MESSAGE_LENGTH

from .conftest import PROFILE, said

READS_PIECES = {"sound_of", "iban_end", "is_iban"}
GIVEN: dict[str, Any] = {
    "today": date(2026, 3, 2), "names": ["Léa Martin", ""], "titles": ["le logo", "le flyer"],
    "title": "le logo", "limit": 40, "phrase": "x", "query": "x",
}  # fmt: skip


def readers() -> Iterator[tuple[str, Callable[[str], Any]]]:
    """Every public function of bot.language that takes a text first."""
    for found in pkgutil.iter_modules(bot.language.__path__):
        module = importlib.import_module(f"bot.language.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            first, *others = inspect.signature(function).parameters.values()
            needed = [o for o in others if o.default is o.empty and o.kind is not o.VAR_POSITIONAL]
            if first.annotation in ("str", "str | None") and all(o.name in GIVEN for o in needed):
                given_too = {o.name: GIVEN[o.name] for o in needed}
                yield name, lambda text, f=function, g=given_too: f(text, **g)  # type: ignore[misc]


READERS = dict(readers())


def test_no_reader_is_forgotten() -> None:
    assert len(READERS) >= 60
    assert {"redact", "find_deadlines", "split_clauses", "own_text", "mask_names"} <= set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_any_text_is_read(name: str) -> None:
    read = READERS[name]

    @PROFILE
    @given(said())
    def reads(text: str) -> None:
        assert read(text) == read(text)

    reads()


@PROFILE
@given(said())
def test_what_is_kept_is_short_and_stays_what_it_is(text: str) -> None:
    kept = kept_text(text)
    assert len(kept) <= MAX_MESSAGE_LENGTH and not kept.startswith("/")
    assert kept_text(kept) == kept


@PROFILE
@given(said(), said(), st.booleans())
def test_any_ticket_is_read_or_refused(subject: str, text: str, is_open: bool) -> None:
    ticket = Ticket(subject=subject, text=text, seller_id="lea", reference="r", open=is_open)
    try:
        reading = read_ticket(ticket)
    except BadInput:
        return
    assert reading.said


@PROFILE
@given(said())
def test_the_parts_of_a_mail_are_in_it(text: str) -> None:
    for part in (own_text(text), quoted_text(text), whole_text(text)):
        assert isinstance(part, str)
