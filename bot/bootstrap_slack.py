"""Assembles Slack: a part of bot.bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.adapters.slack.signatures import SlackSigning
from bot.adapters.slack.web_api import SlackWebApi
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.errors import SettingsError
from bot.services.digest import Digest, parse_hour
from bot.services.queue_overview import Overview
from bot.services.slack import NEWS, Slack
from bot.services.slack_inbox import Handler, SlackInbox
from bot.services.slack_outbox import SlackOutbox
from bot.support.slack import parse_channels
from bot.support.staff import Staff
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
        store = SqlSlackStore(engine)
        parts = AskingParts(application, partial(_staff, application, store))
        application.slack = _slack(application, store, reached, handlers(parts))
        application.digest = _digest(application, store, parts)
        application.jobs.also(application.digest.handlers)
    return application


def _slack(
    application: Application,
    store: SqlSlackStore,
    reached: Callable[[str], None],
    asking: Mapping[str, Handler],
) -> Slack:
    settings, clock = application.settings, application.clock
    api = SlackWebApi(settings.slack_bot_token, settings.slack_api_url)
    return Slack(
        SlackSigning(settings.slack_signing_secret, clock),
        SlackInbox(store, clock, asking),
        SlackOutbox(store, store, api, clock, reached=reached),
        store,
        clock,
    )


def _digest(application: Application, store: SqlSlackStore, parts: AskingParts) -> Digest:
    """Returns the digest; raises SettingsError for an hour or channels that cannot be read."""
    settings, clock = application.settings, application.clock
    try:
        hour = parse_hour(settings.slack_digest_hour)
        channel = parse_channels(settings.slack_channels).default
    except ValueError as error:
        raise SettingsError(f"ASSISTANT_SLACK_DIGEST_HOUR or _CHANNELS: {error}") from error

    def tell(overview: Overview, key: str) -> None:
        store.put_calls([digest_call(parts, channel, key, overview)], clock.now())
        application.hub.publish(NEWS)

    return Digest(hour, parts.overview, application.store, clock, tell)


def _staff(application: Application, store: SqlSlackStore, user: str) -> Staff | None:
    """Returns who a Slack user is on the staff, None for somebody unmapped or disabled."""
    staff_id = store.staff_id(user)
    colleagues = application.accounts.colleagues() if staff_id is not None else []
    return next((one for one in colleagues if one.id == staff_id), None)
