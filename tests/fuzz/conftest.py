"""What fuzzing shares: how many examples, what outsiders may send, and the application they send it to.

In the suite each test tries 25 examples, a few seconds each; `make fuzz` tries thousands.
"""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.adapters.clock import MovableClock
from bot.adapters.demo_orders import seed
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.agents_command import seed_staff
from bot.bootstrap import Application, accounts, build
from bot.settings import DEMO_SECRETS, read_settings
from bot.support.accounts import DEMO_PASSWORD
from bot.web.app import create_app
from tests.slack.conftest import slack_settings

SITE, CONSOLE = "/api/site/v1", "/api/console/v1"

_SHARED: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
}  # fmt: skip
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
# The suite tries the same ones each time: a commit is not blamed for what chance finds.
PROFILE = settings(max_examples=EXAMPLES, derandomize="FUZZ_EXAMPLES" not in os.environ, **_SHARED)

FRENCH = [
    "prolonge", "ma commande", "FO21B8A4C9", "n°48213", "de 3 jours", "une semaine", "48h", "oui",
    "non", "le client", "annuler", "Cordialement,", "Léa", "m'appelle", "tel 06 12 34 56 78",
    "lea@exemple.fr", "FR76 3000 6000 0112 3456 7890 189", "avant le 31/02", "demain", "12/13/2026",
    "quatre-vingt-dix-neuf", "\u200b", "\u00a0", "/restart", "{days}", "[mot](entité)", "<b>", "😀",
    "\n> cité", "-- \nSignature", "Le lun. 2 mars 2026 à 09:00, X a écrit :", "http://a.example",
    "¿", "١٢٣", "ﷺ", "\u202e", "a" * 60, "9" * 30, "[nom masqué]",
]  # fmt: skip


def said() -> st.SearchStrategy[str]:
    """What people write, and what nobody would."""
    pieces = st.lists(st.one_of(st.sampled_from(FRENCH), st.text(max_size=12)), max_size=14)
    joined = st.tuples(st.sampled_from([" ", "", "\n", ", ", ". "]), pieces)
    return st.one_of(joined.map(lambda pair: pair[0].join(pair[1])), st.text(max_size=300))


def names() -> st.SearchStrategy[str]:
    """Names of fields: those that are, and others."""
    known = [
        "text", "client_id", "button", "value", "stars", "comment", "message", "sender", "token",
        "type", "after", "id", "password", "tickets", "subject", "seller_id", "reference", "open",
        "epoch", "into", "until", "topic", "outcome", "why", "body", "facts", "name", "event",
        "extension_id", "message_id", "received_at", "decision", "intent", "revision", "version",
        "user", "channel", "thread_ts", "ts", "actions", "action_id", "view", "callback_id",
        "state", "values", "private_metadata", "trigger_id", "command", "response_url", "container",
        "event_id", "bot_id", "subtype", "challenge", "files", "blocks",
    ]  # fmt: skip
    return st.one_of(st.sampled_from(known), st.text(max_size=8))


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON value, with field names of ours among its keys."""
    numbers = st.one_of(st.integers(), st.floats(), st.integers(-(2**70), 2**70))
    leaves = st.one_of(st.none(), st.booleans(), numbers, said())
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=5), st.dictionaries(names(), inner, max_size=6)
        ),
        max_leaves=12,
    )


def json_objects() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names(), json_values(), max_size=6)


def segments() -> st.SearchStrategy[str]:
    """One segment of a path, percent-encoded or not."""
    plain = st.text(string.ascii_letters + string.digits + "-_.~%!$&'()*+,;=:@ ", max_size=20)
    return st.one_of(plain, st.text(max_size=10), st.integers().map(str), st.just("%00"))


class Understands:
    """Stands where the model would be: it understands everything as out of scope."""

    model = "none"

    def start(self) -> None:
        """Has nothing to load."""

    def stop(self) -> None:
        """Has nothing to end."""

    async def parse(self, text: str) -> dict[str, Any]:
        intent = {"name": "out_of_scope", "confidence": 0.9}
        return {
            "text": text, "intent": intent, "intent_ranking": [intent], "entities": [],
            "segments": [{"intent": "out_of_scope", "confidence": 0.9, "start": 0, "end": 1}],
            "kind": "", "language": "",
        }  # fmt: skip


class Site:
    """The whole application in process, with everybody's credentials; what it raises is raised."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'bot.db'}"
        engine = create_engine(url)
        self.clock = MovableClock()
        upgrade(engine)
        seed(SqlMarketplace(engine, self.clock), self.clock.now())
        high = "1000000/minute"
        settings = read_settings(
            {
                "ASSISTANT_DEMO": "1",
                "ASSISTANT_DATABASE_URL": url,
                **slack_settings("http://127.0.0.1:9/api/"),
                **{
                    f"ASSISTANT_LIMIT_{name}": high
                    for name in (
                        "ADDRESS", "SELLER", "MESSAGES", "STAFF", "TRIAGE", "SIGN_IN_ACCOUNT",
                        "SIGN_IN_ADDRESS",
                    )
                },
            }
        )  # fmt: skip
        seed_staff(accounts(settings, engine, self.clock))
        self.application: Application = build(
            settings, clock=self.clock, assistant=Understands()  # type: ignore[arg-type]
        )  # fmt: skip
        self.app = create_app(self.application)
        self.client = TestClient(self.app, base_url="http://127.0.0.1:8000")
        body = {"id": "admin", "password": DEMO_PASSWORD}
        csrf = self.client.post(f"{CONSOLE}/login", json=body).json()["csrf_token"]
        self.staff = {"x-csrf-token": csrf}
        token = self.application.tokens.issue("lea", timedelta(days=1))  # `make fuzz` takes hours
        self.seller = {"Authorization": f"Bearer {token}"}
        key = DEMO_SECRETS["triage_keys"].partition(":")[2]
        self.triage = {"Authorization": f"Bearer {key}"}
        self.conversation = self.application.store.open_conversation(
            "lea", "site:fuzz", self.clock.now(), "Léa"
        ).id


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield Site(tmp_path_factory.mktemp("fuzz"))
