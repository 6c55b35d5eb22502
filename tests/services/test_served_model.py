"""One model is changed for another between turns: none is lost, none is answered twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.adapters.clock import MovableClock
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.event_log import EventLog
from bot.adapters.sql.migrate import upgrade
from bot.adapters.sql.model_store import SqlModelStore
from bot.errors import AssistantUnavailable, ModelRefused
from bot.services.learning_ports import ModelFile
from bot.services.model_follower import ModelFollower
from bot.services.models import Models
from bot.services.ports import Turn, TurnResult
from bot.services.served_model import ServedModel
from bot.support.events import EventKind
from bot.support.models import ModelProblem, ModelState

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


class SlowAssistant:
    """Answers when it is let go, and remembers whether it was stopped while it answered."""

    def __init__(self, name: str, broken: bool = False) -> None:
        self.model = name
        self.broken = broken
        self.go = asyncio.Event()
        self.running = 0
        self.stopped = threading.Event()
        self.stopped_while_running = False

    def start(self) -> None:
        if self.broken:
            raise AssistantUnavailable("broken")

    def stop(self) -> None:
        self.stopped_while_running = self.running > 0
        self.stopped.set()

    async def respond(self, turn: Turn) -> TurnResult:
        self.running += 1
        await self.go.wait()
        self.running -= 1
        return TurnResult((), "", {"number": turn.message_number}, self.model)

    async def parse(self, text: str) -> Mapping[str, Any]:
        return {"intent": {"name": self.model, "confidence": 1.0}}


class Folder:
    """A folder of models: what is in it, the newest first, and which do not load."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.broken: set[str] = set()
        self.loaded: list[SlowAssistant] = []

    def files(self) -> Sequence[ModelFile]:
        return [
            ModelFile(name, NOON - timedelta(hours=age), 1) for age, name in enumerate(self.names)
        ]

    def load(self, name: str) -> SlowAssistant:
        self.loaded.append(SlowAssistant(name, name in self.broken or name not in self.names))
        return self.loaded[-1]


class SilentShadow:
    """Only remembers which model it should be."""

    model: str | None = None

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def use(self, name: str | None) -> None:
        self.model = None
        if name is not None:
            self._folder.load(name).start()
        self.model = name


class Server:
    """One process over the table and the folder."""

    def __init__(self, store: SqlModelStore, folder: Folder, clock: MovableClock) -> None:
        self.served = ServedModel(folder.load)
        self.shadow: Any = SilentShadow(folder)
        self.follower = ModelFollower(self.served, self.shadow, store, folder, clock)
        self.models = Models(store, folder, clock, lambda: self.served.model)
        self.follower.start()

    def states(self) -> dict[str, str]:
        return {model.name: model.state.value for model in self.models.all()}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def store(tmp_path: Any) -> SqlModelStore:
    upgrade(f"sqlite:///{tmp_path / 'models.db'}")
    return SqlModelStore(create_engine(f"sqlite:///{tmp_path / 'models.db'}"))


@pytest.fixture
def folder() -> Folder:
    return Folder("b.tar.gz", "a.tar.gz")


@pytest.fixture
def new_server(store: SqlModelStore, folder: Folder, clock: MovableClock) -> Callable[[], Server]:
    return lambda: Server(store, folder, clock)


def kinds(store: SqlModelStore) -> list[EventKind]:
    return [event.kind for event in EventLog(store._engine).events()][::-1]


def test_turns_under_way_end_on_the_old_model_and_later_ones_run_on_the_new() -> None:
    async def run() -> None:
        folder = Folder("old", "new")
        served = ServedModel(folder.load)
        served.serve("old")
        [old] = folder.loaded
        before = [
            asyncio.create_task(served.respond(Turn(f"c{n}", n, "", None))) for n in range(100)
        ]
        await asyncio.sleep(0)
        assert old.running == 100
        await asyncio.to_thread(served.serve, "new")
        new = folder.loaded[1]
        after = asyncio.create_task(served.respond(Turn("c0", 200, "", None)))
        await asyncio.sleep(0.05)
        assert not old.stopped.is_set() and new.running == 1
        old.go.set()
        results = await asyncio.gather(*before)
        assert sorted(r.understanding["number"] for r in results) == list(range(100))
        assert {result.model for result in results} == {"old"}
        assert await asyncio.to_thread(old.stopped.wait, 10)
        assert not old.stopped_while_running and not new.stopped.is_set()
        new.go.set()
        assert (await after).model == "new"

    asyncio.run(run())


def test_a_cancelled_turn_does_not_keep_the_old_model_alive() -> None:
    async def run() -> None:
        folder = Folder("old", "new")
        served = ServedModel(folder.load)
        served.serve("old")
        turn = asyncio.create_task(served.respond(Turn("c", 1, "", None)))
        await asyncio.sleep(0)
        served.serve("new")
        turn.cancel()
        assert await asyncio.to_thread(folder.loaded[0].stopped.wait, 10)

    asyncio.run(run())


def test_a_model_that_cannot_be_loaded_changes_nothing() -> None:
    folder = Folder("old")
    served = ServedModel(folder.load)
    served.serve("old")
    with pytest.raises(AssistantUnavailable):
        served.serve("broken")
    assert served.model == "old"
    old, broken = folder.loaded
    assert broken.stopped.is_set() and not old.stopped.is_set()


def test_nothing_answers_before_a_model_is_loaded() -> None:
    with pytest.raises(AssistantUnavailable):
        asyncio.run(ServedModel(Folder().load).parse("bonjour"))


def test_without_any_decision_the_newest_file_is_served(
    new_server: Callable[[], Server], folder: Folder
) -> None:
    assert new_server().states() == {"b.tar.gz": "live", "a.tar.gz": "unused"}
    folder.names.insert(0, "c.tar.gz")
    again = new_server()
    assert again.served.model == "c.tar.gz"
    assert again.states() == {"c.tar.gz": "live", "b.tar.gz": "unused", "a.tar.gz": "unused"}


def test_another_process_promotes_and_a_running_server_follows(
    new_server: Callable[[], Server], store: SqlModelStore, folder: Folder, clock: MovableClock
) -> None:
    server = new_server()
    Models(store, folder, clock).promote("a.tar.gz", None)
    assert server.served.model == "b.tar.gz"
    server.follower.follow()
    assert server.served.model == "a.tar.gz"
    assert server.states() == {"a.tar.gz": "live", "b.tar.gz": "retired"}
    assert new_server().served.model == "a.tar.gz", "a restart serves the live one, not the newest"
    assert kinds(store) == [EventKind.MODEL_PROMOTED]


def test_a_broken_promotion_is_taken_back_once_and_said_so(
    new_server: Callable[[], Server],
    store: SqlModelStore,
    folder: Folder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = new_server()
    folder.broken.add("a.tar.gz")
    server.models.promote("a.tar.gz", "admin")
    server.follower.follow()
    assert server.served.model == "b.tar.gz"
    broken = {model.name: model for model in server.models.all()}["a.tar.gz"]
    assert (broken.state, broken.problem) == (ModelState.RETIRED, ModelProblem.BROKEN)
    assert server.states()["b.tar.gz"] == "live"
    assert "a.tar.gz cannot be loaded: b.tar.gz goes on answering" in caplog.text
    tried = len(folder.loaded)
    server.follower.follow()
    assert len(folder.loaded) == tried, "not tried again by itself"
    folder.broken.clear()
    server.models.promote("a.tar.gz", "admin")
    server.follower.follow()
    assert server.served.model == "a.tar.gz"
    assert server.models.all()[0].problem is None
    assert kinds(store) == [
        EventKind.MODEL_PROMOTED, EventKind.MODEL_FAILED, EventKind.MODEL_PROMOTED,
    ]  # fmt: skip


def test_two_servers_that_disagree_about_a_file_do_not_take_turns(
    new_server: Callable[[], Server], store: SqlModelStore, clock: MovableClock, folder: Folder
) -> None:
    """One replica's disk is damaged: it goes on with what it has, the others are not dragged."""
    one = new_server()
    damaged = Folder("b.tar.gz", "a.tar.gz")
    damaged.broken.add("a.tar.gz")
    other = Server(store, damaged, clock)
    one.models.promote("a.tar.gz", "admin")
    for _ in range(3):
        one.follower.follow()
        other.follower.follow()
    assert one.served.model == other.served.model == "b.tar.gz"
    assert kinds(store).count(EventKind.MODEL_FAILED) == 1


def test_rolling_back_twice_goes_back_twice(
    new_server: Callable[[], Server], clock: MovableClock, folder: Folder
) -> None:
    server = new_server()
    folder.names.append("c.tar.gz")
    for name in ("a.tar.gz", "c.tar.gz"):
        clock.move(timedelta(minutes=1))
        server.models.promote(name, "admin")
        server.follower.follow()
    assert server.served.model == "c.tar.gz"
    assert server.models.roll_back("admin") == ("c.tar.gz", "a.tar.gz")
    server.follower.follow()
    assert server.served.model == "a.tar.gz"
    assert server.models.roll_back("admin") == ("a.tar.gz", "b.tar.gz")
    server.follower.follow()
    assert server.served.model == "b.tar.gz"
    with pytest.raises(ModelRefused) as refused:
        server.models.roll_back("admin")
    assert refused.value.code == "no_predecessor"


def test_a_live_model_that_is_gone_at_a_restart_gives_way_to_its_predecessor(
    new_server: Callable[[], Server], store: SqlModelStore, folder: Folder
) -> None:
    new_server().models.promote("a.tar.gz", None)
    folder.names.remove("a.tar.gz")
    folder.names.insert(0, "newer_but_never_promoted.tar.gz")
    again = new_server()
    assert again.served.model == "b.tar.gz"
    assert again.states()["b.tar.gz"] == "live"
    gone = {model.name: model for model in again.models.all()}["a.tar.gz"]
    assert gone.problem is ModelProblem.MISSING


def test_a_shadow_is_never_served_by_being_the_newest(
    new_server: Callable[[], Server], folder: Folder
) -> None:
    server = new_server()
    folder.names.insert(0, "c.tar.gz")
    server.models.put_in_shadow("c.tar.gz", "admin")
    server.follower.follow()
    assert (server.served.model, server.shadow.model) == ("b.tar.gz", "c.tar.gz")
    assert new_server().served.model == "b.tar.gz"
    server.models.promote("c.tar.gz", "admin")
    server.follower.follow()
    assert (server.served.model, server.shadow.model) == ("c.tar.gz", None)
    server.models.roll_back("admin")
    server.follower.follow()
    assert server.served.model == "b.tar.gz"


def test_a_broken_shadow_is_retired_with_its_problem(
    new_server: Callable[[], Server], folder: Folder
) -> None:
    server = new_server()
    folder.broken.add("a.tar.gz")
    server.models.put_in_shadow("a.tar.gz", "admin")
    server.follower.follow()
    found = {model.name: model for model in server.models.all()}["a.tar.gz"]
    assert (found.state, found.problem) == (ModelState.RETIRED, ModelProblem.BROKEN)
    assert server.shadow.model is None and server.served.model == "b.tar.gz"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda models: models.promote("../../etc/passwd", None), "unknown_model"),
        (lambda models: models.put_in_shadow("b.tar.gz", None), "already_live"),
        (lambda models: models.put_in_shadow("none.tar.gz", None), "unknown_model"),
        (lambda models: models.roll_back(None), "no_predecessor"),
    ],
)
def test_what_cannot_be_done_is_refused(
    new_server: Callable[[], Server], ask: Callable[[Models], Any], code: str
) -> None:
    with pytest.raises(ModelRefused) as refused:
        ask(new_server().models)
    assert refused.value.code == code
