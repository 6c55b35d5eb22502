"""FAQ answers as plain JSON, with everything staff read in French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.bootstrap import Application
from bot.services.answer_ports import Thumbs
from bot.services.answer_sheets import AnswerSheet
from bot.services.topics import Topics
from bot.support.answer_checks import LONGEST, LONGEST_TEXT, MOST_BUTTONS, Problem
from bot.support.approved_text import body_of
from bot.support.publishing import Draft, KeptVersion, Serving, may_approve, may_discard
from bot.support.responses import FaqEntry
from bot.support.sentences import SentenceChange, changed_sentences
from bot.support.staff import Role, Staff
from bot.web.console.answer_words import ORIGINS, SERVINGS, STATES, problem_french
from bot.web.moments import moment


class AnswerPresenter:
    """Shows answers to one of the staff; ``names`` are those of the staff, by id."""

    def __init__(self, application: Application, staff: Staff, names: Mapping[str, str]) -> None:
        self._application = application
        self._staff = staff
        self._names = names

    def line(self, sheet: AnswerSheet) -> dict[str, Any]:
        """Returns one line of the list."""
        draft = sheet.draft
        return {
            "id": sheet.choice.answer,
            "title": sheet.served.title,
            "version": sheet.served.version,
            "from_software": sheet.served.version == sheet.delivered.version,
            "release_waits": sheet.release_waits,
            "chosen_is_dead": sheet.chosen_is_dead,
            "thumbs": _thumbs(sheet.thumbs.get(sheet.served.version, Thumbs())),
            "draft": draft
            and {
                "state": self._state(sheet),
                "state_french": self._state_french(sheet),
                "changed_by": self._person(draft.changed_by),
                "changed_at": moment(draft.changed_at),
            },
            "problems": sum(problem.blocks for problem in sheet.problems),
        }

    def sheet(self, sheet: AnswerSheet, servings: Iterable[Serving]) -> dict[str, Any]:
        """Returns all about one answer, and what may be chosen and done."""
        return {
            **self.line(sheet),
            "served_revision": sheet.choice.revision,
            "delivered_version": sheet.delivered.version,
            "content": content_of(sheet.served),
            "preview": self.preview(sheet.served),
            "draft": self._draft(sheet),
            "problems": problems(sheet.problems),
            "versions": [self._version(sheet, kept) for kept in sheet.versions],
            "history": [self._serving(each) for each in servings],
            "choices": self._choices(sheet),
            "may": self._may(sheet),
        }

    def preview(self, entry: FaqEntry) -> dict[str, Any]:
        """Returns an answer as a seller would get it."""
        url = self._application.content.article_urls.get(entry.source_link, "")
        reply = entry.render(url)
        return {"text": reply.text, "buttons": [button.title for button in reply.buttons]}

    def _draft(self, sheet: AnswerSheet) -> dict[str, Any] | None:
        draft = sheet.draft
        if draft is None:
            return None
        approval = draft.approval
        return {
            "revision": draft.revision,
            "state": self._state(sheet),
            "state_french": self._state_french(sheet),
            "based_on": draft.based_on,
            "content": content_of(draft.entry),
            "preview": self.preview(draft.entry),
            "changes": changes(sheet.served, draft.entry),
            "why": draft.why,
            "authors": [self._person(author) for author in draft.authors],
            "changed_by": self._person(draft.changed_by),
            "changed_at": moment(draft.changed_at),
            "approved_by": self._person(approval.by) if approval else None,
            "approved_at": moment(approval.at) if approval else None,
        }

    def _state(self, sheet: AnswerSheet) -> str:
        """Returns the draft's state; "stale" when it was approved over what is served no more."""
        draft = sheet.draft
        assert draft is not None
        if draft.approval is not None and not sheet.approval_holds:
            return "stale"
        return draft.state.value

    def _state_french(self, sheet: AnswerSheet) -> str:
        draft = sheet.draft
        assert draft is not None
        return "À approuver de nouveau" if self._state(sheet) == "stale" else STATES[draft.state]

    def _version(self, sheet: AnswerSheet, kept: KeptVersion) -> dict[str, Any]:
        assert isinstance(kept.text, FaqEntry)
        version = kept.text.version
        return {
            "version": version,
            "origin": kept.origin.value,
            "origin_french": ORIGINS[kept.origin],
            "served": version == sheet.served.version,
            "delivered": version == sheet.delivered.version,
            "authors": [self._person(author) for author in kept.authors],
            "approved_by": self._person(kept.approved_by) if kept.approved_by else None,
            "kept_at": moment(kept.kept_at),
            "why": kept.why,
            "thumbs": _thumbs(sheet.thumbs.get(version, Thumbs())),
            "content": content_of(kept.text),
            "preview": self.preview(kept.text),
            "changes": changes(sheet.served, kept.text),
        }

    def _serving(self, serving: Serving) -> dict[str, Any]:
        return {
            "kind": serving.kind.value,
            "kind_french": SERVINGS[serving.kind],
            "version": serving.version,
            "by": self._person(serving.by),
            "at": moment(serving.at),
            "why": serving.why,
        }

    def _choices(self, sheet: AnswerSheet) -> dict[str, Any]:
        rules = self._application.publishing.published.rules
        topics = Topics(self._application.live)
        intents = sorted(rules.intents - {sheet.choice.answer})
        facts = rules.facts[sheet.choice.answer]
        return {
            "facts": [{"id": fact, "says": says} for fact, says in facts.items()],
            "links": sorted(rules.links),
            "intents": [{"intent": each, "title": topics.title(each)} for each in intents],
            "longest": {
                "text": LONGEST_TEXT,
                "title": LONGEST["title"],
                "offer": LONGEST["offer"],
                "button": LONGEST["button"],
                "source": LONGEST["source.name"],
                "buttons": MOST_BUTTONS,
            },
        }

    def _may(self, sheet: AnswerSheet) -> dict[str, bool]:
        draft = sheet.draft
        sound = not any(problem.blocks for problem in sheet.problems)
        supervises = self._staff.role.includes(Role.SUPERVISOR)
        return {
            "approve": sound and draft is not None and self._may_approve(draft),
            "approve_others": supervises,
            "publish": sound and supervises and sheet.approval_holds,
            "discard": draft is not None and may_discard(self._staff, draft),
            "roll_back": supervises,
        }

    def _may_approve(self, draft: Draft) -> bool:
        alone = self._application.settings.self_approval
        return may_approve(self._staff, draft, self_approval=alone)

    def _person(self, staff_id: str) -> dict[str, str]:
        return {"id": staff_id, "name": self._names.get(staff_id, staff_id)}


def content_of(entry: FaqEntry) -> dict[str, Any]:
    """Returns what an editor may change of an answer, as ``entry_in`` reads it."""
    body = body_of(entry)
    del body["kind"], body["facts"]
    for button in body["leads_on"]:
        del button["entities"]
    return body


def problems(found: Iterable[Problem]) -> list[dict[str, Any]]:
    """Returns problems with their places and their words."""
    return [
        {
            "code": problem.code,
            "place": problem.place,
            "blocks": problem.blocks,
            "says": problem_french(problem),
        }
        for problem in found
    ]


def changes(before: FaqEntry, after: FaqEntry) -> list[dict[str, str]]:
    """Returns what is said before and after, sentence by sentence."""

    def plain(change: SentenceChange) -> dict[str, str]:
        return dict(vars(change))

    return [plain(change) for change in changed_sentences(before, after)]


def _thumbs(counted: Thumbs) -> dict[str, int]:
    return {"up": counted.up, "down": counted.down}
