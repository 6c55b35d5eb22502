"""Threads of conversations in Slack, who is who there, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.adapters.sql.desk_rows import HUMAN, WAITING
from bot.adapters.sql.desk_words import note_of
from bot.adapters.sql.rows import read_messages
from bot.adapters.sql.slack_tables import (
    IS_WATCHED,
    slack_deliveries,
    slack_outbox,
    slack_threads,
    slack_users,
    slack_warnings,
)
from bot.adapters.sql.slack_work import SlackWork, insert_calls, read_thread
from bot.adapters.sql.store import insert_or_update, insert_unless_present
from bot.adapters.sql.tables import conversations, events, messages, notes
from bot.services.slack_ports import ThreadNews
from bot.support.slack import SLACK_CLIENT, SlackCall, SlackThread, SlackWarning

QUIET_AFTER = timedelta(days=2)
"""A thread in which nothing happened for so long is looked at again only when somebody waits."""
MOST_LINES = 100
"""Messages put into a thread at once."""


class SqlSlackStore(SlackWork):
    """Keeps all of Slack."""

    def behind(self, limit: int = 50) -> list[str]:
        """Returns ids of conversations whose card or thread lacks something."""
        thread, one = slack_threads.c, conversations.c
        last_event = (
            sa.select(sa.func.coalesce(sa.func.max(events.c.id), 0))
            .where(events.c.conversation_id == one.id)
            .scalar_subquery()
        )
        lacks = sa.or_(thread.mirrored < one.next_number - 1, thread.event < last_event)
        joined = conversations.outerjoin(slack_threads, thread.conversation_id == one.id)
        asked_for = (
            sa.select(one.id)
            .select_from(joined)
            .where(one.state.in_([WAITING, HUMAN]), sa.or_(thread.conversation_id.is_(None), lacks))
            .limit(limit)
        )
        followed = (
            sa.select(one.id)
            .select_from(slack_threads.join(conversations, thread.conversation_id == one.id))
            .where(IS_WATCHED, lacks)
            .limit(limit)
        )
        with self._reading() as connection:
            found = [*connection.execute(asked_for).scalars()]
            found += connection.execute(followed).scalars()
        return list(dict.fromkeys(found))

    def news(self, conversation_id: str) -> ThreadNews:
        """Returns what a thread lacks."""
        noted = sa.select(notes).where(notes.c.conversation_id == conversation_id)
        newest = sa.select(sa.func.coalesce(sa.func.max(events.c.id), 0)).where(
            events.c.conversation_id == conversation_id
        )
        with self._reading() as connection:
            # Events first: what happens while the rest is read is then still news afterwards.
            event = int(connection.execute(newest).scalar_one())
            thread = read_thread(connection, slack_threads.c.conversation_id == conversation_id)
            after = thread.mirrored if thread else 0
            said = read_messages(
                connection, conversation_id, messages.c.number > after, limit=MOST_LINES
            )
            written = noted.where(notes.c.id > (thread.noted if thread else 0))
            rows = connection.execute(written.order_by(notes.c.id)).mappings().all()
        return ThreadNews(
            thread,
            said,
            [note_of(row) for row in rows],
            frozenset(r["id"] for r in rows if r["client_id"].startswith(SLACK_CLIENT)),
            event,
            more=len(said) == MOST_LINES,
        )

    def advance(
        self, old: SlackThread | None, new: SlackThread, calls: Sequence[SlackCall], now: datetime
    ) -> bool:
        """Moves a thread on and puts its calls, unless it moved meanwhile: then False."""
        table = slack_threads.c
        values: dict[str, Any] = {
            "mirrored": new.mirrored,
            "noted": new.noted,
            "event": new.event,
            "card": new.card,
            "watched": True,
        }
        with self._writing() as connection:
            if old is None:
                row = {"conversation_id": new.conversation_id, "channel": new.channel, **values}
                moved = insert_unless_present(connection, slack_threads, row, "conversation_id")
            else:
                same = (
                    table.conversation_id == old.conversation_id,
                    table.mirrored == old.mirrored,
                    table.noted == old.noted,
                    table.event == old.event,
                )
                statement = sa.update(slack_threads).where(*same).values(values)
                moved = connection.execute(statement).rowcount == 1
            if moved:
                insert_calls(connection, calls, now)
        return moved

    def cards(self) -> Mapping[str, str]:
        """Returns what each card shows now, as a digest, by conversation."""
        table = slack_threads.c
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(table.conversation_id, table.card).where(IS_WATCHED)
            )
            return {row.conversation_id: row.card for row in rows}

    def thread_at(self, channel: str, ts: str) -> SlackThread | None:
        """Returns the thread of a place in Slack."""
        table = slack_threads.c
        with self._reading() as connection:
            return read_thread(connection, sa.and_(table.channel == channel, table.ts == ts))

    def forget(self, now: datetime, after: timedelta | None) -> None:
        """Removes what was done long ago (None: never), and leaves quiet threads alone."""
        one = conversations.c
        asleep = sa.select(one.id).where(
            one.state.not_in([WAITING, HUMAN]), one.updated_at < now - QUIET_AFTER
        )
        with self._writing() as connection:
            if after is not None:
                for table in (slack_deliveries, slack_outbox):
                    connection.execute(sa.delete(table).where(table.c.done_at < now - after))
            connection.execute(
                sa.update(slack_threads)
                .where(IS_WATCHED, slack_threads.c.conversation_id.in_(asleep))
                .values(watched=False)
            )

    def warn(self, subject: str, code: str, now: datetime) -> None:
        """Keeps a warning; one that is there already stays as old as it is."""
        values = {"subject": subject, "code": code, "since": now}
        with self._writing() as connection:
            if not insert_unless_present(connection, slack_warnings, values, "subject"):
                connection.execute(
                    sa.update(slack_warnings)
                    .where(slack_warnings.c.subject == subject)
                    .values(code=code)
                )

    def clear(self, *subjects: str) -> None:
        """Takes warnings back."""
        which = slack_warnings.c.subject.in_(subjects)
        with self._reading() as connection:
            if connection.execute(sa.select(slack_warnings).where(which)).first() is None:
                return
        with self._writing() as connection:
            connection.execute(sa.delete(slack_warnings).where(which))

    def warnings(self) -> list[SlackWarning]:
        """Returns what is wrong, oldest first."""
        statement = sa.select(slack_warnings).order_by(slack_warnings.c.since)
        with self._reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return [SlackWarning(row["subject"], row["code"], row["since"]) for row in rows]

    def staff_id(self, slack_user_id: str) -> str | None:
        """Returns the account a Slack user is mapped to."""
        return self.slack_users().get(slack_user_id)

    def map_user(self, slack_user_id: str, staff_id: str | None) -> None:
        """Maps a Slack user to an account, None to none."""
        with self._writing() as connection:
            if staff_id is None:
                who = slack_users.c.slack_user_id == slack_user_id
                connection.execute(sa.delete(slack_users).where(who))
                return
            values = {"slack_user_id": slack_user_id, "staff_id": staff_id}
            insert_or_update(connection, slack_users, values, "slack_user_id")

    def slack_users(self) -> Mapping[str, str]:
        """Returns all accounts by Slack user."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(slack_users)).all()
        return {row.slack_user_id: row.staff_id for row in rows}
