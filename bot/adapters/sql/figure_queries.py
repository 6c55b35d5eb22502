"""The queries figures are made by; docs/figures.md shows each with its definition.

They run on SQLite and PostgreSQL as they stand. ``:first_day`` and ``:last_day`` are days of
Europe/Paris, both counted; nothing from ``:until`` on is. ``:settled_before`` is the moment 72
hours ago: whatever began later is not judged yet. 259200 seconds are those 72 hours.

CROSS JOIN, because SQLite then goes from the days to what lies in them, which an index finds; left
to itself it reads all of a table and looks up each row's day.
"""

from __future__ import annotations

SMALL_TALK = (
    "greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "help", "stop",
    "button_inactive",
)  # fmt: skip
"""Topics that say nothing about what a conversation is about."""

LAST_CHOICES = ("request_human", "out_of_scope", "nlu_fallback")
"""Topics that count only where a conversation has no better one."""

ANSWERS = (
    "order_none", "order_none_current", "order_list", "order_list_beginning",
    "order_requirements_pending", "order_in_progress", "order_late", "order_delivered",
    "order_in_revision", "order_in_revision_late", "order_completed", "order_cancelled",
    "rate_none", "rate_current", "rate_undecided", "preview_counts", "preview_exempt",
    "preview_depends", "preview_counts_no_rate", "preview_exempt_no_rate",
    "preview_depends_no_rate", "preview_ended_completed", "preview_ended_cancelled",
    "block_active_order", "block_possible", "extension_receipt", "extension_refused_not_started",
    "extension_refused_delivered", "extension_refused_completed", "extension_refused_cancelled",
    "extension_refused_already_pending",
)  # fmt: skip
"""Responses that answer a seller, besides the FAQ's: what is known, what was done, or why not."""


def _quoted(names: tuple[str, ...], indent: int) -> str:
    lines, line = [], ""
    for name in names:
        word = f"'{name}', "
        if len(line) + len(word) > 92 - indent:
            lines.append(line.rstrip())
            line = ""
        line += word
    lines.append(line.rstrip(", "))
    return ("\n" + " " * indent).join(lines)


def _topic(conversation: str) -> str:
    """Returns the expression for the topic of the conversation in ``conversation``."""
    return f"""COALESCE(
      (SELECT json_extract(t.after, '$.topic') FROM events t
        WHERE t.conversation_id = {conversation} AND t.kind = 'topic.corrected'
        ORDER BY t.id DESC LIMIT 1),
      (SELECT m.topic FROM messages m
        WHERE m.conversation_id = {conversation} AND m.author = 'seller'
          AND m.topic NOT IN (
            {_quoted((*SMALL_TALK, *LAST_CHOICES), 12)})
        ORDER BY m.number LIMIT 1),
      (SELECT m.topic FROM messages m
        WHERE m.conversation_id = {conversation} AND m.author = 'seller'
          AND m.topic IN ({_quoted(LAST_CHOICES, 12)})
        ORDER BY m.number LIMIT 1),
      'none')"""


_DAYS = "d.day BETWEEN :first_day AND :last_day"


def _on_its_day(moment: str) -> str:
    return f"{moment} >= d.starts_at AND {moment} < d.ends_at AND {moment} < :until"


def _answers(column: str, indent: int) -> str:
    names = _quoted(ANSWERS, indent + 2)
    return f"""(substr({column}, 1, 4) = 'faq_' OR {column} IN (
{" " * (indent + 2)}{names}))"""


def _durations(of: str, groups: tuple[str, ...]) -> str:
    """Returns what groups the seconds of ``of`` and finds median and 90th percentile."""
    grouped = "\n  UNION ALL ".join(
        f"SELECT '{group}' AS breakdown, {group} AS name, seconds FROM {of}" for group in groups
    )
    return f"""grouped AS (
  SELECT 'all' AS breakdown, 'all' AS name, seconds FROM {of}
  UNION ALL {grouped}
),
ranked AS (
  SELECT breakdown, name, seconds,
    ROW_NUMBER() OVER (PARTITION BY breakdown, name ORDER BY seconds) AS place,
    COUNT(*) OVER (PARTITION BY breakdown, name) AS n
  FROM grouped
)
SELECT breakdown, name, n,
  MAX(CASE WHEN place = (n + 1) / 2 THEN seconds END) AS median,
  MAX(CASE WHEN place = (9 * n + 9) / 10 THEN seconds END) AS p90
FROM ranked
GROUP BY breakdown, name, n
ORDER BY breakdown, name"""


CONVERSATIONS = f"""\
SELECT d.day, COUNT(*) AS n
FROM calendar d CROSS JOIN messages m
WHERE {_DAYS}
  AND m.author = 'seller' AND {_on_its_day("m.created_at")} AND m.number = 1
GROUP BY d.day
ORDER BY d.day"""

MESSAGES = f"""\
SELECT d.day, m.author, COUNT(*) AS n
FROM calendar d CROSS JOIN messages m
WHERE {_DAYS}
  AND m.author IN ('seller', 'bot', 'agent') AND {_on_its_day("m.created_at")}
GROUP BY d.day, m.author
ORDER BY d.day, m.author"""

HANDLING = f"""\
WITH begun AS (
  SELECT d.day, m.conversation_id, m.created_at AS begun_at
  FROM calendar d CROSS JOIN messages m
  WHERE {_DAYS}
    AND m.author = 'seller' AND {_on_its_day("m.created_at")} AND m.number = 1
),
handled AS (
  SELECT b.day,
    {_topic("b.conversation_id")} AS topic,
    CASE WHEN b.begun_at > :settled_before THEN 'unsettled'
    WHEN EXISTS (
      SELECT 1 FROM events e
      WHERE e.conversation_id = b.conversation_id
        AND e.kind IN ('conversation.claimed', 'conversation.merged', 'conversation.resolved')
        AND unixepoch(e.at) - unixepoch(b.begun_at) < 259200) THEN 'human'
    ELSE COALESCE(
      (SELECT CASE e.kind WHEN 'conversation.escalated' THEN 'unclaimed' ELSE 'withdrawn' END
        FROM events e
        WHERE e.conversation_id = b.conversation_id
          AND e.kind IN ('conversation.escalated', 'conversation.withdrawn')
          AND unixepoch(e.at) - unixepoch(b.begun_at) < 259200
        ORDER BY e.id DESC LIMIT 1),
      (SELECT 'bot_alone' FROM messages a
        WHERE a.conversation_id = b.conversation_id AND a.author = 'bot'
          AND {_answers("a.response", 10)}
          AND unixepoch(a.created_at) - unixepoch(b.begun_at) < 259200
        LIMIT 1),
      'unanswered') END AS handling
  FROM begun b
)
SELECT day, topic, handling, COUNT(*) AS n
FROM handled
GROUP BY day, topic, handling
ORDER BY day, topic, handling"""

_REQUESTS = f"""\
asked AS (
  SELECT d.day, e.id, e.conversation_id, e.at AS asked_at,
    json_extract(e.after, '$.reason') AS reason,
    CASE CAST(json_extract(e.after, '$.open') AS VARCHAR)
      WHEN '1' THEN 'open' WHEN 'true' THEN 'open'
      WHEN '0' THEN 'closed' WHEN 'false' THEN 'closed' ELSE 'unknown' END AS hours
  FROM calendar d CROSS JOIN events e
  WHERE {_DAYS}
    AND e.kind = 'conversation.escalated' AND {_on_its_day("e.at")}
),
requests AS (
  SELECT a.*,
    {_topic("a.conversation_id")} AS topic,
    (SELECT x.id FROM events x
      WHERE x.conversation_id = a.conversation_id AND x.id > a.id
        AND x.kind IN ('conversation.claimed', 'conversation.withdrawn',
          'conversation.merged', 'conversation.resolved')
      ORDER BY x.id LIMIT 1) AS end_id
  FROM asked a
)"""

REQUESTS = f"""\
WITH {_REQUESTS}
SELECT r.day, r.topic, r.reason,
  CASE x.kind WHEN 'conversation.claimed' THEN 'claimed'
    WHEN 'conversation.withdrawn' THEN 'withdrawn'
    WHEN 'conversation.merged' THEN 'closed' WHEN 'conversation.resolved' THEN 'closed'
    ELSE 'waiting' END AS became,
  COUNT(*) AS n
FROM requests r LEFT JOIN events x ON x.id = r.end_id
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4"""

WAITS = f"""\
WITH {_REQUESTS},
waits AS (
  SELECT CAST(r.day AS VARCHAR) AS day, r.topic, r.reason, r.hours,
    unixepoch(c.at) - unixepoch(r.asked_at) AS seconds
  FROM requests r CROSS JOIN events c
  WHERE c.id = r.end_id AND c.kind = 'conversation.claimed'
),
{_durations("waits", ("day", "topic", "reason", "hours"))}"""

FIRST_REPLIES = f"""\
WITH {_REQUESTS},
replied AS (
  SELECT CAST(r.day AS VARCHAR) AS day, r.topic, r.hours,
    unixepoch((SELECT m.created_at FROM messages m
      WHERE m.conversation_id = r.conversation_id AND m.author = 'agent' AND m.created_at >= c.at
      ORDER BY m.number LIMIT 1)) - unixepoch(r.asked_at) AS seconds
  FROM requests r CROSS JOIN events c
  WHERE c.id = r.end_id AND c.kind = 'conversation.claimed'
),
first_replies AS (SELECT * FROM replied WHERE seconds IS NOT NULL),
{_durations("first_replies", ("day", "topic", "hours"))}"""

RESPONSES = f"""\
WITH replies AS (
  SELECT CAST(d.day AS VARCHAR) AS day, a.conversation_id, a.number, a.created_at,
    COALESCE((SELECT p.number FROM messages p
      WHERE p.conversation_id = a.conversation_id AND p.number < a.number
        AND p.author IN ('bot', 'agent')
      ORDER BY p.number DESC LIMIT 1), 0) AS previous
  FROM calendar d CROSS JOIN messages a
  WHERE {_DAYS}
    AND a.author = 'agent' AND {_on_its_day("a.created_at")}
),
answering AS (
  SELECT r.day, {_topic("r.conversation_id")} AS topic,
    unixepoch(r.created_at) - unixepoch((SELECT s.created_at FROM messages s
      WHERE s.conversation_id = r.conversation_id AND s.author = 'seller'
        AND s.number > r.previous AND s.number < r.number
      ORDER BY s.number LIMIT 1)) AS seconds
  FROM replies r
),
responses AS (SELECT * FROM answering WHERE seconds IS NOT NULL),
{_durations("responses", ("day", "topic"))}"""

RESOLUTIONS = f"""\
SELECT d.day, {_topic("e.conversation_id")} AS topic,
  json_extract(e.after, '$.outcome') AS outcome,
  CASE WHEN e.at > :settled_before THEN 'unsettled'
    WHEN EXISTS (
      SELECT 1 FROM events r
      WHERE r.conversation_id = e.conversation_id AND r.kind = 'conversation.reopened'
        AND r.id > e.id AND unixepoch(r.at) - unixepoch(e.at) < 259200) THEN 'reopened'
    ELSE 'held' END AS standing,
  COUNT(*) AS n
FROM calendar d CROSS JOIN events e
WHERE {_DAYS}
  AND e.kind = 'conversation.resolved' AND {_on_its_day("e.at")}
  AND NOT EXISTS (
    SELECT 1 FROM events u
    WHERE u.conversation_id = e.conversation_id AND u.kind = 'conversation.undone'
      AND CAST(json_extract(u.after, '$.undone') AS INTEGER) = e.id)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4"""

THUMBS = f"""\
SELECT d.day, t.response, t.value, COUNT(*) AS n
FROM calendar d CROSS JOIN thumbs t
WHERE {_DAYS}
  AND {_on_its_day("t.given_at")}
GROUP BY d.day, t.response, t.value
ORDER BY d.day, t.response, t.value"""

ANSWERS_GIVEN = f"""\
SELECT m.response, COUNT(*) AS n
FROM calendar d CROSS JOIN messages m
WHERE {_DAYS}
  AND m.author = 'bot' AND {_on_its_day("m.created_at")}
  AND {_answers("m.response", 4)}
GROUP BY m.response
ORDER BY m.response"""

QUERIES = {
    "conversations": CONVERSATIONS,
    "messages": MESSAGES,
    "handling": HANDLING,
    "requests": REQUESTS,
    "waits": WAITS,
    "first_replies": FIRST_REPLIES,
    "responses": RESPONSES,
    "resolutions": RESOLUTIONS,
    "thumbs": THUMBS,
    "answers": ANSWERS_GIVEN,
}
"""Every query by the name of its figure."""
