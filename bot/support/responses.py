"""The approved sentences other than FAQ answers, and how they are filled in."""

from __future__ import annotations

import contextlib
import functools
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.errors import ContentError
from bot.support.conversations import Button, Reply


@dataclass(frozen=True)
class Response:
    """One approved text with places for values, and the buttons always shown with it.

    ``on_yes`` and ``on_no`` are the intents of the shown buttons that a typed yes or no
    presses, where the text asks such a question.
    ``answer`` says that it answers a question, so that a thumb may be given for it.
    """

    id: str
    version: int
    text: str
    buttons: tuple[Button, ...] = ()
    location: str = ""
    on_yes: str = ""
    on_no: str = ""
    answer: bool = False

    @property
    def placeholders(self) -> frozenset[str]:
        """Returns the names of the values the text needs."""
        return frozenset(
            name for _, name, _, _ in string.Formatter().parse(self.text) if name is not None
        )

    def as_version(self, version: int) -> Response:
        """Returns the same text under another version."""
        return replace(self, version=version)

    def render(self, values: Mapping[str, Any], buttons: Iterable[Button] = ()) -> Reply:
        """Returns the reply; raises ContentError when a value is missing.

        Only plain names are places: no attribute or index of a value can be reached.
        """
        missing = self.placeholders - values.keys()
        if missing:
            raise ContentError(f"{self.location}: {self.id} lacks {', '.join(sorted(missing))}")
        used = {name: values[name] for name in sorted(self.placeholders)}
        return Reply(
            text=self.text.format_map(used),
            response=self.id,
            version=self.version,
            values=used,
            buttons=(*buttons, *self.buttons),
        )


@dataclass(frozen=True)
class FollowUp:
    """A short question about an answer, in the words it may be asked, and the facts that say it.

    ``partial`` marks a question that the facts answer only in part: a human is then offered.
    """

    name: str
    asks: tuple[str, ...]
    facts: frozenset[str]
    partial: bool = False


@dataclass(frozen=True)
class FaqEntry:
    """One approved answer of the FAQ: its facts, its text and what it leads on to.

    ``parts`` are paragraphs with the ids of the facts each carries. ``offer`` is the question
    that ends the answer; a yes to it is the first of ``leads_on``.
    """

    intent: str
    title: str
    version: int
    source_name: str
    source_link: str
    facts: Mapping[str, str]
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    leads_on: tuple[Button, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    location: str = ""
    offer: str = ""

    @property
    def text(self) -> str:
        """Returns the whole answer without its source line."""
        return "\n\n".join(text for text, _ in self.parts)

    def as_version(self, version: int) -> FaqEntry:
        """Returns the same answer under another version."""
        return replace(self, version=version)

    def render(
        self,
        article_url: str,
        buttons: Iterable[Button] = (),
        follow_up: str = "",
        *,
        offers: bool = True,
    ) -> Reply:
        """Returns the answer, or what it says to a follow-up, with the source article.

        With ``offers`` False it neither ends with its offer nor shows the button for it: more is
        said after it. Raises ContentError when there is no such follow-up.
        """
        paragraphs = [
            self._said_to(follow_up) if follow_up else self.text,
            f"Source : « {self.source_name} » — {article_url}",
        ]
        values: dict[str, Any] = {"article_url": article_url}
        leads_on = self.leads_on
        if follow_up:
            values["follow_up"] = follow_up
        if self.offer and offers:
            paragraphs.append(self.offer)
        elif self.offer:
            values["offers"] = False
            leads_on = self.leads_on[1:]
        return Reply(
            text="\n\n".join(paragraphs),
            response=self.intent,
            version=self.version,
            values=values,
            buttons=(*buttons, *leads_on),
        )

    def _said_to(self, follow_up: str) -> str:
        asked = next((f.facts for f in self.follow_ups if f.name == follow_up), None)
        if asked is None:
            raise ContentError(f"{self.location}: no follow-up {follow_up!r}")
        return "\n\n".join(text for text, facts in self.parts if asked & set(facts))


@dataclass(frozen=True)
class Content:
    """All approved texts as they are served at one moment, by id; it never changes.

    ``article_urls`` maps a source link's key to an address. ``versions`` holds every text that
    was ever served, by id and version, so that what was said is rendered again byte for byte.
    """

    responses: Mapping[str, Response]
    entries: Mapping[str, FaqEntry]
    article_urls: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[tuple[str, int], FaqEntry | Response] = field(default_factory=dict)

    @functools.cached_property
    def titles(self) -> Mapping[str, str]:
        """Returns the human-worded names of intents, and of "other"."""
        titles = {entry.intent: entry.title for entry in self.entries.values()}
        titles.update(
            (name.removeprefix("title_"), response.text)
            for name, response in self.responses.items()
            if name.startswith("title_")
        )
        return titles

    def text(self, text_id: str, version: int | None = None) -> FaqEntry | Response:
        """Returns the text served under an id, or that version of it.

        Raises ContentError when there never was such a text.
        """
        served = self.entries.get(text_id) or self.responses.get(text_id)
        if served is not None and version in (None, served.version):
            return served
        found = self.versions.get((text_id, version)) if version is not None else None
        if found is None:
            raise ContentError(f"no approved text {text_id!r}, version {version}")
        return found

    def render(
        self,
        text_id: str,
        values: Mapping[str, Any] | None = None,
        buttons: Iterable[Button] = (),
        version: int | None = None,
    ) -> Reply:
        """Returns the reply for an entry's or a response's id; raises ContentError if unknown.

        With the ``version`` and ``values`` recorded for a message it is that message again.
        """
        text = self.text(text_id, version)
        given = values or {}
        if isinstance(text, Response):
            return text.render(given, buttons)
        url = given.get("article_url") or self.article_urls[text.source_link]
        follow_up, offers = str(given.get("follow_up") or ""), given.get("offers", True)
        return text.render(url, buttons, follow_up, offers=bool(offers))

    def pressed_by_yes(
        self, text_id: str, values: Mapping[str, Any], version: int | None = None
    ) -> str:
        """Returns the intent that a yes to a shown text means, "" where it asks no such thing."""
        text = self._shown(text_id, version)
        if isinstance(text, FaqEntry):
            offers = text.offer and values.get("offers", True)
            return text.leads_on[0].intent if offers else ""
        return text.on_yes if text else ""

    def pressed_by_no(self, text_id: str, version: int | None = None) -> str:
        """Returns the intent that a no to a shown text means, "" where it only declines."""
        text = self._shown(text_id, version)
        return text.on_no if isinstance(text, Response) else ""

    def is_answer(self, text_id: str | None) -> bool:
        """Tells whether a text answers a question: an FAQ entry, or a response that says so."""
        response = self.responses.get(text_id or "")
        return text_id in self.entries or (response is not None and response.answer)

    def _shown(self, text_id: str, version: int | None) -> FaqEntry | Response | None:
        """Returns the version that was shown; today's where that one was never kept."""
        for number in (version, None):
            with contextlib.suppress(ContentError):
                return self.text(text_id, number)
        return None
