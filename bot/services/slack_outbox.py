"""Makes the calls that were put for Slack: each once, those of a lane in order.

A call is marked as tried before it is made. When what became of it is not known (a crash, a
timeout, an error of Slack's own) it is looked up by its key before it is made again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.errors import SlackOutcomeUnknown, SlackRateLimited, SlackRefused
from bot.services.ports import Clock
from bot.services.slack_ports import SlackApi, SlackHealthStore, SlackOutboxStore
from bot.support.slack import OutboxCall, Place

logger = logging.getLogger(__name__)

POST = "chat.postMessage"
TOKEN = "token"
"""The subject of warnings about the token."""
LOOK_AFTER = timedelta(seconds=2)
"""How long a message is given to appear before it is looked for, and then made again."""
LONGEST_WAIT = timedelta(seconds=30)
LONGEST_WAIT_FOR_PEOPLE = timedelta(minutes=10)
"""How long before it is tried again what only a person can put right."""
GIVE_UP_AFTER = timedelta(days=1)
MOST_AT_ONCE = 50
NO_CARD = "no_card"

TOKEN_PROBLEMS = frozenset(
    {
        "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
        "missing_scope", "no_permission", "org_login_required", "ekm_access_denied",
        "team_access_not_granted", "not_allowed_token_type", "access_denied",
    }
)  # fmt: skip
CHANNEL_PROBLEMS = frozenset(
    {
        "is_archived", "channel_not_found", "not_in_channel", "restricted_action",
        "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
    }
)  # fmt: skip
ALREADY_SO = frozenset({"already_reacted", "no_reaction"})
DELETE = "chat.delete"
GONE = frozenset({"message_not_found", "thread_not_found", "channel_not_found"})
"""What Slack says of a message that is not there: deleting it is done."""


class SlackOutbox:
    """Sends; every method blocks."""

    def __init__(
        self,
        store: SlackOutboxStore,
        health: SlackHealthStore,
        api: SlackApi,
        clock: Clock,
        *,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self._store = store
        self._health = health
        self._api = api
        self._clock = clock
        self._reached = reached
        self._holds: dict[str, datetime] = {}

    def run_due(self) -> int:
        """Makes what is due, at most MOST_AT_ONCE, and returns how many rows it looked at."""
        for done in range(MOST_AT_ONCE):
            call = self._store.claim_call(self._clock.now(), self._holds)
            if call is None:
                return done
            self._run(call)
        return MOST_AT_ONCE

    def _run(self, due: OutboxCall) -> None:
        now = self._clock.now()
        put_at = due.put_at or now
        lasts = due.call.lasts if due.call.lasts is not None else GIVE_UP_AFTER
        if now >= put_at + lasts:
            self._give_up(due, "too_late")
            return
        try:
            arguments = self._placed(due)
            ts = self._made(due, arguments)
        except SlackRateLimited as error:
            self._hold(due, error.retry_after)
        except SlackOutcomeUnknown as error:
            logger.warning("slack %s %s: %r", due.call.method, due.call.key, error)
            self._later(due, untried=False)
        except SlackRefused as error:
            self._refused(due, error.code)
        else:
            self._store.finish_call(due, ts, self._clock.now())
            self._health.clear(TOKEN, str(arguments.get("channel", TOKEN)))

    def _placed(self, due: OutboxCall) -> dict[str, Any]:
        """Returns the arguments with what is known only now: where the conversation's card is."""
        call, arguments = due.call, dict(due.call.arguments)
        if call.place in (Place.GIVEN, Place.CARD):
            return arguments
        thread = self._store.thread(call.conversation_id or "")
        if thread is None or thread.ts is None:
            raise SlackRefused(NO_CARD)
        arguments["channel"] = thread.channel
        arguments["thread_ts" if call.place is Place.THREAD else "ts"] = thread.ts
        return arguments

    def _made(self, due: OutboxCall, arguments: Mapping[str, Any]) -> str | None:
        """Makes the call, unless it turns out to be made; returns the message's ``ts``."""
        method, key = due.call.method, due.call.key
        if method == POST and due.tried_at is not None:
            channel, thread_ts = str(arguments["channel"]), arguments.get("thread_ts")
            found = self._api.find_posted(channel, thread_ts, key, due.tried_at)
            if found is not None:
                return found
        self._reached("slack_claimed")
        said = self._api.call(method, arguments, key)
        self._reached("slack_called")
        ts = said.get("ts")
        return str(ts) if ts else None

    def _refused(self, due: OutboxCall, code: str) -> None:
        """Sorts out what Slack said no to: for good, or until somebody puts it right."""
        now = self._clock.now()
        deleted = due.call.method == DELETE and code in GONE
        if code in ALREADY_SO or deleted:
            self._store.finish_call(due, None, now)
        elif code in TOKEN_PROBLEMS:
            self._health.warn(TOKEN, code, now)
            self._later(due, untried=True)
        elif code in CHANNEL_PROBLEMS:
            self._health.warn(self._channel_of(due), code, now)
            self._later(due, untried=True)
        else:
            self._give_up(due, code)

    def _channel_of(self, due: OutboxCall) -> str:
        given = due.call.arguments.get("channel")
        if given is None and due.call.conversation_id is not None:
            thread = self._store.thread(due.call.conversation_id)
            given = thread.channel if thread else None
        return str(given or TOKEN)

    def _give_up(self, due: OutboxCall, code: str) -> None:
        logger.error("slack %s %s was given up: %s", due.call.method, due.call.key, code)
        self._store.fail_call(due, code, self._clock.now())

    def _hold(self, due: OutboxCall, seconds: float) -> None:
        """Makes no call of this method until Slack takes them again."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._holds[due.call.method] = until
        self._store.retry_call(due, until, untried=True)

    def _later(self, due: OutboxCall, *, untried: bool) -> None:
        longest = LONGEST_WAIT_FOR_PEOPLE if untried else LONGEST_WAIT
        wait = min(LOOK_AFTER * 2 ** min(due.attempts, 10), longest)
        self._store.retry_call(due, self._clock.now() + wait, untried=untried)
