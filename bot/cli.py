"""The command line: everything a developer, an operator or somebody curious runs."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.agents_command import add_agents_command
from bot.errors import AssistantError, StorageError
from bot.evaluate_command import BLIND_SETS, add_evaluate_command
from bot.learning_commands import add_learning_commands
from bot.privacy_command import add_privacy_command
from bot.settings import Settings, read_settings, settings_table
from bot.support.accounts import DEMO_PASSWORD, DEMO_STAFF

PROJECT = Path(__file__).resolve().parent.parent

SITE_API = "/api/site/v1"
_EPILOG = """\
First steps:
  make run                                   install, train, and start with demo data
  python -m bot chat --seller lea            talk to it in this terminal
  python -m bot token --seller lea           a token for the REST contract (demo mode)

Every setting is an environment variable ASSISTANT_…: see the table in the README.
"""


def main(arguments: list[str] | None = None) -> None:
    """Runs one command; an error of ours is one line on stderr and exit code 2."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    try:
        options.run(options)
    except AssistantError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="A French support assistant for marketplace sellers.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: object, says: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=says, description=says)
        sub.set_defaults(run=run)
        return sub

    command("serve", _serve, "Start the assistant: REST contract, webhooks, health.")
    command("demo", _demo, "Migrate, fill in demo orders if there are none, and serve (demo mode).")
    train = command("train", _train, "Train a model, if the present data has none yet.")
    train.add_argument("--force", action="store_true", help="train even if there is one")
    train.add_argument("--here", action="store_true", help="in this process, with Rasa's output")
    migrate = command("migrate", _migrate, "Bring the database's tables up to date.")
    migrate.add_argument("--check", action="store_true", help="change nothing; 1 unless they are")
    migrate.add_argument("--wait", type=float, default=0, help="with --check: for so many seconds")
    command(
        "seed-demo",
        _seed,
        "Fill in demo orders, staff and some weeks of history, dated from today.",
    )
    command("settings", _settings, "Print the table of all settings, as it stands in the README.")
    command("roles", _roles, "Print who may do what at the console, as in docs/console.md.")
    command("check-data", _check_data, "Check phrases, answers, responses and rules.")
    add_evaluate_command(command("evaluate", None, "Print how well the trained model understands."))
    bench = command("bench", _bench, "Measure against a public benchmark.")
    bench.add_argument("benchmark", choices=("massive",))
    bench.add_argument("file", type=Path, help="../shared/benchmarks/massive_fr.jsonl")
    bench.add_argument("--split", choices=("dev", "test"), default="test")
    token = command("token", _token, "Print a seller's token, valid for an hour (demo mode).")
    token.add_argument("--seller", required=True, help="for example lea, karim, awa, thomas, chloe")
    token.add_argument("--minutes", type=int, default=60, help="how long it is valid")
    chat = command("chat", _chat, "Talk to the assistant in this terminal (demo mode).")
    chat.add_argument("--seller", default="lea", help="who you are (default: lea)")
    chat.add_argument("--picture", type=Path, help="keep the conversation as an SVG picture")
    chat.add_argument("--url", default="", help="a running server; default: this machine's")
    add_learning_commands(command)
    add_agents_command(command("agents", None, "Accounts of the staff: add, list, role, …"))
    add_privacy_command(command("privacy", None, "A seller's data: export, erase."))
    buyer = command("answer-extension", _answer_extension, "Play the client, yes or no (demo).")
    buyer.add_argument("order", help="the order's number")
    buyer.add_argument("--refuse", action="store_true", help="refuse instead of accepting")
    return parser


def _demo_settings() -> Settings:
    os.environ["ASSISTANT_DEMO"] = "1"
    return read_settings()


def _log(settings: Settings) -> None:
    from bot.adapters.structured_logs import configure_logs

    chosen = settings.log_format or ("text" if settings.demo else "json")
    configure_logs(settings.log_level, as_json=chosen == "json")


def _serve(options: argparse.Namespace) -> None:
    _run_server(read_settings())


def welcome(base: str) -> str:
    """Returns what `make run` prints: where the demo is, and what to try."""
    return (
        "\n  Open the demo seller's dashboard, with the chat in it (in a few seconds):\n\n"
        f"    {base}/\n\n"
        "  Ctrl-C stops it. To try in another terminal:\n"
        "    .venv/bin/python -m bot chat --seller lea\n"
        "      « où en sont mes commandes ? »  « prolonge celle du logo de 3 jours »\n"
        "      « mon client répond plus »        « c'est quoi mon taux ? »\n"
        "    .venv/bin/python -m bot answer-extension FO21B8A4C9 --refuse\n"
        f"  The site API is described at {base}{SITE_API}/openapi.json,\n"
        f"  the triage of tickets from elsewhere at {base}/api/triage/openapi.json\n"
        "  Demo sellers: lea, karim, awa, thomas, chloe.\n\n"
        f"  The console of the support staff: {base}/console\n"
        f"    {', '.join(f'{s.id} ({s.role.value})' for s in DEMO_STAFF)}; "
        f"password: {DEMO_PASSWORD}\n"
    )


def _demo(options: argparse.Namespace) -> None:
    settings = _demo_settings()
    _migrate(options)
    _seed(options)
    print(welcome(f"http://{settings.host}:{settings.port}"), flush=True)
    _run_server(settings)


def _silence_deprecations() -> None:
    """Keeps what frozen libraries say about one another, and Rasa about slots, out of the log.

    Not a filter: libraries that are imported later set the filters anew.
    """
    show = warnings.showwarning

    def chosen(message: Any, category: type[Warning], *where: Any, **options: Any) -> None:
        told_by_rasa = "Slot auto-fill" in str(message)
        if not issubclass(category, DeprecationWarning) and not told_by_rasa:
            show(message, category, *where, **options)

    warnings.showwarning = chosen


def _run_server(settings: Settings) -> None:
    _silence_deprecations()
    _log(settings)
    import uvicorn

    from bot.bootstrap import build
    from bot.web.app import create_app
    from bot.web.site.stream import LARGEST_FRAME

    if settings.fault_point:
        logging.getLogger(__name__).warning("this process kills itself at %s", settings.fault_point)
    app = create_app(build(settings))
    # uvicorn's default WebSocket backend does not import beside Rasa's pinned websockets.
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        ws="wsproto",
        ws_max_size=LARGEST_FRAME,
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        log_level="warning",
        log_config=None,  # its lines go where ours go
        access_log=False,  # it would write whole addresses: ours leaves out what may be secret
    )


def _train(options: argparse.Namespace) -> None:
    from bot.adapters.rasa_training import model_path, train
    from bot.train_command import train_in_background

    settings = _demo_settings()
    target = model_path(PROJECT, settings.model_dir)
    if target.exists() and not options.force:
        target.touch()  # the newest model is the one that is served
        print(f"The model is up to date: {target}")
        return
    if options.here:
        train(PROJECT, settings.model_dir)
        return
    log = PROJECT / "var" / "train.log"
    print(f"Training the model, about four minutes (Rasa's own log: {log})…", flush=True)
    seconds = train_in_background([sys.executable, "-m", "bot", "train", "--force", "--here"], log)
    print(f"Trained {target} in {seconds:.0f} s.")


def _migrate(options: argparse.Namespace) -> None:
    from bot.adapters.sql.migrate import upgrade

    settings = read_settings()
    if getattr(options, "check", False):
        _check_tables(settings.database_url, options.wait)
        return
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    upgrade(settings.database_url)
    print("The database is up to date.")


def _check_tables(url: str, seconds: float) -> None:
    """Ends the process with 1 unless the tables are up to date within some seconds."""
    from bot.adapters.sql.migrate import is_current

    deadline = time.monotonic() + seconds
    while True:
        last = time.monotonic() >= deadline
        try:
            if is_current(url):
                print("The tables are those of this version, or of a later one.")
                return
        except StorageError:
            if last:
                raise
        if last:
            print("The tables are not those of this version: python -m bot migrate")
            sys.exit(1)
        time.sleep(1)


def _seed(options: argparse.Namespace) -> None:
    from bot.adapters.clock import SystemClock
    from bot.adapters.content_yaml import load_content
    from bot.adapters.demo_history.seed import seed_history
    from bot.adapters.demo_orders import SELLERS, seed
    from bot.adapters.marketplace_sql import SqlMarketplace
    from bot.adapters.sql.engine import create_engine
    from bot.agents_command import open_accounts, seed_staff

    settings = _demo_settings()
    clock = SystemClock()
    engine = create_engine(settings.database_url)
    count = seed(SqlMarketplace(engine, clock), clock.now())
    print(f"Demo orders: {count} added." if count else "Demo orders are there already.")
    added = seed_staff(open_accounts(settings))
    print(f"Demo staff: {added} added." if added else "Demo staff is there already.")
    content = load_content(settings.data_dir, settings.article_url)
    told = seed_history(engine, content, clock.now(), SELLERS)
    print(
        f"Demo history: {told} conversations added." if told else "Demo history is there already."
    )


def _check_data(options: argparse.Namespace) -> None:
    from bot.adapters.data_check import check_data, read_phrases
    from bot.evaluation.blind_sets import load_blind_set
    from bot.evaluation.leaks import leaks

    problems = check_data(PROJECT)
    phrases = [(p.text, p.location) for p in read_phrases(PROJECT / "data" / "nlu")]
    blind = [load_blind_set(PROJECT / "tests" / "nlu", name) for name in BLIND_SETS]
    problems += leaks(phrases, blind)
    for problem in problems:
        print(problem)
    if problems:
        print(f"\n{len(problems)} problem(s).")
        sys.exit(1)
    print("Phrases, answers, responses and rules are in order.")


def _settings(options: argparse.Namespace) -> None:
    print(settings_table())


def _roles(options: argparse.Namespace) -> None:
    from bot.bootstrap import build
    from bot.web.console.app import role_table

    print(role_table(build(_demo_settings())))


def _bench(options: argparse.Namespace) -> None:
    from bot.evaluation.massive import massive

    for line in massive(options.file, options.split):
        print(line, flush=True)


def _token(options: argparse.Namespace) -> None:
    from bot.adapters.clock import SystemClock
    from bot.adapters.jwt_tokens import JwtTokens, parse_keys

    settings = _demo_settings()
    tokens = JwtTokens(parse_keys(settings.jwt_keys), settings.jwt_audience, SystemClock())
    print(tokens.issue(options.seller, timedelta(minutes=options.minutes)))


def _chat(options: argparse.Namespace) -> None:
    from bot.terminal_chat import chat

    chat(_demo_settings(), options.seller, options.url, options.picture)


def _answer_extension(options: argparse.Namespace) -> None:
    from bot.demo_buyer import answer_extension

    answer_extension(_demo_settings(), options.order, accept=not options.refuse)
