"""Assembles Slack: a part of bot.bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.adapters.slack.signatures import SlackSigning
from bot.adapters.slack.web_api import SlackWebApi
from bot.adapters.sql.slack_store import SqlSlackStore
from bot.services.slack import Slack
from bot.services.slack_inbox import Handler, SlackInbox
from bot.services.slack_outbox import SlackOutbox

if TYPE_CHECKING:
    from bot.bootstrap import Application


def with_slack(
    application: Application, engine: Any, reached: Callable[[str], None]
) -> Application:
    """Returns an assembled application, with Slack unless the settings leave it off."""
    if application.settings.slack_bot_token:
        application.slack = _slack(application, engine, reached)
    return application


def _slack(application: Application, engine: Any, reached: Callable[[str], None]) -> Slack:
    settings, clock = application.settings, application.clock
    store = SqlSlackStore(engine)
    api = SlackWebApi(settings.slack_bot_token, settings.slack_api_url)
    handlers: dict[str, Handler] = {}
    return Slack(
        SlackSigning(settings.slack_signing_secret, clock),
        SlackInbox(store, clock, handlers),
        SlackOutbox(store, store, api, clock, reached=reached),
        store,
        clock,
    )
