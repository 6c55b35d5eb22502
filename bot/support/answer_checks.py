"""What an FAQ answer must keep to before anybody may be told it, whoever wrote it.

The same checks hold the answers delivered in YAML (``check-data``, tests) and those that are
edited in the console. Each problem names its place, so that an editor can show it there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.support.fact_checkers import FACT_CHECKERS, is_told
from bot.support.responses import Content, FaqEntry
from bot.support.sentences import sentences

LONGEST_TEXT = 800
"""Characters of an answer: about one screen of the chat widget."""

LONGEST = {"title": 60, "offer": 120, "source.name": 80, "button": 40, "ask": 80}
"""Characters of what stands on one line."""

MOST_BUTTONS = 3

SAYS = {
    "unknown_intent": "intent {intent} is not in domain.yml",
    "unknown_fact": "the answer names an unknown fact {fact}",
    "missing_fact": "the answer never tells {fact}",
    "fact_not_told": "{fact} is not told where the answer says so: {says}",
    "no_checker": "{fact} has no checker in bot/support/fact_checkers.py",
    "unneeded_sentence": "nobody would miss {sentence!r}: no fact's checker needs it",
    "unknown_number": "{number} stands in no fact of this answer",
    "empty": "{place} is empty",
    "too_long": "{place} has {length} characters, at most {limit} may stand there",
    "several_lines": "{place} must be one line",
    "empty_line": "{place} has an empty line: make it two paragraphs",
    "brace": "{place} has a brace: {excerpt!r}",
    "markup": "{place} has markup: {excerpt!r}",
    "address": "{place} names an address: {excerpt!r}",
    "invisible": "{place} has an invisible character: {excerpt}",
    "typography": "{place} breaks French typography: {excerpt!r}",
    "informal": "{place} says tu: {excerpt!r}",
    "no_follow_up": "no follow-up question is foreseen",
    "follow_up_without_facts": "{name} answers with no fact",
    "follow_up_unknown_fact": "{name} names an unknown fact {fact}",
    "follow_up_without_asks": "{name} is asked in no words",
    "asked_twice": "two follow-ups ask {ask!r}",
    "named_twice": "two follow-ups are named {name}",
    "dead_button": "button {title!r} leads to unknown {intent}",
    "leads_to_itself": "button {title!r} leads to the answer it stands under",
    "buttons_alike": "two buttons are titled {title!r}",
    "too_many_buttons": "{count} buttons, at most {limit}",
    "offer_without_button": "the answer offers something but leads on to nothing",
    "offer_no_question": "the offer is no question",
    "unknown_link": "there is no article {link}",
}
"""Every kind of problem in words, for whoever works on the files; the console says it in French."""

NEEDS_A_READER = frozenset({"unneeded_sentence", "unknown_number"})
"""What no checker can judge: it is shown to whoever approves, and blocks nothing in the console."""

DEAD_REFERENCES = frozenset({"dead_button", "unknown_link", "unknown_intent"})
"""Problems that would break the conversation, not only the text."""

_TYPOGRAPHY = (
    r"[^\s\u00a0\u202f?!;][?!;](?=\s|$)",  # no space before
    r"[^\W\d_]:(?=\s|$)|\w :\w",
    r"«\S|\S»",
    r"\.\.\.|''",
    r"[\"“”]",
    r" [,.](?=\s|$)| {2,}",
)
_INFORMAL = r"\b(?:tu|te|ton|ta|tes|toi)\b|\bt'(?=[aeiouyéèêh])"
_BANNED = {
    "brace": r"[{}]",
    "markup": r"<[/!]?[a-z]|&(?:[a-z]+|#\d+);",
    "address": r"https?://|www\.|\b[\w-]+\.(?:com|fr|org|net|eu)\b|\S@\S",
}
_AROUND = 18


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an answer.

    ``place`` is the field: "title", "parts" (the text as a whole), "parts.2", "offer",
    "leads_on.0", "source", "follow_ups.refuses". ``values`` fill in the words of ``code``.
    """

    code: str
    place: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Tells whether an answer with this problem may be neither approved nor published."""
        return self.code not in NEEDS_A_READER

    @property
    def says(self) -> str:
        """Returns the problem in words, for whoever works on the files."""
        return SAYS[self.code].format_map({"place": self.place, **self.values})


@dataclass(frozen=True)
class AnswerRules:
    """What answers may refer to.

    ``facts`` are those that each answer must tell, by entry: the FAQ's, which no editor changes.
    ``intents`` are where a button may lead, ``links`` the keys of articles.
    """

    intents: frozenset[str]
    links: frozenset[str]
    facts: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, content: Content) -> AnswerRules:
        """Returns the rules that delivered content implies.

        A button may lead to any answer, and wherever a delivered answer leads.
        """
        entries = content.entries
        led_to = {button.intent for entry in entries.values() for button in entry.leads_on}
        return cls(
            intents=frozenset(led_to | set(entries)),
            links=frozenset(content.article_urls),
            facts={intent: entry.facts for intent, entry in entries.items()},
        )


def answer_problems(entry: FaqEntry, rules: AnswerRules) -> list[Problem]:
    """Returns everything wrong with an answer, in the order it is read."""
    return [
        *_entry_problems(entry, rules),
        *_line_problems("title", entry.title, LONGEST["title"]),
        *_text_problems(entry),
        *_fact_problems(entry, rules.facts.get(entry.intent, {})),
        *_offer_problems(entry),
        *_button_problems(entry, rules.intents),
        *_follow_up_problems(entry),
    ]


def _entry_problems(entry: FaqEntry, rules: AnswerRules) -> Iterator[Problem]:
    if entry.intent not in rules.intents or entry.intent not in rules.facts:
        yield Problem("unknown_intent", "title", {"intent": entry.intent})
    yield from _line_problems("source.name", entry.source_name, LONGEST["source.name"])
    if entry.source_link not in rules.links:
        yield Problem("unknown_link", "source.link", {"link": entry.source_link})


def _text_problems(entry: FaqEntry) -> Iterator[Problem]:
    if not entry.parts:
        yield Problem("empty", "parts")
    length = len(entry.text)
    if length > LONGEST_TEXT:
        values = {"length": str(length), "limit": str(LONGEST_TEXT)}
        yield Problem("too_long", "parts", values)
    for place, (text, _) in enumerate(entry.parts):
        yield from _written_problems(f"parts.{place}", text)
        if re.search(r"\n\s*\n", text):
            yield Problem("empty_line", f"parts.{place}")


def _fact_problems(entry: FaqEntry, needed: Mapping[str, str]) -> Iterator[Problem]:
    known = " ".join([*needed.values(), entry.source_name])
    for place, (text, facts) in enumerate(entry.parts):
        for fact in facts:
            if fact not in needed:
                yield Problem("unknown_fact", f"parts.{place}", {"fact": fact})
        for number in re.findall(r"\d+(?:[.,]\d+)?", text):
            if not re.search(rf"(?<!\d){re.escape(number)}(?!\d)", known):
                yield Problem("unknown_number", f"parts.{place}", {"number": number})
    for fact, says in needed.items():
        carried = [place for place, (_, facts) in enumerate(entry.parts) if fact in facts]
        told_in = "\n\n".join(entry.parts[place][0] for place in carried)
        if fact not in FACT_CHECKERS:
            yield Problem("no_checker", "parts", {"fact": fact})
        elif not carried:
            yield Problem("missing_fact", "parts", {"fact": fact, "says": says})
        elif not is_told(fact, told_in):
            yield Problem("fact_not_told", f"parts.{carried[0]}", {"fact": fact, "says": says})
    yield from _unneeded_sentences(entry, needed)


def _unneeded_sentences(entry: FaqEntry, needed: Mapping[str, str]) -> Iterator[Problem]:
    """Finds sentences that can be deleted with every fact still told: they say something else."""
    for place, (text, facts) in enumerate(entry.parts):
        told = sentences(text)
        for index, sentence in enumerate(told):
            rest = " ".join(told[:index] + told[index + 1 :])
            if all(
                is_told(fact, _without(entry, place, rest, fact))
                for fact in facts
                if fact in needed and is_told(fact, _without(entry, place, text, fact))
            ):
                yield Problem("unneeded_sentence", f"parts.{place}", {"sentence": sentence})


def _without(entry: FaqEntry, place: int, rest: str, fact: str) -> str:
    """Returns the paragraphs of a fact with another text in place of one of them."""
    return "\n\n".join(
        rest if index == place else text
        for index, (text, facts) in enumerate(entry.parts)
        if fact in facts
    )


def _offer_problems(entry: FaqEntry) -> Iterator[Problem]:
    if not entry.offer:
        return
    yield from _line_problems("offer", entry.offer, LONGEST["offer"])
    if not entry.leads_on:
        yield Problem("offer_without_button", "offer")
    if not entry.offer.endswith("?"):
        yield Problem("offer_no_question", "offer")


def _button_problems(entry: FaqEntry, intents: frozenset[str]) -> Iterator[Problem]:
    if len(entry.leads_on) > MOST_BUTTONS:
        values = {"count": str(len(entry.leads_on)), "limit": str(MOST_BUTTONS)}
        yield Problem("too_many_buttons", "leads_on", values)
    titles: set[str] = set()
    for place, button in enumerate(entry.leads_on):
        where = f"leads_on.{place}"
        yield from _line_problems(where, button.title, LONGEST["button"])
        values = {"title": button.title, "intent": button.intent}
        if button.intent not in intents:
            yield Problem("dead_button", where, values)
        if button.intent == entry.intent:
            yield Problem("leads_to_itself", where, values)
        if _folded(button.title) in titles:
            yield Problem("buttons_alike", where, values)
        titles.add(_folded(button.title))


def _follow_up_problems(entry: FaqEntry) -> Iterator[Problem]:
    if not entry.follow_ups:
        yield Problem("no_follow_up", "follow_ups")
    told = {fact for _, facts in entry.parts for fact in facts}
    asks: set[str] = set()
    names: set[str] = set()
    for follow_up in entry.follow_ups:
        where, name = f"follow_ups.{follow_up.name}", {"name": follow_up.name}
        if follow_up.name in names:
            yield Problem("named_twice", where, name)
        names.add(follow_up.name)
        if not follow_up.asks:
            yield Problem("follow_up_without_asks", where, name)
        if not follow_up.facts:
            yield Problem("follow_up_without_facts", where, name)
        for fact in sorted(follow_up.facts - told):
            yield Problem("follow_up_unknown_fact", where, {**name, "fact": fact})
        for ask in follow_up.asks:
            yield from _line_problems(where, ask, LONGEST["ask"], typography=False)
            if _folded(ask) in asks:
                yield Problem("asked_twice", where, {**name, "ask": ask})
            asks.add(_folded(ask))


def _line_problems(
    place: str, text: str, limit: int, *, typography: bool = True
) -> Iterator[Problem]:
    if len(text) > limit:
        yield Problem("too_long", place, {"length": str(len(text)), "limit": str(limit)})
    if "\n" in text:
        yield Problem("several_lines", place)
    yield from _written_problems(place, text, typography=typography)


def _written_problems(place: str, text: str, *, typography: bool = True) -> Iterator[Problem]:
    """Finds what may stand in no text of ours; sellers' own words need no typography."""
    if not text.strip():
        yield Problem("empty", place)
    for code, pattern in _BANNED.items():
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield Problem(code, place, {"excerpt": _excerpt(text, found.start())})
    for index, character in enumerate(text):
        if unicodedata.category(character)[0] == "C" and character != "\n":
            excerpt = f"U+{ord(character):04X}"
            yield Problem("invisible", place, {"excerpt": f"{excerpt}, {_excerpt(text, index)}"})
    if not typography:
        return
    for pattern in _TYPOGRAPHY:
        for found in re.finditer(pattern, text):
            yield Problem("typography", place, {"excerpt": _excerpt(text, found.start())})
    for found in re.finditer(_INFORMAL, text, re.IGNORECASE):
        yield Problem("informal", place, {"excerpt": _excerpt(text, found.start())})


def _excerpt(text: str, index: int) -> str:
    """Returns the words around a place in a text, without what cannot be seen."""
    cut = text[max(0, index - _AROUND) : index + _AROUND].replace("\n", " ")
    return "".join(each for each in cut if unicodedata.category(each)[0] != "C").strip()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
