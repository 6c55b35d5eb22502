"""A little chaos: what breaks by chance in a few rounds, and nothing is lost, doubled or untrue."""

from __future__ import annotations

import asyncio

import pytest

from cluster import chaos
from cluster.population import Manners
from cluster.story_told import story_told
from cluster.whole import Cluster

ROUNDS, SEED = 6, 20261130

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]


def test_a_little_chaos(cluster: Cluster) -> None:
    manners = Manners(sellers=6, think=0.3, patience=12)
    run = chaos.chaos(cluster, ROUNDS, SEED, manners, told=False)
    evidence, found, breaking, people = asyncio.run(run)
    told = [
        line
        for finding in found[:3]
        for line in (str(finding), *story_told(finding.conversation, evidence, breaking.damages))
    ]
    assert found == [], "\n".join(told)
    assert len(breaking.damages) >= ROUNDS
    assert people.accepted() > ROUNDS and evidence.claims and evidence.requests
