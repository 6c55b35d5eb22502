"""Assembles what replicas share besides the database: a part of bot.bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.adapters.live_hub import LiveHub
from bot.adapters.rate_limits import WindowRateLimits
from bot.adapters.redis_counts import RedisRateLimits
from bot.adapters.redis_hub import RedisHub
from bot.adapters.redis_link import RedisLink
from bot.adapters.sql.news_store import SqlNewsStore
from bot.services.missed_news import MissedNews
from bot.services.ports import Clock
from bot.services.presence import LOOKS, SELLER_TYPES, STOPPED, TYPES, Presence
from bot.services.site_ports import Hub, RateLimits
from bot.settings import Settings


@dataclass(frozen=True)
class Replicas:
    """News, presence and limits, in one process or over all; ``link`` is None in one."""

    hub: Hub
    presence: Presence
    limits: RateLimits
    link: RedisLink | None = None
    missed: MissedNews | None = None


def replicas(settings: Settings, engine: Any, clock: Clock) -> Replicas:
    """Returns what reaches all replicas through Redis, or without its URL this process alone.

    Raises SettingsError for a URL or a rate that cannot be read.
    """
    here, rates = LiveHub(), _rates(settings)
    if not settings.redis_url:
        return Replicas(here, Presence(clock), WindowRateLimits(rates))
    link = RedisLink(settings.redis_url)
    presence = Presence(clock, link.tell)
    for kind in (LOOKS, TYPES, STOPPED, SELLER_TYPES):
        link.hear(kind, presence.hear)
    missed = MissedNews(SqlNewsStore(engine), clock, here.publish, lambda: link.linked)
    limits = RedisRateLimits(rates, settings.redis_url)
    return Replicas(RedisHub(link, here), presence, limits, link, missed)


def _rates(settings: Settings) -> dict[str, str]:
    return {
        "address": settings.limit_address,
        "seller": settings.limit_seller,
        "messages": settings.limit_messages,
        "staff": settings.limit_staff,
        "triage": settings.limit_triage,
        "sign_in_account": settings.limit_sign_in_account,
        "sign_in_address": settings.limit_sign_in_address,
    }
