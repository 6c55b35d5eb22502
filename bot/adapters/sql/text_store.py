"""Every version of every approved text, kept for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.answer_tables import kept_texts, served_answers
from bot.adapters.sql.store import SqlStore
from bot.support.approved_text import body_of, digest_of, text_of
from bot.support.publishing import KeptVersion, Origin
from bot.support.responses import FaqEntry, Response

_NUMBERING = 7_214_366  # any number of ours: who gives versions their numbers, one at a time


class TextStore(SqlStore):
    """Keeps versions and finds them again."""

    def keep_release(
        self, texts: Sequence[FaqEntry | Response], now: datetime
    ) -> Mapping[str, int]:
        """Keeps what the software delivers, and returns each text's version by its id."""
        with self._reading() as connection:
            numbers, missing = _numbered(connection, texts)
        if missing:  # seldom: the first start of a release
            with self._writing() as connection:
                lock_numbering(connection)
                numbers, missing = _numbered(connection, texts)
                kept = [KeptVersion(text, Origin.RELEASE, now) for text in missing]
                if kept:
                    connection.execute(sa.insert(kept_texts), [kept_values(each) for each in kept])
                numbers.update(each.key for each in kept)
        return numbers

    def change_counter(self) -> tuple[int, ...]:
        """Returns what is different after any change of what is kept or served.

        Sums of rows, not the highest number given: transactions may end in another order.
        """
        kept = sa.select(sa.func.count()).select_from(kept_texts).scalar_subquery()
        changes = sa.select(sa.func.coalesce(sa.func.sum(served_answers.c.revision), 0))
        with self._reading() as connection:
            row = connection.execute(sa.select(kept, changes.scalar_subquery())).one()
            return tuple(int(count) for count in row)

    def kept(self, known: Collection[tuple[str, int]] = ()) -> Sequence[KeptVersion]:
        """Returns every version kept, except those known already, by id and version."""
        keys = sa.select(kept_texts.c.text_id, kept_texts.c.version)
        with self._reading() as connection:
            there = {(text_id, version) for text_id, version in connection.execute(keys)}
            new = there - set(known)
            if not new:
                return []
            statement = sa.select(kept_texts).order_by(kept_texts.c.text_id, kept_texts.c.version)
            if known:
                statement = statement.where(
                    kept_texts.c.text_id.in_({text_id for text_id, _ in new})
                )
            rows = connection.execute(statement).mappings()
            return [_version_of(row) for row in rows if (row["text_id"], row["version"]) in new]


def lock_numbering(connection: Connection) -> None:
    """Lets one transaction at a time give numbers; SQLite lets one writer in anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_NUMBERING)))


def next_number(connection: Connection, text_id: str) -> int:
    """Returns the number of a text's next version; call ``lock_numbering`` before."""
    highest = sa.select(sa.func.max(kept_texts.c.version)).where(kept_texts.c.text_id == text_id)
    return (connection.execute(highest).scalar_one() or 0) + 1


def kept_values(kept: KeptVersion) -> dict[str, Any]:
    """Returns the row of a version."""
    text_id, version = kept.key
    return {
        "text_id": text_id,
        "version": version,
        "body": body_of(kept.text),
        "digest": digest_of(kept.text),
        "origin": kept.origin.value,
        "authors": list(kept.authors),
        "approved_by": kept.approved_by,
        "why": kept.why,
        "kept_at": kept.kept_at,
    }


def _numbered(
    connection: Connection, texts: Sequence[FaqEntry | Response]
) -> tuple[dict[str, int], list[FaqEntry | Response]]:
    """Returns the numbers of the texts that are kept, and the others with a number each."""
    columns = (kept_texts.c.text_id, kept_texts.c.version, kept_texts.c.digest)
    kept: dict[str, dict[str, int]] = {}
    highest: dict[str, int] = {}
    for text_id, version, digest in connection.execute(sa.select(*columns)):
        same = kept.setdefault(text_id, {})
        same[digest] = max(version, same.get(digest, 0))
        highest[text_id] = max(version, highest.get(text_id, 0))
    numbers: dict[str, int] = {}
    missing: list[FaqEntry | Response] = []
    for text in texts:
        text_id, version = KeptVersion(text, Origin.RELEASE, datetime.min).key
        found = kept.get(text_id, {}).get(digest_of(text))
        if found is not None:
            numbers[text_id] = found
        else:
            missing.append(text.as_version(max(version, highest.get(text_id, 0) + 1)))
    return numbers, missing


def _version_of(row: Mapping[str, Any]) -> KeptVersion:
    return KeptVersion(
        text=text_of(row["text_id"], row["version"], row["body"]),
        origin=Origin(row["origin"]),
        kept_at=row["kept_at"],
        authors=tuple(row["authors"]),
        approved_by=row["approved_by"],
        why=row["why"],
    )
