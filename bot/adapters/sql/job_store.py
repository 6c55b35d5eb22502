"""Jobs: work to be done later, claimed by workers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.adapters.sql.tables import IS_WAITING, JOB_DONE, JOB_WAITING, jobs
from bot.support.conversations import Job

CLAIM_LIFE = timedelta(seconds=60)
"""How long a worker has a job to itself."""


class JobStore(SqlStore):
    """Keeps jobs. Done ones stay, so that their keys are not used again."""

    def put_job(self, job: Job, now: datetime) -> None:
        """Stores a job unless its key is there already."""
        with self._writing() as connection:
            insert_job(connection, job, now)

    def claim_jobs(
        self, owner: str, now: datetime, limit: int = 20, kinds: Collection[str] | None = None
    ) -> list[Job]:
        """Claims due jobs for 60 s, so that another worker may redo them after a crash.

        With ``kinds`` no others: a newer replica may have put some this one cannot run.
        """
        due = sa.and_(
            IS_WAITING,
            jobs.c.run_at <= now,
            sa.or_(jobs.c.claimed_until.is_(None), jobs.c.claimed_until <= now),
            sa.true() if kinds is None else jobs.c.kind.in_(kinds),
        )
        with self._reading() as connection:  # an idle worker must not hold up writers
            if connection.execute(sa.select(jobs.c.key).where(due).limit(1)).first() is None:
                return []
        # PostgreSQL skips what another worker is claiming; SQLite, which knows no row locks and
        # ignores the clause, lets one writing transaction in at a time.
        statement = (
            sa.select(jobs)
            .where(due)
            .order_by(jobs.c.run_at, jobs.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._writing() as connection:
            claimed = [_job_of(row) for row in connection.execute(statement).mappings()]
            connection.execute(
                sa.update(jobs)
                .where(jobs.c.key.in_([job.key for job in claimed]))
                .values(claimed_by=owner, claimed_until=now + CLAIM_LIFE, updated_at=now)
            )
        return claimed

    def finish_job(self, key: str, now: datetime, owner: str = "") -> None:
        """Marks a job done; with ``owner`` only if nobody else claimed or rescheduled it since."""
        self._settle(key, now, owner, state=JOB_DONE)

    def reschedule_job(self, key: str, run_at: datetime, now: datetime, owner: str = "") -> None:
        """Puts a job back, with one more attempt counted; one that is done stays done.

        ``owner`` as in ``finish_job``.
        """
        self._settle(key, now, owner, run_at=run_at, attempts=jobs.c.attempts + 1)

    def _settle(self, key: str, now: datetime, owner: str, **values: Any) -> None:
        """Ends the claim on a waiting job."""
        whose = jobs.c.claimed_by == owner if owner else sa.true()
        with self._writing() as connection:
            connection.execute(
                sa.update(jobs)
                .where(jobs.c.key == key, IS_WAITING, whose)
                .values(claimed_by=None, claimed_until=None, updated_at=now, **values)
            )


def insert_job(connection: Connection, job: Job, now: datetime) -> None:
    """Stores a job unless its key is there already."""
    values = {
        "key": job.key,
        "kind": job.kind,
        "payload": dict(job.payload),
        "run_at": job.run_at,
        "state": JOB_WAITING,
        "attempts": job.attempts,
        "created_at": now,
        "updated_at": now,
    }
    insert_unless_present(connection, jobs, values, "key")


def _job_of(row: Mapping[str, Any]) -> Job:
    return Job(row["key"], row["kind"], row["run_at"], row["payload"], row["attempts"])
