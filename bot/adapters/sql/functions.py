"""The two SQL functions of SQLite that PostgreSQL lacks, so that one query runs on both.

The queries of figures (docs/figures.md) need them. People may also paste those into either
database's own command line.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timezone
from typing import Any

CREATE_JSON_EXTRACT = """
CREATE OR REPLACE FUNCTION json_extract(document json, path text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS 'SELECT document #>> string_to_array(substr(path, 3), ''.'')'
"""
"""For PostgreSQL: the text at a path such as ``$.intent.name``; true is "true" there."""

CREATE_UNIXEPOCH = """
CREATE OR REPLACE FUNCTION unixepoch(moment timestamp with time zone) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS 'SELECT floor(extract(epoch FROM moment))::bigint'
"""
"""For PostgreSQL: whole seconds since 1970, in UTC."""


def add_missing_to_sqlite(connection: Any) -> None:
    """Gives a connection what a SQLite before 3.38 lacks."""
    if sqlite3.sqlite_version_info < (3, 38):
        connection.create_function("unixepoch", 1, unixepoch, deterministic=True)


def unixepoch(moment: str | None) -> int | None:
    """Returns the whole seconds since 1970 of a moment as SQLite stores it."""
    if moment is None:
        return None
    return int(datetime.fromisoformat(moment).replace(tzinfo=timezone.utc).timestamp())
