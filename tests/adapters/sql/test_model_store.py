"""The table of models: one live, one shadow, and the way back, whoever decides at once."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.adapters.sql.model_store import SqlModelStore
from bot.errors import StorageError
from bot.support.models import (
    Model,
    ModelProblem,
    ModelState,
    Reading,
    ShadowDifference,
    ShadowFigures,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def kept(engine: Engine) -> SqlModelStore:
    return SqlModelStore(engine)


def in_state(kept: SqlModelStore, state: ModelState) -> list[str]:
    return [model.name for model in kept.models() if model.state is state]


def find(kept: SqlModelStore, name: str) -> Model:
    return next(model for model in kept.models() if model.name == name)


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


def test_a_promotion_retires_the_one_before_and_a_roll_back_returns(kept: SqlModelStore) -> None:
    kept.promote("b", "a", "admin", minutes(1))
    kept.promote("c", None, "admin", minutes(2))
    assert [m.name for m in kept.models()] == ["c", "b", "a"], "the last predecessor first"
    assert kept.roll_back(None, minutes(3)) == ("c", "b")
    assert kept.roll_back(None, minutes(4)) == ("b", "a")
    assert kept.roll_back(None, minutes(5)) is None
    assert in_state(kept, ModelState.LIVE) == ["a"]


def test_eight_promotions_at_once_leave_one_live(kept: SqlModelStore, together: Any) -> None:
    kept.promote("first", None, None, NOON)

    def promote(number: int) -> bool:
        try:
            kept.promote(f"m{number}", None, None, minutes(number))
        except StorageError:
            return False  # another one's transaction was quicker
        return True

    done = together(promote, 8)
    assert any(done)
    assert len(in_state(kept, ModelState.LIVE)) == 1
    promotions = [m.promotion for m in kept.models()]
    assert len(set(promotions)) == len(promotions), "each can be told from the others"


def test_a_failure_is_of_one_promotion_only(kept: SqlModelStore) -> None:
    kept.promote("a", None, None, NOON)
    kept.promote("b", None, None, minutes(1))
    failed = find(kept, "b")
    kept.promote("b", None, None, minutes(2))  # decided again meanwhile
    assert not kept.promotion_failed(failed, "a", ModelProblem.BROKEN, minutes(3))
    assert in_state(kept, ModelState.LIVE) == ["b"]
    assert kept.promotion_failed(find(kept, "b"), "a", ModelProblem.BROKEN, minutes(4))
    assert in_state(kept, ModelState.LIVE) == ["a"]
    assert find(kept, "b").problem is ModelProblem.BROKEN


def test_a_pinned_model_does_not_give_way_to_a_newer_file(kept: SqlModelStore) -> None:
    kept.note_newest("a", NOON)
    kept.note_newest("b", minutes(1))
    assert [(m.name, m.pinned) for m in kept.models()] == [("b", False)]
    kept.set_shadow("c", "b", "admin", minutes(2))
    kept.note_newest("d", minutes(3))
    assert in_state(kept, ModelState.LIVE) == ["b"] and find(kept, "b").pinned
    kept.set_shadow("e", "b", "admin", minutes(4))
    assert in_state(kept, ModelState.SHADOW) == ["e"]
    kept.set_shadow(None, "b", "admin", minutes(5))
    assert in_state(kept, ModelState.SHADOW) == []


def test_what_a_shadow_read_is_added_up_and_listed(kept: SqlModelStore, chat: Any) -> None:
    def difference(text: str) -> ShadowDifference:
        return ShadowDifference(
            chat.id, 1, text, Reading("greet", 0.5), Reading("thank", 0.6), NOON
        )

    kept.add_shadow_readings(ShadowFigures("b", "a", 2, 1, 0, 0), [difference("un")])
    kept.add_shadow_readings(
        ShadowFigures("b", "a", 3, 2, 4, 1), [difference("deux"), difference("trois")]
    )
    assert kept.shadow_figures("b") == [ShadowFigures("b", "a", 5, 3, 4, 1)]
    newest = kept.shadow_differences("b", 2)
    assert [found.text for _, found in newest] == ["trois", "deux"]
    [(_, last)] = kept.shadow_differences("b", 2, before_id=newest[-1][0])
    assert last == difference("un")
