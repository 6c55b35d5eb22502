"""Assembles conversations and their turns: a part of bot.bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from bot.services.conversations import Conversations
from bot.services.gate import Gate
from bot.services.learning import Learning
from bot.services.live_content import LiveContent
from bot.services.ports import Clock, ConversationStore
from bot.services.turn_scope import TurnScopes
from bot.services.turns import Turns
from bot.services.use_cases import UseCases
from bot.services.watch import Watch
from bot.settings import Settings


def conversations(
    settings: Settings,
    store: ConversationStore,
    learned: Learning,
    live: LiveContent,
    scopes: TurnScopes,
    clock: Clock,
    cases: UseCases,
    watched: Watch,
    threads: Executor,
    told: Callable[[str], None],
    reached: Callable[[str], None],
) -> Conversations:
    """Returns conversations whose turns the served model answers."""
    owner, meters = watched.pulse.owner, watched.meters
    turns = Turns(
        store, learned.served, live, scopes, clock,
        owner=owner, threads=threads, told=told, reached=reached, meters=meters,
        gate=Gate(settings.most_turns),
        turn_seconds=settings.turn_seconds, burst_seconds=settings.burst_seconds,
        answered=learned.shadow.answered, handed_over=cases.tool_failures.handed_over,
    )  # fmt: skip
    return Conversations(
        store, turns, live, clock,
        owner=owner, threads=threads, told=told, reached=reached, meters=meters,
        turn_seconds=settings.turn_seconds,
        most_waiting=settings.most_turns_waiting, patience=settings.overload_patience,
    )  # fmt: skip
