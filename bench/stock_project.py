"""The stock Rasa bot: what ``rasa init`` gives, with our phrases and answers put in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import rasa
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.training_data import TrainingData
from ruamel.yaml import YAML

from bot.adapters.content_yaml import load_content

ORDER_STATUS = "order_status"
_ACTIONS = '''\
"""The stock bot's one action: the seller's orders, from the same table as the other bot's."""

import json
import os
import sqlite3

from rasa_sdk import Action


class OrderStatus(Action):
    def name(self):
        return "action_order_status"

    def run(self, dispatcher, tracker, domain):
        with sqlite3.connect(os.environ["BENCH_DATABASE"]) as database:
            rows = database.execute(
                "select number, facts from marketplace_orders where seller_id = ?",
                (tracker.sender_id.split("/")[0],),
            ).fetchall()
        lines = [f"{number} : {json.loads(facts)['title']}" for number, facts in rows]
        dispatcher.utter_message(text="Vos commandes : " + " ; ".join(lines))
        return []
'''


EPOCHS = 100
"""How often Rasa's own configuration reads the phrases in training."""


def write_stock_project(
    project: Path, folder: Path, action_port: int, epochs: int = EPOCHS
) -> None:
    """Writes the stock project of this project's phrases and answers into an empty folder.

    With fewer ``epochs`` it answers as fast and understands less.
    """
    initial = Path(rasa.__file__).parent / "cli" / "initial_project"
    shutil.copy(initial / "credentials.yml", folder / "credentials.yml")
    config = (initial / "config.yml").read_text("utf-8")
    if epochs != EPOCHS:  # Rasa's defaults stand there as comments
        config = re.sub(r"^#(   .*)$", r"\1", config, flags=re.MULTILINE)
        config = config.replace(f"epochs: {EPOCHS}", f"epochs: {epochs}")
    (folder / "config.yml").write_text(config, "utf-8")
    phrases = _phrases(project)
    intents = sorted(str(intent) for intent in phrases.intents)
    (folder / "data").mkdir()
    (folder / "data" / "nlu.yml").write_text(phrases.nlu_as_yaml(), "utf-8")
    yaml = YAML()
    with (folder / "data" / "rules.yml").open("w", encoding="utf-8") as out:
        yaml.dump({"version": "3.1", "rules": [_rule(intent) for intent in intents]}, out)
    with (folder / "domain.yml").open("w", encoding="utf-8") as out:
        yaml.dump(_domain(project, intents), out)
    endpoint = f"http://127.0.0.1:{action_port}/webhook"
    (folder / "endpoints.yml").write_text(f"action_endpoint:\n  url: {endpoint}\n", "utf-8")
    (folder / "actions").mkdir()
    (folder / "actions" / "__init__.py").write_text("", "utf-8")
    (folder / "actions" / "actions.py").write_text(_ACTIONS, "utf-8")


def _phrases(project: Path) -> TrainingData:
    """Returns our phrases; what only asks back is no intent of a stock bot."""
    data = load_data(str(project / "data" / "nlu"))
    kept = [m for m in data.intent_examples if m.get("intent") != "nlu_fallback"]
    for message in kept:
        message.data.pop("metadata", None)
    return TrainingData(kept)


def _action(intent: str) -> str:
    return "action_order_status" if intent == ORDER_STATUS else f"utter_{intent}"


def _rule(intent: str) -> dict[str, object]:
    return {"rule": intent, "steps": [{"intent": intent}, {"action": _action(intent)}]}


def _domain(project: Path, intents: list[str]) -> dict[str, object]:
    content = load_content(project / "data", "https://example.com/{article}")
    texts = {
        intent: content.entries[intent].text if intent in content.entries else f"Réponse : {intent}"
        for intent in intents
    }
    return {
        "version": "3.1",
        "intents": intents,
        "responses": {f"utter_{intent}": [{"text": texts[intent]}] for intent in intents},
        "actions": ["action_order_status"],
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }
