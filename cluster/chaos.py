"""Breaks a running cluster round after round, then holds the ledgers to each other.

``python -m cluster.chaos --help``. A round breaks one thing at a random moment while sellers talk,
have extensions requested and are served by agents, and mends it; clients repeat what failed under
the same ids, as the widget does.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.agents_command import open_accounts, seed_staff
from bot.settings import read_settings
from cluster.breaking import Breaking
from cluster.evidence import Evidence
from cluster.population import Manners, Population
from cluster.quiet import until_quiet
from cluster.replica import PROJECT
from cluster.story_told import story_told
from cluster.verdict import KINDS, RECEIPT, Finding, findings
from cluster.whole import UNLIMITED, Cluster

LONGEST_PAUSE = 1.5
BETWEEN_ROUNDS, LONGEST_WAIT = 3, 10.0
"""How many messages are accepted between two rounds, and how many seconds that may take."""
CLAIM_MINUTES = "0.5"


async def chaos(
    cluster: Cluster, rounds: int, seed: int, manners: Manners, *, told: bool = True
) -> tuple[Evidence, list[Finding], Breaking, Population]:
    """Runs the rounds over a cluster that is up; returns what is known and what is wrong."""
    chance = random.Random(seed)
    people = Population(cluster, chance, lambda kind, seconds: None, manners)
    breaking = Breaking(cluster, people, chance)
    people.start()
    done: list[str] = []
    while len(done) < rounds:
        await _people_talk(people, chance)
        done += [await breaking.one_round(), *breaking.came_by_themselves()]
        if told:
            print(_progress(len(done), done[-1], people), flush=True)
    await breaking.mend_everything()
    await people.finish()
    await until_quiet(cluster.database_url, told=told)
    await people.complete_transcripts()
    evidence = people.evidence()
    found = findings(evidence)
    found += [Finding("broken", "", problem) for problem in people.broken]
    if told:
        print("\n".join(_table(done, evidence, found, people)), flush=True)
    return evidence, found, breaking, people


async def _people_talk(people: Population, chance: random.Random) -> None:
    """Waits until service goes on after the last round, and then for a moment by chance."""
    before, deadline = people.accepted(), time.monotonic() + LONGEST_WAIT
    while people.accepted() < before + BETWEEN_ROUNDS and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))


def prepare(cluster: Cluster) -> None:
    """Makes the staff's accounts in a cluster whose stores run."""
    settings = {"ASSISTANT_DEMO": "1", "ASSISTANT_DATABASE_URL": cluster.database_url}
    seed_staff(open_accounts(read_settings(settings)))


def settings() -> dict[str, str]:
    """Returns what replicas run with: no limits for one address, claims that end soon."""
    return {**UNLIMITED, "ASSISTANT_CLAIM_MINUTES": CLAIM_MINUTES}


def main() -> None:
    """Runs, prints, and exits with 1 when a promise was broken."""
    options = _parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(f"chaos: seed {options.seed}, {options.rounds} rounds, {options.replicas} replicas")
    cluster = Cluster(options.folder.resolve(), replicas=options.replicas, settings=settings())
    begun = time.monotonic()
    try:
        cluster.start_stores()
        prepare(cluster)
        cluster.start()
        run = chaos(cluster, options.rounds, options.seed, Manners(sellers=options.sellers))
        evidence, found, breaking, _ = asyncio.run(run)
    finally:
        cluster.stop()
    print(f"{time.monotonic() - begun:.0f} s; logs in {options.folder}")
    for finding in found[: options.stories]:
        print(f"\nseed {options.seed}: {finding.kind}: {finding.says}")
        print("\n".join(story_told(finding.conversation, evidence, breaking.damages)))
    sys.exit(1 if found else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cluster.chaos",
        description="Kills servers and cuts connections while sellers talk; then checks that "
        "nothing was lost, doubled, said after a claim, or untrue.",
    )
    parser.add_argument("--rounds", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is chosen by chance")
    parser.add_argument("--replicas", type=int, default=2, help="how many (default: 2)")
    parser.add_argument("--sellers", type=int, default=12, help="talking at once (default: 12)")
    parser.add_argument("--stories", type=int, default=5, help="told of what went wrong, at most")
    parser.add_argument(
        "--folder", type=Path, default=PROJECT / "var" / "chaos", help="of the servers' logs"
    )
    return parser


def _progress(number: int, what: str, people: Population) -> str:
    claims = sum(len(agent.claims) for agent in people.agents)
    return (
        f"round {number:4}  {what:45} {len(people.clients):5} conversations "
        f"{people.accepted():6} messages {claims:4} claims"
    )


def _table(
    done: list[str], evidence: Evidence, found: list[Finding], people: Population
) -> Iterator[str]:
    yield f"\n{'what was broken':60} rounds"
    for what, count in sorted(Counter(done).items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{what:60} {count:6}"
    yield f"{'all':60} {len(done):6}\n"
    sent = [sent for client in people.clients for sent in client.transcript.sent]
    receipts = sum(
        message.response == RECEIPT for one in evidence.stored.values() for message in one.messages
    )
    counted = {
        "conversations": len(evidence.stored),
        "messages accepted": people.accepted(),
        "messages sent more than once": sum(one.tries > 1 for one in sent),
        "streams opened": sum(client.streams for client in people.clients),
        "claims": len(evidence.claims),
        "agents' replies": len(evidence.replies),
        "extensions at the marketplace": len([r for r in evidence.requests if r.key]),
        "receipts": receipts,
        "failures clients repeated": sum(people.errors().values()),
    }
    for what, count in counted.items():
        yield f"{what:60} {count:6}"
    yield ""
    by_kind = Counter(finding.kind for finding in found)
    for kind in (*KINDS, *sorted(set(by_kind) - set(KINDS))):
        yield f"{kind:60} {by_kind[kind]:6}"


if __name__ == "__main__":
    main()
