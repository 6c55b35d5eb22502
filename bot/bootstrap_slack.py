"""Assembles Slack: a part of bot.bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.adapters.slack.signatures import SlackSigning
from bot.adapters.slack.web_api import SlackWebApi
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.errors import SettingsError
from bot.services.digest import Digest, parse_hour
from bot.services.queue_overview import Overview
from bot.services.slack import NEWS, Slack
from bot.services.slack_cards import SlackCards
from bot.services.slack_desk import SlackDesk
from bot.services.slack_health import SlackHealth
from bot.services.slack_inbox import Handler, SlackInbox
from bot.services.slack_outbox import SlackOutbox
from bot.services.slack_staff import SlackStaff, SlackWords
from bot.services.slack_threads import SlackThreads
from bot.settings import Settings
from bot.support.slack import Channels, parse_channels
from bot.web.slack.asking import handlers
from bot.web.slack.asking_parts import AskingParts
from bot.web.slack.digest import digest_call

if TYPE_CHECKING:
    from bot.bootstrap import Application


def with_slack(
    application: Application, engine: Any, reached: Callable[[str], None]
) -> Application:
    """Returns an assembled application, with Slack unless the settings leave it off."""
    if application.settings.slack_bot_token:
        store, channels = SqlSlackStore(engine), _channels(application.settings)
        staff = SlackStaff(store, application.accounts)
        parts = AskingParts(application, staff.of)
        asking = handlers(parts)
        application.slack = _slack(application, store, staff, channels, reached, asking)
        application.digest = _digest(application, store, channels, parts)
        application.jobs.also(application.digest.handlers)
    return application


def _slack(
    application: Application,
    store: SqlSlackStore,
    staff: SlackStaff,
    channels: Channels,
    reached: Callable[[str], None],
    asking: Mapping[str, Handler],
) -> Slack:
    settings, clock, live = application.settings, application.clock, application.live
    inbox, api = application.inbox, SlackWebApi(settings.slack_bot_token, settings.slack_api_url)
    cards, words = SlackCards(live, settings.console_url), SlackWords(live)
    desk = SlackDesk(application.desk, inbox, store, staff, words, cards)
    health = SlackHealth(store, words, clock, channels, application.hub.publish)
    return Slack(
        SlackSigning(settings.slack_signing_secret, clock),
        SlackInbox(store, clock, {**asking, **desk.handlers, **health.handlers}),
        SlackOutbox(store, store, api, clock, reached=reached),
        SlackThreads(store, inbox, cards, live, clock, channels),
        health,
        store,
        clock,
        kept=timedelta(days=days) if (days := settings.keep_deliveries_days) else None,
    )


def _digest(
    application: Application, store: SqlSlackStore, channels: Channels, parts: AskingParts
) -> Digest:
    """Returns the digest; raises SettingsError for an hour that cannot be read."""
    settings, clock = application.settings, application.clock
    try:
        hour = parse_hour(settings.slack_digest_hour)
    except ValueError as error:
        raise SettingsError(f"ASSISTANT_SLACK_DIGEST_HOUR: {error}") from error

    def tell(overview: Overview, key: str) -> None:
        store.put_calls([digest_call(parts, channels.default, key, overview)], clock.now())
        application.hub.publish(NEWS)

    return Digest(hour, parts.overview, application.store, clock, tell)


def _channels(settings: Settings) -> Channels:
    """Returns the channels of escalations; raises SettingsError when they cannot be read."""
    try:
        return parse_channels(settings.slack_channels)
    except ValueError as error:
        raise SettingsError(f"ASSISTANT_SLACK_CHANNELS: {error}") from error
