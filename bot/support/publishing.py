"""How an FAQ answer comes to be served: drafts, approval, versions, and what is served now."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from bot.support.responses import FaqEntry, Response
from bot.support.staff import Role, Staff


class DraftState(str, enum.Enum):
    """Says how far a draft has come."""

    DRAFT = "draft"
    APPROVED = "approved"  # by somebody else, as it stands: any change takes that back
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def is_open(self) -> bool:
        """Tells whether it can still become something."""
        return self in (DraftState.DRAFT, DraftState.APPROVED)


class Origin(str, enum.Enum):
    """Says where a version came from."""

    RELEASE = "release"  # delivered in YAML with the software
    CONSOLE = "console"  # written and approved in the console


class ServingKind(str, enum.Enum):
    """Says why another version is served from then on."""

    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"  # a version that had been served before
    KEPT = "kept"  # the same one, although the software delivers a newer one


@dataclass(frozen=True)
class Approval:
    """Somebody's word that a draft may be published, for one text in place of one other.

    ``revision`` is the draft's; ``over_revision`` and ``over_version`` say what was served, and
    so compared with, at that moment.
    """

    by: str
    at: datetime
    revision: int
    over_revision: int
    over_version: int


@dataclass(frozen=True)
class Draft:
    """An answer as somebody would have it.

    ``revision`` grows with every change and is never used twice for one answer. ``entry`` has
    the version 0 until it is published. ``authors`` are all who changed this draft.
    """

    id: int
    answer: str
    revision: int
    state: DraftState
    entry: FaqEntry
    based_on: int
    authors: tuple[str, ...]
    changed_by: str
    changed_at: datetime
    why: str = ""
    approval: Approval | None = None
    published_as: int | None = None


@dataclass(frozen=True)
class ServedAnswer:
    """What is served of one answer.

    ``version`` is None while it is what the software delivers. ``over_release`` is the delivered
    version it was chosen over. ``revision`` grows whenever this changes.
    """

    answer: str
    revision: int = 0
    version: int | None = None
    over_release: int | None = None


@dataclass(frozen=True)
class KeptVersion:
    """One version of a text, kept for good because it was, or may have been, said to a seller."""

    text: FaqEntry | Response
    origin: Origin
    kept_at: datetime
    authors: tuple[str, ...] = ()
    approved_by: str | None = None
    why: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """Returns its id and version."""
        text = self.text
        return (text.intent if isinstance(text, FaqEntry) else text.id), text.version

    @property
    def may_be_served(self) -> bool:
        """Tells whether it came with the software, or somebody approved it."""
        return self.origin is Origin.RELEASE or self.approved_by is not None


@dataclass(frozen=True)
class Serving:
    """One change of what is served: who, when, why."""

    answer: str
    revision: int
    kind: ServingKind
    version: int
    by: str
    at: datetime
    why: str = ""


def may_approve(staff: Staff, draft: Draft, *, self_approval: bool) -> bool:
    """Tells whether somebody may approve a draft: no author, unless one person does it all."""
    return staff.role.includes(Role.SUPERVISOR) and (self_approval or staff.id not in draft.authors)


def may_discard(staff: Staff, draft: Draft) -> bool:
    """Tells whether somebody may throw a draft away: who wrote in it, or a supervisor."""
    return staff.id in draft.authors or staff.role.includes(Role.SUPERVISOR)


def approval_holds(draft: Draft, served: ServedAnswer, served_version: int) -> bool:
    """Tells whether a draft is approved as it stands, in place of what is served now."""
    given = draft.approval
    return (
        draft.state is DraftState.APPROVED
        and given is not None
        and given.revision == draft.revision
        and given.over_revision == served.revision
        and given.over_version == served_version
    )


def release_waits(served: ServedAnswer, release_version: int) -> bool:
    """Tells whether the software delivers a version that nobody has decided about yet."""
    return served.version not in (None, release_version) and (
        served.over_release != release_version
    )
