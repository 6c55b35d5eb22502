"""Work that blocks, on a pool's threads, with what is known of the request that it is done for."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")


async def run_in(threads: Executor | None, call: Callable[..., T], *arguments: Any) -> T:
    """Runs what blocks on a thread, under the caller's request id; None is asyncio's own pool."""
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()
    return await loop.run_in_executor(threads, lambda: context.run(call, *arguments))
