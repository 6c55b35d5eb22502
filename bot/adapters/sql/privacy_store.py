"""Erasures and exports over SQL: what is kept of a seller, table by table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.account_tables import staff_accounts, staff_sessions
from bot.adapters.sql.erasing import erase_conversations, erase_late
from bot.adapters.sql.event_log import record
from bot.adapters.sql.expiry import ExpiryStore
from bot.adapters.sql.job_store import insert_job
from bot.adapters.sql.learning_tables import phrase_reviews
from bot.adapters.sql.personal_tables import HOLDINGS
from bot.adapters.sql.privacy_tables import UNDER_WAY, erasures
from bot.adapters.sql.seller_export import export_of, rows_of_jobs
from bot.adapters.sql.slack_tables import slack_threads, slack_users
from bot.adapters.sql.store import storage_errors
from bot.adapters.sql.tables import conversations
from bot.errors import AccountRefused, UnknownAccount
from bot.services.privacy_ports import Erasure, SlackPlace
from bot.support.conversations import Job
from bot.support.events import ActorKind, Event, EventKind
from bot.support.privacy import ERASURE_KIND
from bot.support.review import ExportState


class SqlPrivacyStore(ExpiryStore):
    """Implements the port PrivacyStore."""

    def holdings(self, seller_id: str) -> Mapping[str, int]:
        """Returns how many rows are held of a seller, by table; tables without any are left out."""
        with self._reading() as connection:
            ids = _ids(connection, seller_id)
            counts = Counter({"jobs": len(rows_of_jobs(connection, ids))})
            for name, holding in HOLDINGS.items():
                if holding.key is not None:
                    of_theirs = holding.table.c[holding.key].in_(ids)
                    count = sa.select(sa.func.count()).select_from(holding.table).where(of_theirs)
                    counts[name] += connection.execute(count).scalar_one()
        return +counts

    def export(self, seller_id: str, now: datetime) -> dict[str, Any]:
        """Returns all that is held of a seller, as plain JSON values; records that it was read."""
        with self._writing() as connection:
            found = export_of(connection, seller_id, now)
            read = {"conversations": len(found["conversations"])}
            record(connection, Event(EventKind.PRIVACY_EXPORTED, now, ActorKind.SYSTEM, after=read))
        return found

    def begin_erasure(self, seller_id: str, by: str | None, now: datetime) -> Erasure:
        """Returns the seller's erasure: the one under way, or a new one with its job."""
        under_way = sa.select(erasures).where(erasures.c.seller_id == seller_id, UNDER_WAY)
        with self._writing() as connection:
            row = connection.execute(under_way).mappings().one_or_none()
            if row is not None:
                return _erasure_of(row)
            empty: dict[str, Any] = {
                "conversations": [],
                "threads": [],
                "counts": {},
                "exported": [],
            }
            inserted = connection.execute(
                sa.insert(erasures).values(seller_id=seller_id, by=by, begun_at=now, **empty)
            )
            erasure_id = int(inserted.inserted_primary_key[0])
            key, payload = f"{ERASURE_KIND}:{erasure_id}", {"erasure": erasure_id}
            insert_job(connection, Job(key, ERASURE_KIND, now, payload), now)
        return Erasure(erasure_id, now)

    def erasure(self, erasure_id: int) -> Erasure | None:
        """Returns an erasure by its id."""
        statement = sa.select(erasures).where(erasures.c.id == erasure_id)
        with self._reading() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else _erasure_of(row)

    def erase_some(self, erasure_id: int, limit: int) -> bool:
        """Erases some conversations of an erasure; tells whether there are more.

        What was begun after the erasure is a new conversation of somebody who came back.
        """
        with self._writing() as connection:
            row = _locked(connection, erasure_id)
            if row["done_at"] is not None:
                return False
            chosen = (
                sa.select(conversations)
                .where(
                    conversations.c.seller_id == row["seller_id"],
                    conversations.c.created_at <= row["begun_at"],
                )
                .order_by(conversations.c.id)
                .limit(limit)
                .with_for_update()
            )
            rows = connection.execute(chosen).mappings().all()
            ids = [each["id"] for each in rows]
            threads, exported = _threads(connection, ids), _exported(connection, ids)
            counts = Counter(row["counts"])
            counts.update(erase_conversations(connection, rows))
            _write(
                connection, erasure_id,
                conversations=[*row["conversations"], *ids],
                threads=[*row["threads"], *threads], counts=dict(counts),
                exported=[*row["exported"], *exported],
            )  # fmt: skip
            return len(rows) == limit

    def finish_erasure(self, erasure_id: int, now: datetime) -> Erasure:
        """Forgets whose it was and records what was done. Once; afterwards it changes nothing."""
        with self._writing() as connection:
            row = _locked(connection, erasure_id)
            if row["done_at"] is None:
                _write(connection, erasure_id, seller_id=None, done_at=now)
                actor = ActorKind.STAFF if row["by"] else ActorKind.SYSTEM
                record(
                    connection,
                    Event(
                        EventKind.PRIVACY_ERASED, now, actor, row["by"],
                        target=str(erasure_id), after=row["counts"],
                    ),
                )  # fmt: skip
            return _erasure_of(_locked(connection, erasure_id))

    def sweep(self, erasure_id: int, slack: Mapping[str, int], now: datetime) -> None:
        """Deletes what came late, and forgets what the erasure still knew.

        ``slack`` says how many messages there were deleted, and how many are left.
        """
        with self._writing() as connection:
            row = _locked(connection, erasure_id)
            if row["swept_at"] is not None:
                return
            threads = [each["ts"] for each in row["threads"] if each["ts"]]
            late = erase_late(connection, row["conversations"], threads)
            _write(connection, erasure_id, conversations=[], threads=[], swept_at=now)
            told = {name: count for name, count in {**late, **slack}.items() if count}
            record(
                connection,
                Event(
                    EventKind.PRIVACY_SWEPT, now, ActorKind.SYSTEM,
                    target=str(erasure_id), after=told,
                ),
            )  # fmt: skip

    def scrub(self) -> None:
        """Empties SQLite's log of writes, which holds pages as they were; PostgreSQL has VACUUM."""
        if self._engine.dialect.name == "sqlite":
            with storage_errors(), closing(self._engine.raw_connection()) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def forget_staff(self, staff_id: str, now: datetime) -> None:
        """Takes name, password and Slack user off a disabled account; its id stays for the log.

        Raises UnknownAccount, and AccountRefused for one that is not disabled.
        """
        one = staff_accounts.c.id == staff_id
        with self._writing() as connection:
            row = connection.execute(sa.select(staff_accounts).where(one)).mappings().one_or_none()
            if row is None:
                raise UnknownAccount(f"there is no account {staff_id}")
            if not row["disabled"]:
                raise AccountRefused("only a disabled account is forgotten", "not_disabled")
            for table in (staff_sessions, slack_users):
                connection.execute(sa.delete(table).where(table.c.staff_id == staff_id))
            left = {"name": staff_id, "password_hash": "", "signed_in_at": None}
            connection.execute(sa.update(staff_accounts).where(one).values(left))
            after = {"name": "forgotten"}
            event = Event(
                EventKind.ACCOUNT_CHANGED, now, ActorKind.SYSTEM, target=staff_id, after=after
            )
            record(connection, event)


def _ids(connection: Connection, seller_id: str) -> list[str]:
    statement = sa.select(conversations.c.id).where(conversations.c.seller_id == seller_id)
    return list(connection.execute(statement).scalars())


def _threads(connection: Connection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Returns where in Slack conversations are; their rows go with them."""
    statement = (
        sa.select(slack_threads, conversations.c.created_at)
        .join(conversations, conversations.c.id == slack_threads.c.conversation_id)
        .where(slack_threads.c.conversation_id.in_(ids))
    )
    return [
        {
            "channel": row["channel"],
            "ts": row["ts"],
            "key": f"card:{row['conversation_id']}",
            "since": row["created_at"].isoformat(),
        }
        for row in connection.execute(statement).mappings()
    ]


def _exported(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Returns where phrases of theirs went as training data, nobody's since then."""
    statement = sa.select(phrase_reviews.c.note).where(
        phrase_reviews.c.conversation_id.in_(ids),
        phrase_reviews.c.export == ExportState.EXPORTED.value,
    )
    return list(connection.execute(statement).scalars())


def _locked(connection: Connection, erasure_id: int) -> Mapping[str, Any]:
    statement = sa.select(erasures).where(erasures.c.id == erasure_id).with_for_update()
    row: Mapping[str, Any] = connection.execute(statement).mappings().one()
    return row


def _write(connection: Connection, erasure_id: int, **values: Any) -> None:
    connection.execute(sa.update(erasures).where(erasures.c.id == erasure_id).values(values))


def _erasure_of(row: Mapping[str, Any]) -> Erasure:
    places = [
        SlackPlace(p["channel"], p["ts"], p["key"], datetime.fromisoformat(p["since"]))
        for p in row["threads"]
    ]
    done, swept = row["done_at"] is not None, row["swept_at"] is not None
    return Erasure(row["id"], row["begun_at"], done, swept, row["counts"], places, row["exported"])
