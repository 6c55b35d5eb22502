"""How moments look to clients."""

from __future__ import annotations

from datetime import datetime, timezone


def moment(when: datetime) -> str:
    """Returns a moment in RFC 3339, UTC."""
    return when.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
