"""Rasa's graph in an order found once: the same outputs, each node after those it needs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.adapters.rasa_graph import OrderedGraphRunner

CALLS: list[str] = []


def node(name: str, compute: Any) -> Any:
    def call(*inputs: Any) -> tuple[str, Any]:
        CALLS.append(name)
        return name, compute(*(value for _, value in inputs))

    return call


def schema(**needs: list[str]) -> GraphSchema:
    return GraphSchema(
        {
            name: SchemaNode(
                needs={f"in{i}": one for i, one in enumerate(wanted)},
                uses=object, constructor_name="create", fn="run", config={},
                is_target=name == "sum",
            )
            for name, wanted in needs.items()
        }
    )  # fmt: skip


@pytest.fixture
def runner() -> OrderedGraphRunner:
    CALLS.clear()
    loaded = DaskGraphRunner.__new__(DaskGraphRunner)
    loaded._graph_schema = schema(
        sum=["double", "square"], double=["x"], square=["x"], unused=["sum"]
    )
    loaded._execution_context = SimpleNamespace()  # type: ignore[assignment]
    loaded._instantiated_nodes = {
        "double": node("double", lambda x: 2 * x),
        "square": node("square", lambda x: x * x),
        "sum": node("sum", lambda a, b: a + b),
        "unused": node("unused", lambda x: x),
    }
    return OrderedGraphRunner.over(loaded)


def test_each_node_once_and_after_those_it_needs(runner: OrderedGraphRunner) -> None:
    assert runner.run({"x": 5}, ["sum"]) == {"sum": 35}
    assert CALLS[-1] == "sum" and sorted(CALLS) == ["double", "square", "sum"]


def test_without_targets_those_of_the_schema(runner: OrderedGraphRunner) -> None:
    assert runner.run({"x": 3}) == {"sum": 15}


def test_as_dask_runs_it(runner: OrderedGraphRunner) -> None:
    inputs = {"x": 7}
    assert runner.run(inputs, ["sum", "square"]) == DaskGraphRunner.run(
        runner, inputs, ["sum", "square"]
    )
