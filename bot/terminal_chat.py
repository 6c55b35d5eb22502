"""A chat in the terminal: a small client of the REST contract, like any other."""

from __future__ import annotations

import re
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.adapters.clock import SystemClock
from bot.adapters.jwt_tokens import JwtTokens, parse_keys
from bot.errors import AssistantUnavailable
from bot.settings import Settings

CHOICE_STYLE = "cyan"
PROMPT = "[bold green]vous ›[/] "
_FONT_FACE = re.compile(r"@font-face \{.*?\}", re.S)
"""A picture fetches no fonts from anywhere."""


def chat(settings: Settings, seller: str, url: str, picture: Path | None = None) -> None:
    """Talks until the person leaves; a number presses the button of that number.

    ``picture`` is where the conversation is kept as an SVG.
    """
    base = url or f"http://{settings.host}:{settings.port}"
    console = Console(highlight=False, record=picture is not None, width=92 if picture else None)
    tokens = JwtTokens(parse_keys(settings.jwt_keys), settings.jwt_audience, SystemClock())
    with httpx.Client(base_url=base, timeout=40) as client:
        _wait_for(client, base, console)
        console.print(
            Panel(
                f"Vous êtes [b]{seller}[/b]. Écrivez comme vous écririez vraiment ; un chiffre "
                "choisit un bouton ; Ctrl-D ou « /quit » pour partir.",
                title="Assistant vendeurs",
                border_style="blue",
            )
        )
        label = f"terminal-{secrets.token_hex(4)}"
        buttons: list[dict[str, str]] = []
        while True:
            typed = _read(console)
            if typed is None:
                break
            message = _choice(typed, buttons) or typed
            token = tokens.issue(seller, timedelta(minutes=5))
            buttons = _show(console, _ask(client, token, label, message), buttons)
    if picture is not None:
        drawn = console.export_svg(title="Assistant vendeurs")
        picture.write_text(_FONT_FACE.sub("", drawn), encoding="utf-8")


def _wait_for(client: httpx.Client, base: str, console: Console) -> None:
    try:
        client.get("/healthz")
    except httpx.TransportError as error:
        console.print(f"Rien ne répond à {base}. Lancez « make run » dans un autre terminal.")
        raise AssistantUnavailable(f"no server at {base}") from error


def _read(console: Console) -> str | None:
    try:
        if sys.stdin.isatty() and not console.record:
            typed = console.input(PROMPT)
        else:
            typed = input()
            console.print(PROMPT, typed, sep="")
    except (EOFError, KeyboardInterrupt):
        console.print()
        return None
    return None if typed.strip() in {"/quit", "/q"} else typed


def _choice(typed: str, buttons: list[dict[str, str]]) -> str | None:
    if typed.strip().isdigit() and 1 <= int(typed) <= len(buttons):
        return buttons[int(typed) - 1]["payload"]
    return None


def _ask(client: httpx.Client, token: str, label: str, message: str) -> Any:
    body = {"sender": label, "message": message, "message_id": secrets.token_hex(8)}
    try:
        answer = client.post(
            "/webhooks/rest/webhook", json=body, headers={"Authorization": f"Bearer {token}"}
        )
    except httpx.TransportError:
        return [{"text": "(La connexion est coupée. Réessayez dans un instant.)"}]
    found = answer.json()
    return found if isinstance(found, list) else [{"text": f"({found.get('error', '…')})"}]


def _show(
    console: Console, messages: list[dict[str, Any]], buttons: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Shows the messages and returns the buttons that can be pressed next."""
    offered: list[dict[str, str]] = []
    for message in messages:
        body = Text(message["text"])
        for button in message.get("buttons", []):
            offered.append(button)
            body.append(f"\n  [{len(offered)}] {button['title']}", style=CHOICE_STYLE)
        console.print(Panel(body, border_style="bright_black", padding=(0, 1)))
    return offered or buttons
