"""Drafts of FAQ answers, and what is served of them; an AnswerStore over SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.answer_tables import (
    IS_OPEN_DRAFT,
    answer_drafts,
    answer_servings,
    draft_texts,
    kept_texts,
    served_answers,
)
from bot.adapters.sql.event_log import record
from bot.adapters.sql.store import insert_unless_present
from bot.adapters.sql.tables import thumbs
from bot.adapters.sql.text_store import TextStore, kept_values, lock_numbering, next_number
from bot.errors import EditedMeanwhile, ServedMeanwhile
from bot.services.answer_ports import Thumbs
from bot.support.approved_text import body_of, entry_of
from bot.support.events import ActorKind, Event, EventKind
from bot.support.publishing import (
    Approval,
    Draft,
    DraftState,
    KeptVersion,
    Origin,
    ServedAnswer,
    Serving,
    ServingKind,
)
from bot.support.responses import FaqEntry

_SERVING_EVENTS = {
    ServingKind.PUBLISHED: EventKind.ANSWER_PUBLISHED,
    ServingKind.ROLLED_BACK: EventKind.ANSWER_ROLLED_BACK,
    ServingKind.KEPT: EventKind.ANSWER_KEPT,
}


class SqlAnswerStore(TextStore):
    """Keeps drafts, approvals and what is served, each change with its event."""

    def served(self) -> Mapping[str, ServedAnswer]:
        """Returns what is served, by answer."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(served_answers)).mappings()
            return {row["answer"]: _served_of(row) for row in rows}

    def open_drafts(self) -> Mapping[str, Draft]:
        """Returns the drafts that can still become something, by answer."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(answer_drafts).where(IS_OPEN_DRAFT)).mappings()
            found = [_draft_of(connection, row) for row in rows.all()]
        return {draft.answer: draft for draft in found}

    def save_draft(
        self,
        entry: FaqEntry,
        revision: int | None,
        based_on: int,
        author: str,
        why: str,
        now: datetime,
    ) -> Draft:
        """Writes a draft in place of the one of that revision, or begins one with None."""
        answer = entry.intent
        with self._writing() as connection:
            _lock(connection, answer)
            present = _open_draft(connection, answer)
            if (present.revision if present else None) != revision:
                raise EditedMeanwhile(present)
            number = _next_revision(connection, answer)
            values = {"revision": number, "state": DraftState.DRAFT.value, **_NOT_APPROVED}
            if present is None:
                row = {"answer": answer, "based_on": based_on, **values}
                made = connection.execute(sa.insert(answer_drafts).values(row))
                draft_id = made.inserted_primary_key[0]
            else:
                draft_id = present.id
                _change(connection, draft_id, values)
            text = {"body": body_of(entry), "why": why, "author": author, "at": now}
            connection.execute(
                sa.insert(draft_texts).values(draft_id=draft_id, revision=number, **text)
            )
            before = _state(present) if present else {"version": based_on}
            saved = _present(connection, answer)
            _record(connection, EventKind.ANSWER_DRAFTED, answer, author, now, before, saved)
            return saved

    def approve_draft(self, answer: str, approval: Approval) -> Draft:
        """Approves the open draft of the approval's revision."""
        with self._writing() as connection:
            _lock(connection, answer)
            draft = _open_draft(connection, answer)
            if draft is None or draft.revision != approval.revision:
                raise EditedMeanwhile(draft)
            values = {
                "state": DraftState.APPROVED.value,
                "approved_by": approval.by,
                "approved_at": approval.at,
                "approved_revision": approval.revision,
                "over_revision": approval.over_revision,
                "over_version": approval.over_version,
            }
            _change(connection, draft.id, values)
            approved = _present(connection, answer)
            _record(
                connection,
                EventKind.ANSWER_APPROVED,
                answer,
                approval.by,
                approval.at,
                _state(draft),
                approved,
            )
            return approved

    def publish_draft(self, draft: Draft, over_release: int, by: str, now: datetime) -> int:
        """Keeps an approved draft as the next version, serves it, and returns its number."""
        answer = draft.answer
        with self._writing() as connection:
            _lock(connection, answer)
            lock_numbering(connection)
            present = _open_draft(connection, answer)
            if present is None or present != draft or present.approval is None:
                raise EditedMeanwhile(present)
            version = next_number(connection, answer)
            kept = KeptVersion(
                present.entry.as_version(version),
                Origin.CONSOLE,
                now,
                present.authors,
                present.approval.by,
                present.why,
            )
            connection.execute(sa.insert(kept_texts).values(kept_values(kept)))
            revision = present.approval.over_revision + 1
            chosen = ServedAnswer(answer, revision, version, over_release)
            kind = ServingKind.PUBLISHED
            serving = Serving(answer, revision, kind, version, by, now, present.why)
            before = {"version": present.approval.over_version, **_state(present)}
            _serve(connection, chosen, serving, before)
            done = {"state": DraftState.PUBLISHED.value, "published_as": version}
            _change(connection, present.id, done)
            return version

    def discard_draft(self, answer: str, revision: int, by: str, now: datetime) -> None:
        """Throws the open draft of that revision away; what was written in it stays stored."""
        with self._writing() as connection:
            _lock(connection, answer)
            draft = _open_draft(connection, answer)
            if draft is None or draft.revision != revision:
                raise EditedMeanwhile(draft)
            _change(connection, draft.id, {"state": DraftState.DISCARDED.value})
            discarded = replace(draft, state=DraftState.DISCARDED)
            kind = EventKind.ANSWER_DISCARDED
            _record(connection, kind, answer, by, now, _state(draft), discarded)

    def serve(self, chosen: ServedAnswer, serving: Serving) -> None:
        """Serves another version, or keeps one; ``chosen`` has the revision that follows."""
        with self._writing() as connection:
            _lock(connection, chosen.answer)
            statement = sa.select(served_answers).where(served_answers.c.answer == chosen.answer)
            row = connection.execute(statement).mappings().one_or_none()
            before = _served_of(row) if row else ServedAnswer(chosen.answer)
            _serve(connection, chosen, serving, _plain_served(before))

    def servings(self, answer: str) -> Sequence[Serving]:
        """Returns every change of what is served of an answer, the newest first."""
        statement = (
            sa.select(answer_servings)
            .where(answer_servings.c.answer == answer)
            .order_by(answer_servings.c.revision.desc())
        )
        with self._reading() as connection:
            rows = connection.execute(statement).mappings()
            return [Serving(**{**row, "kind": ServingKind(row["kind"])}) for row in rows]

    def thumbs(self) -> Mapping[tuple[str, int], Thumbs]:
        """Returns what sellers thought, by answer and version."""
        key = (thumbs.c.response, thumbs.c.response_version)
        statement = sa.select(*key, thumbs.c.value, sa.func.count()).group_by(*key, thumbs.c.value)
        counted: dict[tuple[str, int], dict[str, int]] = {}
        with self._reading() as connection:
            for response, version, value, count in connection.execute(statement):
                counted.setdefault((response, version), {})[value] = count
        return {
            key: Thumbs(each.get("up", 0), each.get("down", 0)) for key, each in counted.items()
        }


_NOT_APPROVED: Mapping[str, Any] = dict.fromkeys(
    ("approved_by", "approved_at", "approved_revision", "over_revision", "over_version")
)


def _lock(connection: Connection, answer: str) -> None:
    """Lets one transaction at a time change an answer; SQLite lets one writer in anyway."""
    values = {"answer": answer, "revision": 0, "version": None, "over_release": None}
    insert_unless_present(connection, served_answers, values, "answer")
    connection.execute(
        sa.select(served_answers.c.answer)
        .where(served_answers.c.answer == answer)
        .with_for_update()
    )


def _serve(
    connection: Connection, chosen: ServedAnswer, serving: Serving, before: Mapping[str, Any]
) -> None:
    """Writes what is served from now on, if it is what was served when it was chosen."""
    changed = connection.execute(
        sa.update(served_answers)
        .where(
            served_answers.c.answer == chosen.answer,
            served_answers.c.revision == chosen.revision - 1,
        )
        .values(revision=chosen.revision, version=chosen.version, over_release=chosen.over_release)
    )
    if changed.rowcount != 1:
        raise ServedMeanwhile(f"{chosen.answer} was changed since")
    values = {**vars(serving), "kind": serving.kind.value}
    connection.execute(sa.insert(answer_servings).values(values))
    record(
        connection,
        Event(
            kind=_SERVING_EVENTS[serving.kind],
            at=serving.at,
            actor_kind=ActorKind.STAFF,
            actor_id=serving.by,
            target=chosen.answer,
            before=before,
            after={**_plain_served(chosen), "version": serving.version},
        ),
    )


def _open_draft(connection: Connection, answer: str) -> Draft | None:
    statement = sa.select(answer_drafts).where(answer_drafts.c.answer == answer, IS_OPEN_DRAFT)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _draft_of(connection, row)


def _present(connection: Connection, answer: str) -> Draft:
    draft = _open_draft(connection, answer)
    assert draft is not None  # it was written in this transaction
    return draft


def _next_revision(connection: Connection, answer: str) -> int:
    drafts = sa.select(sa.func.max(answer_drafts.c.revision))
    highest = connection.execute(drafts.where(answer_drafts.c.answer == answer)).scalar_one()
    return (highest or 0) + 1


def _change(connection: Connection, draft_id: int, values: Mapping[str, Any]) -> None:
    statement = sa.update(answer_drafts).where(answer_drafts.c.id == draft_id)
    connection.execute(statement.values(dict(values)))


def _draft_of(connection: Connection, row: Mapping[str, Any]) -> Draft:
    statement = (
        sa.select(draft_texts)
        .where(draft_texts.c.draft_id == row["id"])
        .order_by(draft_texts.c.revision)
    )
    written = connection.execute(statement).mappings().all()
    last = written[-1]
    approval = None
    if row["approved_by"] is not None:
        approval = Approval(
            row["approved_by"],
            row["approved_at"],
            row["approved_revision"],
            row["over_revision"],
            row["over_version"],
        )
    return Draft(
        id=row["id"],
        answer=row["answer"],
        revision=row["revision"],
        state=DraftState(row["state"]),
        entry=entry_of(row["answer"], 0, last["body"]),
        based_on=row["based_on"],
        authors=tuple(dict.fromkeys(each["author"] for each in written)),
        changed_by=last["author"],
        changed_at=last["at"],
        why=last["why"],
        approval=approval,
        published_as=row["published_as"],
    )


def _served_of(row: Mapping[str, Any]) -> ServedAnswer:
    return ServedAnswer(row["answer"], row["revision"], row["version"], row["over_release"])


def _plain_served(served: ServedAnswer) -> dict[str, Any]:
    return {"version": served.version, "revision": served.revision}


def _state(draft: Draft) -> dict[str, Any]:
    return {"state": draft.state.value, "draft": draft.revision}


def _record(
    connection: Connection,
    kind: EventKind,
    answer: str,
    by: str,
    at: datetime,
    before: Mapping[str, Any],
    after: Draft,
) -> None:
    """Appends what became of a draft; never its words."""
    event = Event(kind, at, ActorKind.STAFF, by, target=answer, before=before, after=_state(after))
    record(connection, event)
