"""Checks phrases, answers, responses, domain and rules like code: every problem, file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.adapters.content_yaml import load_content, read_yaml
from bot.adapters.phrase_breadth import Phrase, breadth_problems
from bot.adapters.replies_yaml import load_replies
from bot.errors import ContentError
from bot.language.normalisation import fold
from bot.support.answer_checks import AnswerRules, answer_problems
from bot.support.responses import Content

BUTTON_ONLY = frozenset(
    {"preview_cancellation", "withdraw_human", "change_extension", "button_inactive"}
)
"""Intents that only buttons carry: they have no phrases."""

UNTRAINED = BUTTON_ONLY | {"nlu_fallback"}


def check_data(project: Path) -> list[str]:
    """Returns all problems of the project's data, each as ``file:line: what is wrong``."""
    try:
        content = load_content(project / "data", "https://example.com/{article}")
        load_replies(project / "data")
    except ContentError as error:
        return str(error).splitlines()
    domain = read_yaml(project / "domain.yml")
    intents = {next(iter(i)) if isinstance(i, dict) else str(i) for i in domain["intents"]}
    phrases = list(read_phrases(project / "data" / "nlu"))
    key_words = read_yaml(project / "data" / "checks" / "key_words.yml")["key_words"]
    return [
        *_phrase_problems(phrases, intents),
        *breadth_problems(phrases, intents - UNTRAINED, key_words),
        *_entry_problems(content, intents),
        *_button_problems(content, intents),
        *_offer_problems(content, intents),
        *_rule_problems(project / "data", intents, {str(a) for a in domain["actions"]}),
    ]


def read_phrases(folder: Path) -> Iterator[Phrase]:
    """Yields every training phrase below a folder."""
    for path in sorted(folder.rglob("*.yml")):
        for block in read_yaml(path).get("nlu") or ():
            if "intent" not in block:
                continue
            about = block.get("metadata") or {}
            kind, against = str(about.get("kind", "")), str(about.get("against", ""))
            first = block.lc.key("examples")[0] + 2
            for offset, line in enumerate(str(block["examples"]).splitlines()):
                text = line.strip().removeprefix("-").strip()
                if text:
                    yield Phrase(
                        str(block["intent"]), text, f"{path}:{first + offset}", kind, against
                    )


def phrase_key(text: str) -> str:
    """Returns what two phrases share that are the same but for accents, case and punctuation."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split()) or text


def _phrase_problems(phrases: list[Phrase], intents: set[str]) -> Iterator[str]:
    seen: dict[str, Phrase] = {}
    for phrase in phrases:
        if phrase.intent not in intents:
            yield f"{phrase.location}: intent {phrase.intent} is not in domain.yml"
        if phrase.text.startswith("/") or "](" in phrase.text:
            yield f"{phrase.location}: no commands or annotations in phrases: {phrase.text}"
        other = seen.setdefault(phrase_key(phrase.text), phrase)
        if other is not phrase:
            where = "twice" if other.intent == phrase.intent else f"also under {other.intent}"
            yield f"{phrase.location}: {phrase.text!r} stands {where} ({other.location})"


def _entry_problems(content: Content, intents: set[str]) -> Iterator[str]:
    """Checks the delivered answers as the console checks edited ones, but lets nothing pass."""
    for intent in sorted(i for i in intents if i.startswith("faq_")):
        if intent not in content.entries:
            yield f"data/nlu/faq: no entry for {intent}"
    rules = replace(AnswerRules.of(content), intents=frozenset(intents))
    for entry in content.entries.values():
        for problem in answer_problems(entry, rules):
            yield f"{entry.location}: {problem.place}: {problem.says}"


def _button_problems(content: Content, intents: set[str]) -> Iterator[str]:
    for response in content.responses.values():
        for button in response.buttons:
            if button.intent not in intents:
                title = f"button {button.title!r}"
                yield f"{response.location}: {title} leads to unknown {button.intent}"


def _offer_problems(content: Content, intents: set[str]) -> Iterator[str]:
    for response in content.responses.values():
        for intent in filter(None, (response.on_yes, response.on_no)):
            if intent not in intents:
                yield f"{response.location}: a yes or no leads to unknown {intent}"
            if "?" not in response.text:
                yield f"{response.location}: {response.id} asks nothing that yes or no answers"


def _rule_problems(data: Path, intents: set[str], actions: set[str]) -> Iterator[str]:
    for path in sorted([*data.glob("rules/*.yml"), *data.glob("stories/*.yml")]):
        raw = read_yaml(path)
        for block in [*(raw.get("rules") or ()), *(raw.get("stories") or ())]:
            for step in _flat(block["steps"]):
                location = f"{path}:{step.lc.line + 1}"
                if "intent" in step and step["intent"] not in intents:
                    yield f"{location}: unknown intent {step['intent']}"
                if "action" in step and step["action"] not in actions | {"extension_form"}:
                    yield f"{location}: unknown action {step['action']}"


def _flat(steps: Iterable[Any]) -> Iterator[Any]:
    for step in steps:
        if "or" in step:
            yield from _flat(step["or"])
        else:
            yield step
