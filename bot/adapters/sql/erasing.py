"""Takes conversations out of every table, within the caller's transaction.

What figures are counted from stays under a new id, that of a shell: when somebody wrote, what the
topic was, which answer they got. No text, no name, no number, and nothing that leads from the one
id to the other. Whoever still works on the conversation finds that it does not exist: foreign keys
and ``lock_conversation`` refuse what they would write.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.event_maintenance import forget_who
from bot.adapters.sql.personal_tables import HOLDINGS, Fate
from bot.adapters.sql.slack_tables import slack_deliveries, slack_outbox
from bot.adapters.sql.tables import NOBODY, conversations, effects, jobs, messages, thumbs
from bot.support.conversations import ConversationState, MessageStatus

_UNSAID: Mapping[str, Any] = {
    "text": "",
    "client_id": None,
    "intent": None,
    "entities": {},
    "status": MessageStatus.DONE.value,
    "values": {},
    "understanding": {},
    "model": None,
    "notice_key": None,
    "handed_over": True,
    "agent_id": None,
    "agent_name": None,
    "search_text": None,
    "request_id": None,
    "unsure": False,
}


def erase_conversations(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Takes locked conversations out of every table; returns how many rows of each it touched."""
    called = {row["id"]: f"gone_{secrets.token_urlsafe(16)}" for row in rows}
    if not called:
        return Counter()
    counts = _erase_mentions(connection, rows)
    kept = _thumbs(connection, list(called))
    counts[thumbs.name] += len(kept)
    for holding in HOLDINGS.values():
        if holding.fate is Fate.DELETED or holding.table is thumbs:
            of_theirs = holding.table.c[holding.key].in_(list(called))
            deleted = connection.execute(sa.delete(holding.table).where(of_theirs)).rowcount
            counts[holding.table.name] += deleted if holding.fate is Fate.DELETED else 0
    connection.execute(sa.insert(conversations), [_shell(row, called[row["id"]]) for row in rows])
    counts[messages.name] += _unsay(connection, called)
    if kept:
        there = [{**row, "conversation_id": called[row["conversation_id"]]} for row in kept]
        connection.execute(sa.insert(thumbs), there)
    counts["events"] += forget_who(connection, called)
    _leave(connection, list(called))
    counts[conversations.name] += len(called)
    return counts


def erase_late(connection: Connection, ids: Sequence[str], threads: Iterable[str]) -> Counter[str]:
    """Deletes what workers wrote about erased conversations that they still had in their hands."""
    counts = Counter({jobs.name: _delete_jobs(connection, ids)})
    counts.update(_delete_slack(connection, ids, [*ids, *threads], []))
    return +counts


def _erase_mentions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Deletes jobs, and what came from or goes to Slack, where it names one of the sellers."""
    ids = [row["id"] for row in rows]
    threads = HOLDINGS["slack_threads"].table
    places = connection.execute(sa.select(threads.c.ts).where(threads.c.conversation_id.in_(ids)))
    keys = [*ids, *(ts for ts in places.scalars() if ts)]
    words = {str(row[name]) for row in rows for name in _NAMING if row[name]}
    asked = sa.select(effects.c.request).where(effects.c.conversation_id.in_(ids))
    for request in connection.execute(asked).scalars():
        words |= {str(request["number"])} if request.get("number") else set()
    counts = Counter({jobs.name: _delete_jobs(connection, ids)})
    counts.update(_delete_slack(connection, ids, keys, sorted(words)))
    return counts


_NAMING = ("seller_id", "seller_name", "order_number")


def _delete_jobs(connection: Connection, ids: Sequence[str]) -> int:
    """Deletes the jobs of conversations: each names its conversation, in its key or payload."""
    payload = sa.cast(jobs.c.payload, sa.Text)
    named = [
        place.contains(conversation_id, autoescape=True)
        for conversation_id in ids
        for place in (jobs.c.key, payload)
    ]
    return int(connection.execute(sa.delete(jobs).where(sa.or_(*named))).rowcount) if ids else 0


def _delete_slack(
    connection: Connection, ids: Sequence[str], keys: Sequence[str], words: Sequence[str]
) -> Counter[str]:
    """Deletes calls and deliveries of conversations, and finished ones that name ``words``.

    Both tables hold a day: all of them can be read.
    """
    counts: Counter[str] = Counter()
    pattern = _pattern(keys), _pattern(words)
    for table, content in ((slack_outbox, "arguments"), (slack_deliveries, "payload")):
        columns = (table.c.id, table.c.lane, table.c.done_at, table.c[content])
        statement = sa.select(*columns)
        if table is slack_outbox:  # what takes messages out of Slack stays
            statement = statement.where(table.c.method != "chat.delete")
        found = [
            row["id"]
            for row in connection.execute(statement).mappings()
            if _names(pattern[0], row["lane"], row[content])
            or (row["done_at"] is not None and _names(pattern[1], row[content]))
        ]
        if table is slack_outbox and ids:
            of_theirs = sa.select(table.c.id).where(table.c.conversation_id.in_(ids))
            found = sorted({*found, *connection.execute(of_theirs).scalars()})
        for at in range(0, len(found), 500):
            some = table.c.id.in_(found[at : at + 500])
            counts[table.name] += connection.execute(sa.delete(table).where(some)).rowcount
    return counts


def _pattern(terms: Sequence[str]) -> re.Pattern[str] | None:
    if not terms:
        return None
    either = "|".join(re.escape(term) for term in terms)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _names(pattern: re.Pattern[str] | None, *values: Any) -> bool:
    return pattern is not None and any(
        pattern.search(text) for value in values for text in _texts(value)
    )


def _texts(value: Any) -> Iterator[str]:
    """Yields every text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _thumbs(connection: Connection, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    statement = sa.select(thumbs).where(thumbs.c.conversation_id.in_(ids))
    return list(connection.execute(statement).mappings())


def _shell(row: Mapping[str, Any], called: str) -> dict[str, Any]:
    """Returns what stands in the place of a conversation."""
    return {
        "id": called,
        "seller_id": NOBODY,
        "label": called,
        "state": ConversationState.BOT.value,
        "epoch": row["epoch"],
        "next_number": row["next_number"],
        "fence": 0,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "source": row["source"],
    }


def _unsay(connection: Connection, called: Mapping[str, str]) -> int:
    """Moves the messages under their shells, without a word of what was said."""
    moved = 0
    for old, new in called.items():
        statement = sa.update(messages).where(messages.c.conversation_id == old)
        moved += connection.execute(statement.values(conversation_id=new, **_UNSAID)).rowcount
    return moved


def _leave(connection: Connection, ids: Sequence[str]) -> None:
    merged = sa.update(conversations).where(conversations.c.merged_into.in_(ids))
    connection.execute(merged.values(merged_into=None))
    connection.execute(sa.delete(conversations).where(conversations.c.id.in_(ids)))
