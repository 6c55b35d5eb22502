"""The application without a server, and Slack's payloads as its documentation shows them.

Every call a handler returns is read again by slack_sdk's own models and client.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.webhook import WebhookClient

from bot.adapters.clock import MovableClock
from bot.adapters.demo_orders import seed
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.agents_command import seed_staff
from bot.bootstrap import Application, build
from bot.errors import AssistantUnavailable
from bot.services.desk_ports import InboxQuery
from bot.settings import read_settings
from bot.support.desk import Outcome
from bot.support.slack import RESPOND, SlackCall
from bot.support.staff import Staff
from bot.web.slack.asking import handlers
from bot.web.slack.asking_parts import AskingParts
from tests.web.console.conftest import Console

CONSOLE = "https://aide.example.com"
MAPPED = {"UNORA": "nora", "USAM": "sam"}
HOOK = "https://hooks.slack.com/commands/T1/2/3"


class ChosenAssistant:
    """Understands every text as a test says: ``parsed`` is what the model would return."""

    model = "chosen"

    def __init__(self) -> None:
        self.parsed: dict[str, Any] = {}
        self.texts: list[str] = []
        self.broken = False

    def start(self) -> None:
        """Has nothing to load."""

    def stop(self) -> None:
        """Has nothing to end."""

    async def respond(self, turn: Any) -> Any:
        raise AssistantUnavailable("no turns are taken in these tests")

    async def parse(self, text: str) -> Mapping[str, Any]:
        if self.broken:
            raise AssistantUnavailable("broken")
        self.texts.append(text)
        return self.parsed

    def understands(self, *ranking: tuple[str, float], segments: Any = (), kind: str = "") -> None:
        """Makes the next texts mean the first of the ranking."""
        scores = [{"name": name, "confidence": score} for name, score in ranking]
        found = segments or [ranking[0]]
        self.parsed = {
            "intent": scores[0],
            "intent_ranking": scores,
            "segments": [{"intent": name, "confidence": score} for name, score in found],
            "entities": [],
            "kind": kind,
        }


class Bench:
    """The application with demo orders and staff; Slack users of MAPPED are on the staff."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'bot.db'}"
        upgrade(url)
        self.engine = create_engine(url)
        self.clock = MovableClock()
        self.assistant = ChosenAssistant()
        environment = {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": url,
            "ASSISTANT_CONSOLE_URL": CONSOLE,
        }
        self.marketplace = SqlMarketplace(self.engine, self.clock)
        self.application: Application = build(
            read_settings(environment),
            clock=self.clock,
            marketplace=self.marketplace,
            assistant=self.assistant,  # type: ignore[arg-type]
        )
        self.application.start()
        seed(self.marketplace, self.clock.now())
        seed_staff(self.application.accounts)
        self.handlers = handlers(AskingParts(self.application, self.who))

    def close(self) -> None:
        self.application.stop()
        self.engine.dispose()

    def who(self, user: str) -> Staff | None:
        staff = self.application.accounts.staff(MAPPED.get(user, "nobody"))
        return None if staff is None or staff.disabled else staff

    def waiting(self, text: str = "Je veux parler à quelqu'un", **asked: Any) -> str:
        """The id of a new conversation whose seller has asked for a human."""
        return Console.waiting(self, text, **asked)  # type: ignore[arg-type]

    def empty_queue(self) -> None:
        """Resolves all that is there."""
        application, ines = self.application, self.application.accounts.staff("ines")
        assert ines is not None
        for case in application.inbox.page(InboxQuery(limit=200)).cases:
            if case.holder is None:
                application.desk.claim(ines, case.id)
            elif case.holder.id != ines.id:
                application.desk.take_over(ines, case.id)
            application.desk.resolve(ines, case.id, Outcome.ANSWERED)

    def does(self, kind: str, payload: Mapping[str, Any]) -> list[SlackCall]:
        """What the handler of a kind returns, read by slack_sdk."""
        calls = self.handlers[kind](payload)
        for call in calls:
            check_call(call)
        return calls

    def asks(self, text: str, user: str = "UNORA", **event: Any) -> SlackCall:
        """The answer to a direct message."""
        (call,) = self.does("event:message.im", message(text, user, **event))
        return call

    def commands(self, text: str, user: str = "UNORA") -> SlackCall:
        """The answer to `/vendeurs …`."""
        (call,) = self.does("command:/vendeurs", command(text, user))
        return call


def check_call(call: SlackCall) -> None:
    """Fails for a call that slack_sdk's client would not make, or whose blocks it cannot read."""
    arguments = dict(call.arguments)
    if call.method == RESPOND:
        assert arguments.pop("url").startswith("https://hooks.slack.com/")
        known = set(inspect.signature(WebhookClient.send).parameters)
    else:
        known = set(inspect.signature(getattr(WebClient, call.method.replace(".", "_"))).parameters)
    assert arguments.keys() <= known
    blocks = arguments.get("blocks")
    if "view" in arguments:
        view = View(**arguments["view"])
        view.validate_json()
        blocks = arguments["view"]["blocks"]
        assert len(blocks) <= 100
    else:
        assert arguments["text"], "a notification would be empty"
        assert len(blocks) <= 50
    read = Block.parse_all(blocks)
    assert len(read) == len(blocks)
    assert [block.to_dict() for block in read] == blocks
    for block in blocks:
        ids = [
            element["action_id"] for element in block.get("elements", ()) if "action_id" in element
        ]
        assert len(ids) == len(set(ids)), "Slack wants action ids of a block to differ"


def said(call: SlackCall) -> str:
    """All that a call shows, as text."""
    blocks = call.arguments.get("blocks") or call.arguments["view"]["blocks"]
    texts = []
    for block in blocks:
        parts = [block.get("text"), *block.get("elements", ())]
        for part in filter(None, parts):
            text = part.get("text")
            texts.append(text["text"] if isinstance(text, dict) else text)
    return "\n".join(filter(None, texts))


def buttons(call: SlackCall) -> dict[str, dict[str, Any]]:
    """The buttons of a call, by action id."""
    blocks = call.arguments.get("blocks") or call.arguments["view"]["blocks"]
    found = [element for block in blocks for element in block.get("elements", ())]
    return {element["action_id"]: element for element in found if element["type"] == "button"}


def message(text: str, user: str = "UNORA", **event: Any) -> dict[str, Any]:
    """A direct message's event."""
    return {
        "type": "event_callback", "team_id": "T1", "event_id": "Ev1",
        "event": {"type": "message", "channel_type": "im", "channel": "D1", "user": user,
                  "text": text, "ts": "1764014000.000100", **event},
    }  # fmt: skip


def mention(text: str, user: str = "UNORA", **event: Any) -> dict[str, Any]:
    """A mention's event in a channel."""
    return {
        "type": "event_callback", "team_id": "T1", "event_id": "Ev2",
        "event": {"type": "app_mention", "channel": "C1", "user": user,
                  "text": f"<@UBOT> {text}", "ts": "1764014000.000200", **event},
    }  # fmt: skip


def command(text: str, user: str = "UNORA") -> dict[str, Any]:
    """A slash command's form."""
    return {
        "command": "/vendeurs", "text": text, "user_id": user, "channel_id": "C1",
        "team_id": "T1", "trigger_id": "1.2.3", "response_url": HOOK,
    }  # fmt: skip


def click(action: str, value: str, user: str = "UNORA") -> dict[str, Any]:
    """A button's click."""
    return {
        "type": "block_actions", "user": {"id": user}, "team": {"id": "T1"},
        "trigger_id": "1.2.3", "response_url": HOOK, "container": {"type": "message"},
        "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": value}],
    }  # fmt: skip
