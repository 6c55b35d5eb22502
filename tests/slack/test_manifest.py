"""The manifest of the Slack app asks for what the software does: no less, and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.web.slack.app import slack_routes
from tests.slack.conftest import Office

PROJECT = Path(__file__).resolve().parents[2]
MANIFEST = PROJECT / "slack" / "manifest.yml"
# What Slack's documentation says each event needs; {} are those that need nothing.
EVENT_SCOPES = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}  # fmt: skip
METHOD_SCOPES = {
    "chat.delete": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "reactions.add": {"reactions:write"},
    "views.open": set(),
    "views.publish": set(),
}  # fmt: skip
_METHOD = re.compile(r'"((?:chat|conversations|reactions|views|users|files)\.\w+)"')


@pytest.fixture(scope="module")
def manifest() -> Any:
    return YAML(typ="safe").load(MANIFEST)


def scopes(manifest: Any) -> set[str]:
    return set(manifest["oauth_config"]["scopes"]["bot"])


def called() -> set[str]:
    """The methods of Slack's Web API that the software names."""
    folder = PROJECT / "bot"
    places = ("services/slack_*.py", "adapters/slack/*.py", "web/slack/*.py")
    sources = [file.read_text() for place in places for file in folder.glob(place)]
    return {method for source in sources for method in _METHOD.findall(source)}


def test_each_scope_has_its_reason_here_and_in_the_documentation(manifest: Any) -> None:
    text, document = MANIFEST.read_text(), (PROJECT / "docs" / "slack.md").read_text()
    for scope in scopes(manifest):
        assert re.search(rf"^ +- {scope}  # \S.{{10,}}$", text, re.MULTILINE), scope
    documented = re.findall(r"^\| `([a-z_]+(?::[a-z]+)?)` \| ", document, re.MULTILINE)
    assert set(documented) == scopes(manifest)


def test_the_scopes_are_those_that_events_and_calls_need(manifest: Any) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    needed = {scope for event in events for scope in EVENT_SCOPES[event]}
    needed |= {scope for method in called() for scope in METHOD_SCOPES[method]}
    assert scopes(manifest) == needed | {"commands"}


def test_what_is_dealt_with_is_subscribed_to(office: Office, manifest: Any) -> None:
    dealt_with = {
        kind.partition(":")[2] for kind in office.slack.inbox.kinds if kind[:6] == "event:"
    }
    subscribed = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    in_channels = {"message.channels", "message.groups"}
    assert in_channels < subscribed
    unasked = {"app_rate_limited"}  # Slack says so to every app
    assert subscribed - in_channels == dealt_with - {"message"} - unasked


def test_commands_shortcuts_and_addresses(office: Office, manifest: Any) -> None:
    kinds, features = office.slack.inbox.kinds, manifest["features"]
    commands = {f"command:{one['command']}" for one in features["slash_commands"]}
    shortcuts = {f"shortcut:{one['callback_id']}" for one in features["shortcuts"]}
    assert commands | shortcuts == {k for k in kinds if k.startswith(("command:", "shortcut:"))}
    settings = manifest["settings"]
    addresses = [
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        *(one["url"] for one in features["slash_commands"]),
    ]
    paths = {address.removeprefix("https://assistant.example.com") for address in addresses}
    assert paths == {route.path for route in slack_routes(office.application)}  # type: ignore[attr-defined]
    assert all(len(one["name"]) <= 24 for one in features["shortcuts"])
