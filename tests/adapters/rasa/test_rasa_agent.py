"""The day-one proof: Rasa's Agent as a library, with the really trained model."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.rasa_agent import RasaAssistant
from bot.errors import AssistantUnavailable

pytestmark = pytest.mark.model

SAYINGS = [
    "prolonge FO21B8A4C9 de 3 jours", "j'ai la grippe", "oui", "non", "laisse tomber", "plutôt 6 jours",
    "où j'en suis de mes livraisons ?", "le site vitrine", "l'autre", "mon client fait le mort",
    "et s'il dit non à la prolongation ?", "salut", "merci bien", "un conseiller svp", "bof bof", "5",
    "prolonge", "blah qsdf", "statut FO77KK2201", "mon taux ?",
]  # fmt: skip


def responses(result: Any) -> list[str]:
    return [reply.response for reply in result.replies]


def slots(talker: Any, conversation: str) -> dict[str, Any]:
    from bot.adapters.rasa_tracker import load_tracker

    domain = talker.assistant._agent.domain
    tracker = load_tracker(conversation, talker.trackers[conversation], domain)
    assert tracker is not None
    loop = tracker.active_loop_name
    return {"loop": loop, **{name: slot.value for name, slot in tracker.slots.items()}}


def test_a_form_validates_rejects_is_interrupted_and_resumed(talker: Any) -> None:
    assert responses(talker.says("form", "prolonge FO21B8A4C9 de 90 jours")) == [
        "extension_days_out_of_range"
    ]
    assert responses(talker.says("form", "bof bof")) == [
        "extension_not_usable_days",
        "extension_ask_days",
    ]
    assert responses(talker.says("form", "alors 4")) == ["extension_ask_reason"]
    interrupted = responses(talker.says("form", "et s'il dit non à la prolongation ?"))
    assert interrupted == ["faq_extension_rules", "extension_ask_reason"]
    assert responses(talker.says("form", "panne de machine")) == ["extension_confirm"]
    assert slots(talker, "form")["extension_days"] == 4


@pytest.fixture(scope="session")
def bounded_and_full(new_talker: Callable[..., Any]) -> tuple[Any, Any]:
    return new_talker(cut_at_turns=2 + 2), new_talker(cut_at_turns=10_000)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.lists(st.sampled_from(SAYINGS), min_size=8, max_size=22))
def test_the_bounded_tracker_does_what_a_full_one_does(
    bounded_and_full: tuple[Any, Any], said: list[str]
) -> None:
    bounded, full = bounded_and_full
    tag = uuid.uuid4().hex
    for talker in bounded_and_full:
        talker.marketplace.__init__()
    for text in said:
        mine, whole = bounded.says(tag, text), full.says(tag, text)
        assert [(r.response, r.text) for r in mine.replies] == [
            (r.response, r.text) for r in whole.replies
        ]
        assert slots(bounded, tag) == slots(full, tag)
    assert len(json.loads(bounded.trackers[tag])["events"]) < len(
        json.loads(full.trackers[tag])["events"]
    )


def test_the_tracker_does_not_grow(talker: Any) -> None:
    sizes = []
    for _ in range(20):
        talker.says("long", "où j'en suis de mes livraisons ?")
        talker.says("long", "mon taux ?")
        sizes.append(len(json.loads(talker.trackers["long"])["events"]))
    assert max(sizes[10:]) == max(sizes[5:10])


def test_a_hanging_marketplace_slows_nobody_else(talker: Any) -> None:
    talker.marketplace.held, talker.marketplace.holds = threading.Event(), "slow"

    async def both() -> tuple[list[str], list[str]]:
        hanging = asyncio.create_task(talker.say("slow", "statut FO77KK2201", seller="slow"))
        await asyncio.sleep(0.3)
        other = await talker.say("quick", "statut FO77KK2201")
        assert not hanging.done()  # the other was answered while this one still waits
        talker.marketplace.held.set()
        return responses(await hanging), responses(other)

    try:
        hanging, other = asyncio.run(both())
    finally:
        talker.marketplace.held = None
    assert hanging == other == ["order_in_progress"]


def test_a_turn_that_takes_too_long_says_so_and_claims_nothing(talker: Any) -> None:
    talker.marketplace.held, talker.marketplace.holds = threading.Event(), "slow"
    try:
        result = asyncio.run(talker.say("late", "statut FO77KK2201", seller="slow", seconds=0.5))
    finally:
        talker.marketplace.held.set()
        talker.marketplace.held = None
    assert responses(result) == ["tool_failure"]


def test_a_button_is_never_parsed(talker: Any) -> None:
    entities = {"order_number": "FO77KK2201"}
    result = talker.says("press", "n'importe quoi", intent="order_status", entities=entities)
    assert responses(result) == ["order_in_progress"]
    assert result.understanding["intent"]["confidence"] == 1.0


def test_a_missing_model_is_an_error_and_not_another_model(tmp_path: Path) -> None:
    (tmp_path / "other.tar.gz").write_bytes(b"")
    assistant = RasaAssistant(tmp_path / "missing.tar.gz", [], lambda *a: [])
    with pytest.raises(AssistantUnavailable):
        assistant.start()
    assistant.stop()


def test_what_rasa_uses_of_an_endpoint_is_there(talker: Any) -> None:
    from rasa.core.actions.action import RemoteAction

    from bot.adapters.rasa_agent import ActionPool

    pool = talker.assistant._actions
    assert isinstance(pool, ActionPool)
    assert RemoteAction("action_small_talk", pool)._is_selective_domain_enabled()
