"""Runs the comparison and prints it: ``python -m bench --help``."""

from __future__ import annotations

import argparse
import asyncio
import functools
import itertools
import shutil
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import load
from bench.bots import Bot, OurBot, StockBot, versions
from bench.report import Figures, lines
from bench.stock_project import EPOCHS
from bot.adapters.clock import SystemClock
from bot.adapters.demo_orders import demo_orders
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.evaluation.blind_sets import load_blind_set

PROJECT = Path(__file__).resolve().parent.parent
_STATUS_MESSAGES = (
    "où en sont mes commandes ?",
    "j'ai quoi à livrer",
    "mes commandes en cours svp",
)


def main() -> None:
    """Runs both bots in turn and prints the table."""
    options = _parser().parse_args()
    print("\n".join(versions()), flush=True)
    if options.epochs != EPOCHS:
        print(f"The stock bot trains for {options.epochs} of its {EPOCHS} epochs.", flush=True)
    script = _script()
    figures: Figures = {OurBot.name: defaultdict(list), StockBot.name: defaultdict(list)}
    stock = functools.partial(StockBot, epochs=options.epochs)
    bots = [
        _prepare(OurBot.name, OurBot, options.folder),
        _prepare(StockBot.name, stock, options.folder),
    ]
    for run in range(options.runs):
        for bot in bots:
            _one_run(bot, script, figures, run, options)
    print("\n".join(lines(figures)), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Our assistant beside a stock Rasa bot with the same data; interleaved runs.",
        epilog="Rasa's default 100 epochs take about two hours on our phrases: see --epochs.",
    )
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs (default: 3)")
    trainings = "how many runs train anew (default: 3; 0: models of an earlier call are there)"
    parser.add_argument("--trainings", type=int, default=3, help=trainings)
    parser.add_argument("--long", type=int, default=3, help="how many runs talk for 1,000 turns")
    epochs = "how often the stock bot reads the phrases in training (Rasa's default: 100); with "
    epochs += "fewer it trains sooner, understands less and answers as fast"
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=epochs)
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench", help="work in")
    return parser


def _script() -> load.Script:
    """Returns messages no model was trained on: the development set, each once."""
    blind = load_blind_set(PROJECT / "tests" / "nlu", "development")
    faq = [p.text for p in blind.phrases if p.intent.startswith("faq_")]
    status = list(itertools.islice(itertools.cycle(_STATUS_MESSAGES), load.ALONE))
    return load.Script([p.text for p in blind.phrases][-load.MESSAGES :], faq, status)


def _prepare(name: str, make: Callable[[Path, Path, Path], Bot], folder: Path) -> Bot:
    """Returns a bot over a database of its own with every seller's orders."""
    own = folder / name.replace(" ", "-")
    for left in ("marketplace.db", "actions", "data"):
        _remove(own / left)
    own.mkdir(parents=True, exist_ok=True)
    database = own / "marketplace.db"
    upgrade(f"sqlite:///{database}")
    clock = SystemClock()
    marketplace = SqlMarketplace(create_engine(f"sqlite:///{database}"), clock)
    for number in range(load.CONVERSATIONS):
        seller = load.seller_name(number)
        mine = [order for order in demo_orders(clock.now()) if order.seller_id == "chloe"]
        marketplace.save(
            *(
                replace(order, seller_id=seller, number=f"FO{number:03d}A{place:04d}")
                for place, order in enumerate(mine)
            )
        )
    return make(PROJECT, own, database)


def _remove(path: Path) -> None:
    """Removes what an earlier call left; its models stay."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _one_run(
    bot: Bot, script: load.Script, figures: Figures, run: int, options: argparse.Namespace
) -> None:
    """Trains if asked, starts, measures and stops one bot."""
    mine = figures[bot.name]

    def note(name: str, value: float) -> None:
        mine[name].append(value)
        print(f"  run {run + 1}, {bot.name}: {name} {value:.1f}", flush=True)

    if run < options.trainings:
        note("training, s", bot.train())
    started = time.monotonic()
    bot.start()
    try:
        note("start to first answer, s", asyncio.run(load.first_answer(bot, started)))
        asyncio.run(_warm_up(bot, script))
        for name, texts in (("FAQ", script.faq), ("order status", script.status)):
            taken = asyncio.run(load.one_at_a_time(bot, texts[: load.ALONE], f"{name}-{run}"))
            note(f"{name} p50, ms", load.percentile(taken, 50))
            note(f"{name} p95, ms", load.percentile(taken, 95))
        found = asyncio.run(load.throughput(bot, script, run))
        note("messages a second, 16 at once", found.rate)
        note("16 at once p50, ms", found.p50)
        note("16 at once p95, ms", found.p95)
        note("three within 300 ms, ms", asyncio.run(load.burst(bot, script.faq, f"salve-{run}")))
        note("memory, MB", bot.memory())
        if run < options.long:
            turns = asyncio.run(load.long_conversation(bot, script.faq, f"longue-{run}"))
            for turn, taken_ms in turns.items():
                note(f"turn {turn}, ms", taken_ms)
    finally:
        bot.stop()


async def _warm_up(bot: Bot, script: load.Script) -> None:
    await load.one_at_a_time(bot, script.faq[-10:], "échauffement")


if __name__ == "__main__":
    main()
