"""Waiting until a service has nothing left to do."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timezone

import sqlalchemy as sa

from cluster.evidence import unsettled

WITHIN = 300.0
"""How long reconciling may take after the last fault, in seconds: effects that no turn settles
wait two minutes, jobs of a dead worker a minute, leases half of one."""
_EVERY = 3.0


async def until_quiet(database_url: str, *, told: bool) -> None:
    """Returns once nothing is left to be done in a database, or it took too long."""
    deadline = time.monotonic() + WITHIN
    while True:
        try:
            now = datetime.now(timezone.utc)
            left = await asyncio.to_thread(unsettled, database_url, now)
        except sa.exc.SQLAlchemyError as error:
            left = type(error).__name__
        if not left or time.monotonic() > deadline:
            return
        if told:
            print(f"  to be done: {left}", flush=True)
        await asyncio.sleep(_EVERY)
