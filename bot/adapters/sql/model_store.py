"""What each model is used for, and what a shadow read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.adapters.sql.event_log import record
from bot.adapters.sql.learning_tables import models, shadow_differences, shadow_figures
from bot.adapters.sql.store import SqlStore, insert_unless_present
from bot.support.events import ActorKind, Event, EventKind
from bot.support.models import (
    Model,
    ModelProblem,
    ModelState,
    Reading,
    ShadowDifference,
    ShadowFigures,
)

_LIVE, _SHADOW, _RETIRED = ModelState.LIVE, ModelState.SHADOW, ModelState.RETIRED


class SqlModelStore(SqlStore):
    """Keeps the table of models; implements the port ModelStore."""

    def models(self) -> list[Model]:
        """Returns the models ever used: live, shadow, then those that were live last."""
        order = sa.case({_LIVE.value: 0, _SHADOW.value: 1}, value=models.c.state, else_=2)
        latest = models.c.live_until.desc()
        statement = sa.select(models).order_by(
            order, models.c.live_until.is_(None), latest, models.c.since.desc()
        )
        with self._reading() as connection:
            return [_model_of(row) for row in connection.execute(statement).mappings()]

    def note_newest(self, name: str, now: datetime) -> None:
        """Says that a model is live because its file is the newest, unless one is pinned."""
        with self._writing() as connection:
            live = _one(connection, _LIVE)
            if live is not None and (live["pinned"] or live["name"] == name):
                return
            if live is not None:
                connection.execute(sa.delete(models).where(models.c.name == live["name"]))
            _put(connection, name, _LIVE, now, pinned=False, live_until=None)

    def set_shadow(self, name: str | None, live: str, staff_id: str | None, now: datetime) -> None:
        """Makes a model the shadow, None for none, and pins ``live`` as the live one."""
        with self._writing() as connection:
            if _one(connection, _LIVE) is None:
                _put(connection, live, _LIVE, now)
            connection.execute(
                sa.update(models).where(models.c.state == _LIVE.value).values(pinned=True)
            )
            before = _retire(connection, _SHADOW, now, live_until=None)
            if name is not None:
                _put(connection, name, _SHADOW, now, pinned=False)
            event = EventKind.MODEL_SHADOWED
            _record(connection, event, staff_id, now, name, {"shadow": before}, {"shadow": name})

    def promote(self, name: str, live: str | None, staff_id: str | None, now: datetime) -> None:
        """Makes a model live; ``live`` is what answers now and becomes its predecessor."""
        with self._writing() as connection:
            before = _retire(connection, _LIVE, now, live_until=now)
            if before is None and live is not None:
                _put(connection, live, _RETIRED, now, live_until=now)
            last = sa.select(sa.func.coalesce(sa.func.max(models.c.promotion), 0))
            number = connection.execute(last).scalar_one() + 1
            _put(connection, name, _LIVE, now, live_until=None, promotion=number)
            _record(
                connection, EventKind.MODEL_PROMOTED, staff_id, now, name,
                {"live": before or live}, {"live": name},
            )  # fmt: skip

    def roll_back(self, staff_id: str | None, now: datetime) -> tuple[str, str] | None:
        """Makes the live model's predecessor live again; returns (from, to), None without one.

        The model that is left is no predecessor any more: rolling back twice goes back twice.
        """
        earlier = (
            sa.select(models.c.name)
            .where(models.c.state == _RETIRED.value, models.c.live_until.is_not(None))
            .order_by(models.c.live_until.desc())
            .limit(1)
        )
        with self._writing() as connection:
            to: str | None = connection.execute(earlier).scalar_one_or_none()
            if to is None or _one(connection, _LIVE) is None:
                return None
            left = _retire(connection, _LIVE, now, live_until=None)
            assert left is not None  # it has just been read, in this transaction
            _put(connection, to, _LIVE, now, live_until=None)
            _record(
                connection, EventKind.MODEL_ROLLED_BACK, staff_id, now, to,
                {"live": left}, {"live": to},
            )  # fmt: skip
            return left, to

    def promotion_failed(
        self, failed: Model, serving: str, problem: ModelProblem, now: datetime
    ) -> bool:
        """Makes the model that is served live again, unless something else was decided."""
        with self._writing() as connection:
            live = _one(connection, _LIVE)
            decided = (failed.name, failed.promotion)
            if live is None or (live["name"], live["promotion"]) != decided:
                return False
            _retire(connection, _LIVE, now, live_until=None, problem=problem.value)
            _put(connection, serving, _LIVE, now, live_until=None)
            _record(
                connection, EventKind.MODEL_FAILED, None, now, failed.name,
                {"live": failed.name}, {"live": serving, "problem": problem.value},
            )  # fmt: skip
            return True

    def shadow_failed(self, name: str, problem: ModelProblem, now: datetime) -> None:
        """Retires a shadow that cannot be loaded."""
        with self._writing() as connection:
            shadow = _one(connection, _SHADOW)
            if shadow is None or shadow["name"] != name:
                return
            _retire(connection, _SHADOW, now, problem=problem.value)
            _record(
                connection, EventKind.MODEL_FAILED, None, now, name,
                {"shadow": name}, {"shadow": None, "problem": problem.value},
            )  # fmt: skip

    def add_shadow_readings(
        self, figures: ShadowFigures, differences: Sequence[ShadowDifference]
    ) -> None:
        """Adds to the figures of a shadow beside a live model, and keeps the differences."""
        key = {"model": figures.model, "live_model": figures.live_model}
        counted = ("read", "different", "dropped", "failed")
        with self._writing() as connection:
            zero = dict.fromkeys(counted, 0)
            insert_unless_present(connection, shadow_figures, {**key, **zero}, *key)
            connection.execute(
                sa.update(shadow_figures)
                .where(*(shadow_figures.c[name] == value for name, value in key.items()))
                .values({c: shadow_figures.c[c] + getattr(figures, c) for c in counted})
            )
            if differences:
                rows = [{**key, **_difference_values(each)} for each in differences]
                connection.execute(sa.insert(shadow_differences), rows)

    def shadow_figures(self, model: str) -> list[ShadowFigures]:
        """Returns a shadow's figures, one for each live model it ran beside."""
        statement = sa.select(shadow_figures).where(shadow_figures.c.model == model)
        with self._reading() as connection:
            rows = connection.execute(statement.order_by(shadow_figures.c.live_model)).mappings()
            return [ShadowFigures(**row) for row in rows]

    def shadow_differences(
        self, model: str, limit: int, before_id: int | None = None
    ) -> list[tuple[int, ShadowDifference]]:
        """Returns differing labels with their ids, the newest first."""
        statement = sa.select(shadow_differences).where(shadow_differences.c.model == model)
        if before_id is not None:
            statement = statement.where(shadow_differences.c.id < before_id)
        statement = statement.order_by(shadow_differences.c.id.desc()).limit(limit)
        with self._reading() as connection:
            rows = connection.execute(statement).mappings()
            return [(row["id"], _difference_of(row)) for row in rows]


def _one(connection: Connection, state: ModelState) -> Mapping[str, Any] | None:
    """Returns the row in a state that only one can have, kept from other writers."""
    statement = sa.select(models).where(models.c.state == state.value).with_for_update()
    row: Mapping[str, Any] | None = connection.execute(statement).mappings().one_or_none()
    return row


def _retire(connection: Connection, state: ModelState, now: datetime, **values: Any) -> str | None:
    """Retires the model in a state; returns its name, None when there was none."""
    row = _one(connection, state)
    if row is None:
        return None
    connection.execute(
        sa.update(models)
        .where(models.c.name == row["name"])
        .values(state=_RETIRED.value, since=now, **values)
    )
    name: str = row["name"]
    return name


def _put(
    connection: Connection, name: str, state: ModelState, now: datetime, **values: Any
) -> None:
    """Gives a model a state; what is not said of one already known stays as it is."""
    said = {"pinned": True, "problem": None, **values}
    fresh = {"name": name, "state": state.value, "since": now, "promotion": 0, **said}
    if not insert_unless_present(connection, models, fresh, "name"):
        changed = {"state": state.value, "since": now, **said}
        connection.execute(sa.update(models).where(models.c.name == name).values(changed))


def _record(
    connection: Connection,
    kind: EventKind,
    staff_id: str | None,
    now: datetime,
    target: str | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    actor = ActorKind.SYSTEM if staff_id is None else ActorKind.STAFF
    record(connection, Event(kind, now, actor, staff_id, None, target, before, after))


def _model_of(row: Mapping[str, Any]) -> Model:
    return Model(
        name=row["name"],
        state=ModelState(row["state"]),
        since=row["since"],
        pinned=row["pinned"],
        promotion=row["promotion"],
        live_until=row["live_until"],
        problem=ModelProblem(row["problem"]) if row["problem"] else None,
    )


def _difference_values(difference: ShadowDifference) -> dict[str, Any]:
    return {
        "conversation_id": difference.conversation_id,
        "message_number": difference.message_number,
        "text": difference.text,
        "live_intent": difference.live.intent,
        "live_confidence": difference.live.confidence,
        "shadow_intent": difference.shadow.intent,
        "shadow_confidence": difference.shadow.confidence,
        "at": difference.at,
    }


def _difference_of(row: Mapping[str, Any]) -> ShadowDifference:
    return ShadowDifference(
        conversation_id=row["conversation_id"],
        message_number=row["message_number"],
        text=row["text"],
        live=Reading(row["live_intent"], row["live_confidence"]),
        shadow=Reading(row["shadow_intent"], row["shadow_confidence"]),
        at=row["at"],
    )
