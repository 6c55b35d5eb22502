"""What was asked of the marketplace ends as one request and one receipt, whoever dies in between."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.clock import MovableClock
from bot.adapters.content_yaml import load_content
from bot.adapters.demo_orders import demo_orders
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.conversation_store import SqlConversationStore
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.errors import ConversationMoved, MarketplaceUnavailable
from bot.marketplace.orders import Order
from bot.services.conversations import Conversations
from bot.services.extensions import ACTION, RECONCILE_AFTER, Extensions
from bot.services.gate import Gate
from bot.services.jobs import RETRY_AFTER, STUCK_AFTER, Jobs
from bot.services.live_content import LiveContent
from bot.services.ports import IncomingMessage, TurnCommit, TurnStart
from bot.services.turn_scope import TurnScope, TurnScopes, scope_of
from bot.services.turns import Turns
from bot.support.conversations import Author, Button, EffectState, Reply
from bot.support.responses import Content

NUMBER, DAYS = "FO21B8A4C9", 4
RECEIPT = "extension_receipt"


class Market(SqlMarketplace):
    """Can be gone for whoever reads an order, as if it died right after it acted."""

    gone = False

    def order(self, seller_id: str, number: str) -> Order:
        if self.gone:
            raise MarketplaceUnavailable("it is gone")
        return super().order(seller_id, number)


class Rig:
    """One conversation with a turn that confirms an extension; two processes may run it."""

    def __init__(self, database: Path, content: Content) -> None:
        url = f"sqlite:///{database}"
        engine = create_engine(url)
        self.clock = MovableClock()
        self.store = SqlConversationStore(engine, lease_seconds=30)
        self.market = Market(engine, self.clock)
        self.market.save(*demo_orders(self.clock.now()))
        self.live = LiveContent(content)
        self.extensions = Extensions(self.market, self.store)
        self.jobs = Jobs(
            self.store, self.market, self.extensions, self.live, self.clock, owner="jobs"
        )
        self.id = self.store.open_conversation("lea", "site", self.clock.now()).id
        self.key = ""  # of the effect of the turn begun last

    def begin(self, owner: str) -> tuple[TurnStart, TurnScope]:
        """A process begins, or takes over, the turn of the message that waits."""
        start = self.store.begin_turn(self.id, owner, self.clock.now())
        if start is None:
            said = IncomingMessage("oui", "m1")
            start = self.store.accept(self.id, said, owner, self.clock.now()).turn
        assert start is not None
        scope = scope_of(start, self.clock.now(), self.live.current)
        self.key = scope.effect_key(ACTION)
        return start, scope

    def act(self, scope: TurnScope) -> str:
        """Sends the request in a turn; returns what is to be said."""
        slots = {
            "extension_order": NUMBER,
            "extension_days": DAYS,
            "extension_reason": "panne",
            "extension_draft": {"end": "confirmed"},
        }
        return self.extensions.finish(scope, slots).says[0].response

    def commit(self, start: TurnStart, scope: TurnScope, owner: str, response: str) -> None:
        reply = Reply("…", response, 1)
        effects, jobs = tuple(scope.effects.values()), tuple(scope.jobs)
        commit = TurnCommit(start, (reply,), "{}", {}, "none", effects=effects, jobs=jobs)
        self.store.commit_turn(commit, owner, self.clock.now())

    def run_jobs(self, after: timedelta = timedelta()) -> None:
        self.clock.move(after)
        self.jobs.run_due()

    def told(self) -> list[str | None]:
        """The responses the seller has read."""
        return [m.response for m in self.store.messages_after(self.id, 0) if m.response]

    def effect(self) -> EffectState:
        found = self.store.effect(self.key)
        assert found is not None
        return found.state

    def requests(self) -> int:
        return len(self.market.requests_of(NUMBER))


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(Path("data"), "https://aide.example.com/{article}")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An up-to-date database that each test copies."""
    database = tmp_path_factory.mktemp("migrated") / "bot.db"
    upgrade(f"sqlite:///{database}")
    return database


@pytest.fixture
def rig(migrated: Path, content: Content, tmp_path: Path) -> Rig:
    return Rig(Path(shutil.copy(migrated, tmp_path)), content)


def test_a_marketplace_gone_right_after_it_acted_gives_the_receipt_later(rig: Rig) -> None:
    rig.market.gone = True
    start, scope = rig.begin("one")
    said = rig.act(scope)
    assert said == "extension_outcome_unknown"
    rig.commit(start, scope, "one", said)
    rig.run_jobs(RECONCILE_AFTER)  # still gone
    assert rig.told() == ["extension_outcome_unknown"] and rig.effect() is EffectState.UNKNOWN
    rig.market.gone = False
    rig.run_jobs(RETRY_AFTER)
    assert rig.told() == ["extension_outcome_unknown", RECEIPT]
    assert rig.effect() is EffectState.CONFIRMED and rig.requests() == 1


def test_who_was_away_too_long_does_not_give_a_second_receipt(rig: Rig) -> None:
    start, scope = rig.begin("one")
    assert rig.act(scope) == RECEIPT
    rig.clock.move(timedelta(seconds=31))
    again, other = rig.begin("two")
    assert rig.act(other) == RECEIPT
    rig.commit(again, other, "two", RECEIPT)
    with pytest.raises(ConversationMoved):
        rig.commit(start, scope, "one", RECEIPT)
    rig.run_jobs()
    assert rig.told() == [RECEIPT] and rig.requests() == 1


def test_who_was_away_leaves_the_receipt_to_the_turn_that_is_redone(rig: Rig) -> None:
    start, scope = rig.begin("one")
    assert rig.act(scope) == RECEIPT
    rig.clock.move(timedelta(seconds=31))
    again, other = rig.begin("two")
    with pytest.raises(ConversationMoved):
        rig.commit(start, scope, "one", RECEIPT)
    rig.run_jobs()
    assert rig.told() == []
    assert rig.act(other) == RECEIPT
    rig.commit(again, other, "two", RECEIPT)
    rig.run_jobs(RETRY_AFTER)
    assert rig.told() == [RECEIPT] and rig.requests() == 1


def test_what_the_redone_turn_could_not_tell_is_told_once(rig: Rig) -> None:
    start, scope = rig.begin("one")
    assert rig.act(scope) == RECEIPT
    rig.clock.move(timedelta(seconds=31))
    again, other = rig.begin("two")
    rig.market.gone = True
    unknown = rig.act(other)
    rig.commit(again, other, "two", unknown)
    with pytest.raises(ConversationMoved):
        rig.commit(start, scope, "one", RECEIPT)
    rig.market.gone = False
    for _ in range(3):
        rig.run_jobs(RETRY_AFTER)
    assert rig.told() == ["extension_outcome_unknown", RECEIPT]
    assert rig.effect() is EffectState.CONFIRMED and rig.requests() == 1


@pytest.mark.parametrize("late", [EffectState.REFUSED, EffectState.UNKNOWN])
def test_a_late_turn_does_not_overrule_what_came_after_it(rig: Rig, late: EffectState) -> None:
    start, scope = rig.begin("one")
    rig.act(scope)
    (key, effect) = next(iter(scope.effects.items()))
    scope.effects[key] = replace(effect, state=late, outcome={"error": "unavailable"})
    scope.jobs.clear()
    rig.clock.move(timedelta(seconds=31))
    again, other = rig.begin("two")
    earlier = EffectState.UNKNOWN if late is EffectState.REFUSED else EffectState.REFUSED
    other.effects[key] = replace(effect, state=earlier, outcome=None)
    rig.commit(again, other, "two", "extension_outcome_unknown")
    with pytest.raises(ConversationMoved):
        rig.commit(start, scope, "one", "extension_not_sent")
    assert rig.effect() is earlier


def test_a_request_of_a_turn_to_be_redone_is_not_reconciled_beside_it(rig: Rig) -> None:
    _, scope = rig.begin("one")  # it dies right after it acted
    rig.act(scope)
    rig.clock.move(STUCK_AFTER + timedelta(seconds=1))
    assert rig.jobs.reconcile_stuck() == 0
    rig.run_jobs()
    assert rig.told() == []
    again, other = rig.begin("two")
    rig.commit(again, other, "two", rig.act(other))
    assert rig.jobs.reconcile_stuck() == 0
    assert rig.told() == [RECEIPT] and rig.requests() == 1


def test_a_request_that_no_turn_will_settle_is_reconciled(rig: Rig) -> None:
    start, scope = rig.begin("one")
    rig.act(scope)
    other = scope_of(start, rig.clock.now(), rig.live.current)
    rig.commit(start, other, "one", "tool_failure")  # an apology knows nothing of the request
    rig.clock.move(STUCK_AFTER + timedelta(seconds=1))
    assert rig.jobs.reconcile_stuck() == 1
    rig.run_jobs()
    assert rig.told() == ["tool_failure", RECEIPT] and rig.requests() == 1


class Silent:
    """Stands where the model would be; it is never asked here."""

    model = "none"

    async def respond(self, turn: Any) -> Any:
        raise AssertionError("a dead button starts no turn")


def test_a_dead_button_is_answered_although_who_stored_it_died(rig: Rig) -> None:
    now = rig.clock.now()
    start, _ = rig.begin("one")
    offer = Reply("Vous confirmez ?", "extension_confirm", 1, buttons=(Button("Oui", "affirm"),))
    [message] = rig.store.commit_turn(TurnCommit(start, (offer,), "{}", {}, "none"), "one", now).messages  # fmt: skip
    token = message.buttons[0].token
    rig.store.accept(rig.id, IncomingMessage("", "m2", token), "one", now)
    dead = IncomingMessage("", "m3", token)
    assert rig.store.accept(rig.id, dead, "one", now).inactive_button  # and then it died
    conversation = rig.store.conversation(rig.id)
    assert conversation is not None
    with ThreadPoolExecutor(1) as threads:
        common: dict[str, Any] = {"owner": "two", "threads": threads, "told": lambda topic: None}
        turns = Turns(
            rig.store, Silent(), rig.live, TurnScopes(), rig.clock,
            gate=Gate(1), turn_seconds=20, burst_seconds=0, **common,
        )  # fmt: skip
        conversations = Conversations(
            rig.store, turns, rig.live, rig.clock,
            turn_seconds=20, most_waiting=1, patience=0, **common,
        )  # fmt: skip
        for _ in range(2):
            asyncio.run(conversations.receive(conversation, dead))
    said = [m for m in rig.store.messages_after(rig.id, 0) if m.author is Author.BOT]
    assert [m.response for m in said] == ["extension_confirm", "button_inactive"]
