"""Changing FAQ answers: written by one, approved by another, published, rolled back.

Nothing here needs training or a restart. Every method blocks and raises StorageError; what
staff may do is checked here too, not only at the edge.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.errors import (
    AccessDenied,
    ChecksFailed,
    EditedMeanwhile,
    NotApproved,
    OwnText,
    ServedMeanwhile,
    StorageError,
    UnknownAnswer,
)
from bot.services.answer_ports import AnswerStore
from bot.services.answer_sheets import AnswerSheets
from bot.services.ports import Clock
from bot.services.published_content import PublishedContent
from bot.support.answer_checks import Problem, answer_problems
from bot.support.publishing import (
    Approval,
    Draft,
    ServedAnswer,
    Serving,
    ServingKind,
    approval_holds,
    may_approve,
    may_discard,
    release_waits,
)
from bot.support.responses import FaqEntry
from bot.support.staff import Role, Staff

logger = logging.getLogger(__name__)


class Publishing:
    """What staff do with FAQ answers; ``self_approval`` is for teams of one.

    ``published`` is what comes of it, ``sheets`` all there is to read about it.
    """

    def __init__(
        self,
        store: AnswerStore,
        published: PublishedContent,
        clock: Clock,
        *,
        self_approval: bool = False,
    ) -> None:
        self._store = store
        self.published = published
        self.sheets = AnswerSheets(store, published)
        self._clock = clock
        self._self_approval = self_approval

    def problems(self, entry: FaqEntry) -> list[Problem]:
        """Returns what the checks find in an answer."""
        return answer_problems(entry, self.published.rules)

    def save(self, staff: Staff, entry: FaqEntry, revision: int | None, why: str) -> Draft:
        """Writes a draft, whatever the checks find; ``revision`` is the one that was read.

        None begins a draft. Raises UnknownAnswer, and EditedMeanwhile when somebody else began,
        changed or closed it since: nothing is written over.
        """
        _only(staff, Role.AGENT)
        delivered = self._delivered(entry.intent)
        # Which facts an answer must tell is the FAQ's to say, not its editor's.
        entry = replace(entry, facts=delivered.facts, version=0)
        based_on = self._served_version(entry.intent)
        return self._store.save_draft(entry, revision, based_on, staff.id, why, self._clock.now())

    def approve(self, staff: Staff, answer: str, revision: int) -> Draft:
        """Approves a draft as it stands, over what is served now.

        Raises AccessDenied, OwnText, ChecksFailed, EditedMeanwhile, UnknownAnswer.
        """
        _only(staff, Role.SUPERVISOR)
        draft = self._draft(answer, revision)
        if not may_approve(staff, draft, self_approval=self._self_approval):
            raise OwnText(f"{staff.id} wrote in the draft of {answer}")
        self._check(draft.entry)
        served = self._served(answer)
        version = self._served_version(answer)
        approval = Approval(staff.id, self._clock.now(), revision, served.revision, version)
        return self._store.approve_draft(answer, approval)

    def publish(self, staff: Staff, answer: str, revision: int) -> int:
        """Serves an approved draft from now on and returns its version's number.

        Raises AccessDenied, NotApproved, ChecksFailed, EditedMeanwhile, ServedMeanwhile,
        UnknownAnswer.
        """
        _only(staff, Role.SUPERVISOR)
        draft = self._draft(answer, revision)
        if not approval_holds(draft, self._served(answer), self._served_version(answer)):
            raise NotApproved(f"the draft of {answer} is not approved as it stands")
        self._check(draft.entry)
        over = self._delivered(answer).version
        version = self._store.publish_draft(draft, over, staff.id, self._clock.now())
        self._follow()
        return version

    def discard(self, staff: Staff, answer: str, revision: int) -> None:
        """Throws a draft away: who wrote in it, or a supervisor. Raises as ``approve`` does."""
        _only(staff, Role.AGENT)
        draft = self._draft(answer, revision)
        if not may_discard(staff, draft):
            raise AccessDenied(f"{staff.id} wrote nothing in the draft of {answer}")
        self._store.discard_draft(answer, revision, staff.id, self._clock.now())

    def roll_back(
        self, staff: Staff, answer: str, version: int, served_revision: int, why: str
    ) -> None:
        """Serves a version again that is kept: it was approved once, or came with the software.

        Choosing what the software delivers follows later releases again. Raises AccessDenied,
        UnknownAnswer, ChecksFailed, ServedMeanwhile.
        """
        _only(staff, Role.SUPERVISOR)
        delivered = self._delivered(answer)
        kept = self.published.versions.get((answer, version))
        if kept is None or not kept.may_be_served or not isinstance(kept.text, FaqEntry):
            raise UnknownAnswer(f"{answer} has no version {version}")
        served = self._unchanged(answer, served_revision)
        wanted = None if version == delivered.version else version
        if wanted == served.version:
            raise ServedMeanwhile(f"{answer} is served in version {version} already")
        if wanted is not None:
            self._check(kept.text)
        chosen = ServedAnswer(answer, served.revision + 1, wanted, delivered.version)
        self._choose(staff, chosen, ServingKind.ROLLED_BACK, version, why)

    def keep(self, staff: Staff, answer: str, served_revision: int, why: str) -> None:
        """Goes on serving the console's version although the software delivers a newer one.

        Raises AccessDenied, UnknownAnswer, ServedMeanwhile.
        """
        _only(staff, Role.SUPERVISOR)
        delivered = self._delivered(answer)
        served = self._unchanged(answer, served_revision)
        if not release_waits(served, delivered.version) or served.version is None:
            raise ServedMeanwhile(f"no delivered version of {answer} waits for a decision")
        chosen = replace(served, revision=served.revision + 1, over_release=delivered.version)
        self._choose(staff, chosen, ServingKind.KEPT, served.version, why)

    def _choose(
        self, staff: Staff, chosen: ServedAnswer, kind: ServingKind, version: int, why: str
    ) -> None:
        now = self._clock.now()
        serving = Serving(chosen.answer, chosen.revision, kind, version, staff.id, now, why)
        self._store.serve(chosen, serving)
        self._follow()

    def _follow(self) -> None:
        """Serves at once here what was just chosen; where that fails, the next second does."""
        try:
            self.published.refresh()
        except StorageError as error:
            logger.warning("what was published is not served yet: %r", error)

    def _delivered(self, answer: str) -> FaqEntry:
        found = self.published.release.entries.get(answer)
        if found is None:
            raise UnknownAnswer(answer)
        return found

    def _draft(self, answer: str, revision: int) -> Draft:
        self._delivered(answer)
        draft = self._store.open_drafts().get(answer)
        if draft is None or draft.revision != revision:
            raise EditedMeanwhile(draft)
        return draft

    def _served(self, answer: str) -> ServedAnswer:
        return self._store.served().get(answer, ServedAnswer(answer))

    def _served_version(self, answer: str) -> int:
        self.published.refresh()
        return self.published.live.current.entries[answer].version

    def _unchanged(self, answer: str, revision: int) -> ServedAnswer:
        served = self._served(answer)
        if served.revision != revision:
            raise ServedMeanwhile(f"{answer} was changed since")
        return served

    def _check(self, entry: FaqEntry) -> None:
        blocking = [problem for problem in self.problems(entry) if problem.blocks]
        if blocking:
            raise ChecksFailed(blocking)


def _only(staff: Staff, role: Role) -> None:
    if staff.disabled or not staff.role.includes(role):
        raise AccessDenied(f"{staff.id} is no {role.value}")
