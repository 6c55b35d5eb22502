"""Deals with what Slack delivered: once each, after it was acknowledged, and again after a crash.

What to do is a handler's: it is called with the payload and returns the calls that follow. They
are put into the outbox in the transaction that marks the delivery done, so that a handler's own
work has to be harmless to repeat, and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.errors import AssistantError
from bot.services.ports import Clock
from bot.services.slack_ports import SlackInboxStore
from bot.support.slack import SlackCall, SlackDelivery

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, Any]], list[SlackCall]]
"""Takes a payload as Slack sent it; may be called again with the same one after a crash."""

RETRY_AFTER = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
MOST_ATTEMPTS = 12
MOST_AT_ONCE = 50
_INTERACTIONS = {
    "view_submission": "view",
    "view_closed": "view_closed",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}


class SlackInbox:
    """Gives deliveries to handlers by kind, see ``kinds_of``; every method blocks."""

    def __init__(
        self, store: SlackInboxStore, clock: Clock, handlers: Mapping[str, Handler]
    ) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers

    @property
    def kinds(self) -> frozenset[str]:
        """Returns the kinds of deliveries that somebody deals with."""
        return frozenset(self._handlers)

    def receive(self, delivery: SlackDelivery) -> bool:
        """Keeps a delivery to be dealt with; False when it is there already."""
        return self._store.receive(delivery, self._clock.now())

    def run_due(self) -> int:
        """Deals with what is there, at most MOST_AT_ONCE, and returns how many it looked at."""
        for done in range(MOST_AT_ONCE):
            delivery = self._store.claim_delivery(self._clock.now())
            if delivery is None:
                return done
            self._run(delivery)
        return MOST_AT_ONCE

    def _run(self, delivery: SlackDelivery) -> None:
        try:
            calls = [call for kind in kinds_of(delivery) for call in self._handled(kind, delivery)]
        except AssistantError as error:
            logger.warning("slack delivery %s failed: %r", delivery.key, error)
            self._again(delivery)
        except Exception:  # a payload nobody thought of must not stop those after it
            logger.exception("slack delivery %s broke its handler", delivery.key)
            self._again(delivery)
        else:
            keyed = [_keyed(call, delivery, place) for place, call in enumerate(calls)]
            self._store.finish_delivery(delivery.key, keyed, self._clock.now())

    def _handled(self, kind: str, delivery: SlackDelivery) -> list[SlackCall]:
        handler = self._handlers.get(kind)
        if handler is None:
            logger.info("nobody deals with %s from Slack", kind)
            return []
        return handler(delivery.payload)

    def _again(self, delivery: SlackDelivery) -> None:
        now = self._clock.now()
        if delivery.attempts + 1 >= MOST_ATTEMPTS:
            logger.error("slack delivery %s was given up", delivery.key)
            self._store.finish_delivery(delivery.key, [], now)
            return
        wait = min(RETRY_AFTER * 2**delivery.attempts, LONGEST_WAIT)
        self._store.retry_delivery(delivery.key, now + wait)


def kinds_of(delivery: SlackDelivery) -> Iterator[str]:
    """Yields the kinds of a delivery, which name its handler.

    ``event:message``, ``event:app_mention`` … by the inner event's type, ``event:message.im`` for
    a message somebody writes to the app alone; ``action:ID`` for each
    action of a block; ``view:CALLBACK`` and ``view_closed:CALLBACK``; ``shortcut:CALLBACK`` for
    both kinds of shortcuts; ``command:/vendeurs``.
    """
    payload = delivery.payload
    if delivery.family == "event":
        event = payload.get("event") or {}
        kind = event.get("type") or payload.get("type")
        alone = kind == "message" and event.get("channel_type") == "im"
        yield f"event:{kind}.im" if alone else f"event:{kind}"
    elif delivery.family == "command":
        yield f"command:{payload.get('command')}"
    elif payload.get("type") == "block_actions":
        for action in payload.get("actions") or ():
            yield f"action:{action.get('action_id')}"
    else:
        kind = _INTERACTIONS.get(str(payload.get("type")), str(payload.get("type")))
        callback = payload.get("callback_id") or (payload.get("view") or {}).get("callback_id")
        yield f"{kind}:{callback}"


def _keyed(call: SlackCall, delivery: SlackDelivery, place: int) -> SlackCall:
    """Returns a call with the key and the lane of its delivery, where it has none of its own."""
    key = call.key or f"{delivery.key}:{place}"
    return replace(call, key=key, lane=call.lane or f"delivery:{delivery.key}")
