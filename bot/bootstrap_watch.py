"""Assembles what is watched from outside, and how much is done at once: a part of bot.bootstrap."""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.adapters.marketplace_http import HttpMarketplace
from bot.adapters.prometheus_meters import PrometheusMeters
from bot.adapters.redis_link import RedisLink
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.watch_store import SqlWatchStore, count_errors
from bot.adapters.watched_marketplace import MeteredMarketplace, SparedMarketplace
from bot.errors import AssistantUnavailable, SlackOutcomeUnknown, StorageError
from bot.services.gate import Gate
from bot.services.ports import Clock, OrderBook
from bot.services.readiness import Check, Readiness
from bot.services.slack_health import SlackHealth
from bot.services.watch import Pulse, Watch
from bot.services.watch_ports import Meters
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.bootstrap import Application

LEAST_FREE = 200 * 1024 * 1024
"""Bytes on the disk below which somebody should look."""
SLACK_LATE_SECONDS = 120
LARGEST_SKEW = 2.0
"""Seconds by which our clock and the database's may differ: leases are compared across replicas."""


def watch(settings: Settings, engine: Any, clock: Clock) -> Watch:
    """Returns what counts and looks; ``also_watched`` adds what is assembled later."""
    meters = PrometheusMeters(_version())
    # Connections of its own: being busy is not being ill, and what looks must not wait for others.
    looking = create_engine(settings.database_url, connections=2)
    for each in (engine, looking):
        count_errors(each, meters.database_failed)
    pulse = Pulse(SqlWatchStore(looking), clock, f"{os.getpid()}-{secrets.token_hex(4)}")
    checks = [
        Check("database", pulse.beat, stops_service=True),
        Check("disk", _disk(settings), stops_service=False, every=2.0),
        Check("clock", _clock(pulse), stops_service=False),
    ]
    if settings.marketplace_url:
        checks.append(
            Check("marketplace", _marketplace(settings), stops_service=False, every=2.0, patience=2)
        )
    return Watch(meters, Readiness(checks, clock), pulse, meters.written)


def also_watched(application: Application) -> Application:
    """Returns the application, with its model watched, and Redis and Slack where they are set up.

    Sellers are served without Redis and without Slack: both are only reported.
    """
    readiness, assistant = application.watch.readiness, application.assistant
    link, slack = application.replicas.link, application.slack

    def loaded() -> str:
        if not assistant.model:
            raise AssistantUnavailable("no model is loaded")
        return assistant.model

    readiness.also(Check("model", loaded, stops_service=True))
    if link is not None:
        readiness.also(Check("redis", _linked(link), stops_service=False))
    if slack is not None:
        check = _slack(application.watch.pulse, slack.health)
        readiness.also(Check("slack", check, stops_service=False, every=2.0))
    return application


def watched_marketplace(marketplace: OrderBook, meters: Meters) -> tuple[OrderBook, OrderBook]:
    """Returns the marketplace as it is shown, and the same with its calls counted.

    One behind a network is counted and spared whoever asks it.
    """
    metered = MeteredMarketplace(marketplace, meters)
    if isinstance(marketplace, HttpMarketplace):
        spared = SparedMarketplace(metered)
        return spared, spared
    return marketplace, metered


def site_gate(settings: Settings) -> Gate:
    """Returns how many calls of sellers are handled at once, and how long others wait."""
    return Gate(settings.most_requests, settings.most_requests_waiting, settings.overload_patience)


@functools.lru_cache(maxsize=1)
def _version() -> str:
    """Returns the commit that runs, "unknown" outside of a checkout."""
    written = Path(__file__).resolve().parent.parent / "VERSION"
    if written.is_file():  # as a container image has it
        return written.read_text("utf-8").strip()
    try:
        said = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=written.parent, capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return said.stdout.strip()


def _disk(settings: Settings) -> Callable[[], str]:
    url = sa.engine.make_url(settings.database_url)
    embedded = url.get_backend_name() == "sqlite" and url.database
    folder = Path(url.database).resolve().parent if embedded else settings.model_dir

    def free() -> str:
        left = shutil.disk_usage(folder).free
        if left < LEAST_FREE:
            raise OSError(f"{left} bytes are left in {folder}")
        return f"{left} bytes"

    return free


def _clock(pulse: Pulse) -> Callable[[], str]:
    def agrees() -> str:
        if pulse.skew is not None and abs(pulse.skew) > LARGEST_SKEW:
            raise StorageError(f"the clock is {pulse.skew:.1f} s ahead of the database's")
        return ""

    return agrees


def _marketplace(settings: Settings) -> Callable[[], str]:
    """Returns a look at the marketplace: a request nobody made is asked for, and not there."""
    asked = HttpMarketplace(
        settings.marketplace_url, settings.marketplace_key,
        connect_timeout=1.0, read_timeout=2.0, retries=0, total_timeout=2.0,
    )  # fmt: skip

    def answers() -> str:
        asked.find_extension("readiness", "readiness")
        return ""

    return answers


def _linked(link: RedisLink) -> Callable[[], str]:
    def linked() -> str:
        if not link.linked:
            raise ConnectionError("no word arrives")
        return ""

    return linked


def _slack(pulse: Pulse, health: SlackHealth) -> Callable[[], str]:
    def arrives() -> str:
        now = pulse.clock.now()
        oldest = pulse.store.backlog(now).oldest_slack
        if health.sentences:
            raise SlackOutcomeUnknown(f"{len(health.sentences)} warnings")
        if oldest is not None and (now - oldest).total_seconds() > SLACK_LATE_SECONDS:
            raise SlackOutcomeUnknown("calls wait")
        return ""

    return arrives
