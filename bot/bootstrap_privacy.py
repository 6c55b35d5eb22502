"""Assembles privacy: a part of bot.bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.adapters.slack.web_api import SlackWebApi
from bot.adapters.sql.privacy_store import SqlPrivacyStore
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.services.ports import Clock, ConversationStore
from bot.services.privacy import Privacy
from bot.services.privacy_ports import Periods
from bot.services.retention import Retention
from bot.services.slack_cleaning import SlackCleaning
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.bootstrap import Application


def with_privacy(application: Application, engine: Any) -> Application:
    """Returns an assembled application that goes on with erasures and keeps to the periods."""
    settings, clock, store = application.settings, application.clock, application.store
    application.retention = retention(settings, engine, clock, store)
    application.jobs.also(application.retention.handlers)
    application.jobs.also(privacy(settings, engine, clock, store).handlers)
    return application


def privacy(
    settings: Settings,
    engine: Any,
    clock: Clock,
    jobs: ConversationStore,
    reached: Callable[[str], None] = lambda point: None,
) -> Privacy:
    """Returns what exports and erases."""
    slack = None
    if settings.slack_bot_token:
        api = SlackWebApi(settings.slack_bot_token, settings.slack_api_url)
        slack = SlackCleaning(api, SqlSlackStore(engine), clock)
    return Privacy(SqlPrivacyStore(engine), jobs, clock, slack, reached=reached)


def retention(settings: Settings, engine: Any, clock: Clock, jobs: ConversationStore) -> Retention:
    """Returns what carries out the periods of the settings."""
    periods = Periods(
        conversations=_days(settings.keep_conversations_days),
        tickets=_days(settings.keep_tickets_days),
        reviews=_days(settings.keep_review_days),
        deliveries=_days(settings.keep_deliveries_days),
        audit=_days(settings.keep_audit_days),
    )
    return Retention(SqlPrivacyStore(engine), jobs, clock, periods)


def _days(days: int) -> timedelta | None:
    return timedelta(days=days) if days > 0 else None
