"""Rasa's Agent as a library: one thread, one event loop, actions in a small thread pool.

Nothing here stores anything, and Rasa's own HTTP server, lock store and fail-safe store are
not used: see docs/decisions.md for what was tried.
"""

from __future__ import annotations

import asyncio
import contextvars
import copy
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from rasa.core.actions.action import RemoteAction
from rasa.core.actions.constants import SELECTIVE_DOMAIN
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.utils.endpoints import ClientResponseError
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, ActionExecutionRejection, Tracker

from bot.adapters.rasa_graph import OrderedGraphRunner
from bot.adapters.rasa_tracker import CUT_AT_TURNS, TurnTrackerStore, begun_anew
from bot.errors import AssistantUnavailable
from bot.services.ports import Turn, TurnResult
from bot.support.conversations import Button, Reply

logger = logging.getLogger(__name__)

# Unconfigured, structlog prints every one of Rasa's debug lines, with what sellers wrote.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

# Rasa checks an action's result against a schema that it first checks against the schema of
# schemas: 38 of 63 ms a turn. Our actions' results are made in this process, and tests hold them.
RemoteAction._validate_action_result = lambda self, result: True

UNDERSTANDING_KEYS = ("intent", "intent_ranking", "entities", "segments", "kind", "language")


class ActionPool:
    """Runs actions in this process where Rasa expects a remote action server.

    Offers what Rasa uses of an ``EndpointConfig``: ``request``, ``kwargs`` and ``url``.
    ``on_failure(name, tracker)`` returns the messages shown when an action raises.
    """

    url = "in-process"

    def __init__(
        self,
        actions: Sequence[Action],
        on_failure: Callable[[str, str, Exception], list[dict[str, Any]]],
        workers: int,
    ) -> None:
        self.kwargs = {SELECTIVE_DOMAIN: True}  # or the whole domain is copied for every call
        self._actions = {action.name(): action for action in actions}
        self._on_failure = on_failure
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="action")
        self.deadlines: dict[str, float] = {}

    async def request(
        self, json: dict[str, Any], method: str = "post", timeout: float = 0, compress: bool = False
    ) -> dict[str, Any]:
        """Runs the action a call names and returns its events and messages."""
        conversation_id = json["sender_id"]
        left = self.deadlines.get(conversation_id, time.monotonic() + 10) - time.monotonic()
        context = contextvars.copy_context()  # with the id of the request
        running = asyncio.get_running_loop().run_in_executor(
            self._pool, context.run, self._run, json
        )
        try:
            return await asyncio.wait_for(asyncio.shield(running), max(left, 0.01))
        except (asyncio.TimeoutError, TimeoutError) as error:
            logger.warning("action %s passed the deadline", json["next_action"])
            return self._failed(json["next_action"], conversation_id, error)

    def _run(self, call: dict[str, Any]) -> dict[str, Any]:
        name = call["next_action"]
        # Rasa goes on using these dicts; an action must not be able to change them.
        tracker = Tracker.from_dict(copy.deepcopy(call["tracker"]))
        dispatcher = CollectingDispatcher()
        try:
            events = self._actions[name].run(dispatcher, tracker, call.get("domain", {}))
        except ActionExecutionRejection as rejection:
            body = json.dumps({"action_name": name, "error": str(rejection)})
            raise ClientResponseError(400, "rejected", body) from rejection
        except Exception as error:
            logger.exception("action %s failed", name)
            return self._failed(name, call["sender_id"], error)
        return {"events": events or [], "responses": dispatcher.messages}

    def _failed(self, name: str, conversation_id: str, error: Exception) -> dict[str, Any]:
        return {"events": [], "responses": self._on_failure(name, conversation_id, error)}

    def close(self) -> None:
        """Lets running actions end and takes no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class ReplyCollector(OutputChannel):
    """Collects a turn's messages with where they come from."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """Returns the channel's name."""
        return "collector"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message; actions send text, buttons and provenance together."""
        provenance = message.get("provenance") or {}
        self.replies.append(
            Reply(
                text=message.get("text") or "",
                response=provenance.get("response", "unknown"),
                version=provenance.get("version", 0),
                values=provenance.get("values", {}),
                buttons=tuple(
                    Button(b["title"], b["intent"], b.get("entities", {}))
                    for b in message.get("buttons") or ()
                ),
            )
        )


class RasaAssistant:
    """Implements the port Assistant over one loaded model.

    ``start`` loads the model on the assistant's thread; ``respond`` and ``parse`` may be
    awaited from any event loop.
    """

    def __init__(
        self,
        model_path: Path,
        actions: Sequence[Action],
        on_failure: Callable[[str, str, Exception], list[dict[str, Any]]],
        *,
        action_workers: int = 16,
        cut_at_turns: int = CUT_AT_TURNS,
    ) -> None:
        self._model_path = model_path
        self._cut_at_turns = cut_at_turns
        self._actions = ActionPool(actions, on_failure, action_workers)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="assistant")
        self._thread.daemon = True
        self._agent: Agent | None = None
        self._trackers: TurnTrackerStore | None = None

    @property
    def model(self) -> str:
        """Returns the loaded model's file name, "" before one is loaded."""
        return str(self._agent.model_name) if self._agent else ""

    def start(self) -> None:
        """Loads and warms the model; raises AssistantUnavailable when it cannot be loaded."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._load(), self._loop).result()

    async def _load(self) -> None:
        if not self._model_path.is_file():
            # Rasa would quietly load another file of the same folder.
            raise AssistantUnavailable(f"no model at {self._model_path}")
        try:
            agent = Agent.load(self._model_path, action_endpoint=self._actions)
            # Agent wraps its store in one that "succeeds" when it fails; ours goes in bare.
            trackers = TurnTrackerStore(agent.domain, self._cut_at_turns)
            agent.tracker_store = agent.processor.tracker_store = trackers
            agent.processor.graph_runner = OrderedGraphRunner.over(agent.processor.graph_runner)
            # It would compare the whole domain with an empty one for every message, to warn of
            # labels that the data's own checks refuse.
            agent.processor._check_for_unseen_features = lambda parse_data: None
            await agent.parse_message("bonjour, où en est ma commande ?")
        except Exception as error:
            raise AssistantUnavailable(f"{self._model_path} cannot be loaded") from error
        self._agent, self._trackers = agent, trackers

    def stop(self) -> None:
        """Stops the thread; turns under way are lost and will be redone."""
        self._actions.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._loop.close()

    async def respond(self, turn: Turn) -> TurnResult:
        """Answers one turn; see the port."""
        future = asyncio.run_coroutine_threadsafe(self._respond(turn), self._loop)
        return await asyncio.wrap_future(future)

    async def parse(self, text: str) -> Mapping[str, Any]:
        """Returns what the model understands of a text; see the port."""
        future = asyncio.run_coroutine_threadsafe(self._parse(text), self._loop)
        return await asyncio.wrap_future(future)

    async def _parse(self, text: str) -> dict[str, Any]:
        if self._agent is None:
            raise AssistantUnavailable("no model is loaded")
        parsed: dict[str, Any] = await self._agent.processor.parse_message(UserMessage(text))
        return parsed

    async def _respond(self, turn: Turn) -> TurnResult:
        if self._agent is None or self._trackers is None:
            raise AssistantUnavailable("no model is loaded")
        self._actions.deadlines[turn.conversation_id] = time.monotonic() + turn.seconds
        before = turn.tracker
        if before is not None and turn.interrupted:
            before = begun_anew(turn.conversation_id, before, self._agent.domain)
        self._trackers.begin(turn.conversation_id, before)
        channel = ReplyCollector()
        try:
            parsed = _button_parse(turn) if turn.intent else await self._parse(turn.text)
            message = UserMessage(
                turn.text,
                channel,
                turn.conversation_id,
                parse_data=parsed,
                message_id=str(turn.message_number),
            )
            await asyncio.wait_for(self._agent.handle_message(message), turn.seconds + 2)
        except (asyncio.TimeoutError, TimeoutError, aiohttp.ClientError) as error:
            raise AssistantUnavailable("the turn took too long") from error
        finally:
            self._actions.deadlines.pop(turn.conversation_id, None)
            tracker = self._trackers.end(turn.conversation_id)
        if tracker is None:
            raise AssistantUnavailable("the turn left no tracker")
        understanding = {key: parsed[key] for key in UNDERSTANDING_KEYS if key in parsed}
        return TurnResult(tuple(channel.replies), tracker, understanding, self.model)


def _button_parse(turn: Turn) -> dict[str, Any]:
    intent = {"name": turn.intent, "confidence": 1.0}
    return {
        "text": turn.text,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [
            {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "button"}
            for name, value in turn.entities.items()
        ],
        "segments": [{"intent": turn.intent, "confidence": 1.0, "start": 0, "end": 0}],
        "button": True,
    }
