"""Reviewing over JSON, to the training data: masked, decided once, exported once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.data_check import read_phrases
from bot.adapters.sql.review_store import SqlReviewStore
from bot.adapters.training_phrases import TrainingPhrases
from bot.errors import MarketplaceUnavailable
from bot.services.phrase_export import PhraseExport
from bot.support.review import ExportState
from tests.browser.learning_console import LearningConsole

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def console(tmp_path: Path) -> Iterator[LearningConsole]:
    running = LearningConsole(tmp_path)
    running.start()
    yield running
    running.stop()


def texts(client: Any) -> list[str]:
    return [phrase["text"] for phrase in client.call("GET", "/review").json()["phrases"]]


def decide(client: Any, place: tuple[str, int], intent: str | None) -> Any:
    body = {"conversation_id": place[0], "number": place[1], "intent": intent}
    return client.call("POST", "/review/decide", json=body)


def test_a_decision_is_made_once_and_sent_again_is_the_same(console: LearningConsole) -> None:
    place = console.said("zut il abuse", "faq_block_buyer", 0.4, disliked=True)
    nora, sam = console.client("nora"), console.client("sam")
    [phrase] = nora.call("GET", "/review").json()["phrases"]
    assert phrase["reasons"] == ["thumbs_down", "low_confidence"]
    assert (
        phrase["ranking"][0]["title"]
        == console.application.content.entries["faq_block_buyer"].title
    )
    first = decide(nora, place, "faq_report_buyer")
    assert first.json()["review"]["decision"] == "corrected"
    assert decide(nora, place, "faq_report_buyer").json() == first.json()
    refused = decide(sam, place, "faq_block_buyer")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "already_reviewed")
    review = first.json()["review"]["id"]
    assert sam.call("POST", f"/review/{review}/undo").status_code == 409
    assert nora.call("POST", f"/review/{review}/undo").json()["counts"]["waiting"] == 1
    assert texts(sam) == ["zut il abuse"]


@pytest.mark.parametrize("intent", ["no_such_topic", "", 3, {}, ["greet"]])
def test_only_topics_are_topics(console: LearningConsole, intent: Any) -> None:
    place = console.said("zut", "faq_block_buyer", 0.4)
    assert decide(console.client("nora"), place, intent).status_code == 422


def test_what_is_not_for_review_cannot_be_decided(console: LearningConsole) -> None:
    place = console.said("comment bloquer un client ?", "faq_block_buyer", 0.97)
    refused = decide(console.client("nora"), place, "faq_block_buyer")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_for_review")


def test_what_cannot_be_masked_is_shown_to_nobody(
    console: LearningConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = console.said("zoé ne répond plus", "faq_block_buyer", 0.4, buyer="Zoé Blanc")

    def unavailable(seller_id: str) -> Any:
        raise MarketplaceUnavailable("no answer")

    monkeypatch.setattr(console.application.marketplace, "orders_of", unavailable)
    nora = console.client("nora")
    page = nora.call("GET", "/review").json()
    assert (page["phrases"], page["withheld"], page["counts"]["waiting"]) == ([], 1, 1)
    assert decide(nora, place, "greet").status_code == 503
    monkeypatch.undo()
    assert texts(nora) == ["[nom masqué] ne répond plus"]


def test_reviewed_phrases_become_training_data_once_and_are_nobodys(
    console: LearningConsole, tmp_path: Path
) -> None:
    nora = console.client("nora")
    mine = console.said(
        "zoé a pris FO21B8A4C9 en otage zut", "faq_block_buyer", 0.4, buyer="Zoé Blanc"
    )
    known = console.said("Comment annuler une commande ?", "nlu_fallback", 0.3)
    useless = console.said("euh bof", "nlu_fallback", 0.3)
    for place, intent in ((mine, "faq_report_buyer"), (known, "faq_block_buyer"), (useless, None)):
        assert decide(nora, place, intent).status_code == 200

    project = tmp_path / "project"
    shutil.copytree(PROJECT / "data", project / "data")
    shutil.copy(PROJECT / "domain.yml", project)
    store = SqlReviewStore(console.engine)
    export = PhraseExport(store, TrainingPhrases(project, lambda found: ()), console.clock)
    shown = export.run(dry_run=True, again=False)
    assert store.reviews(ExportState.EXPORTED) == []
    done = export.run(dry_run=False, again=False)
    assert done == shown

    [(phrase, outcome)] = [one for one in done if not one[1].problem]
    assert phrase.text == "Camille a pris FO12345678 en otage zut"
    standing = {p.text: p for p in read_phrases(project / "data" / "nlu")}[phrase.text]
    assert standing.intent == "faq_report_buyer"
    assert standing.location == f"{project}/{outcome.location}"
    [refused] = [one.problem for _, one in done if one.problem]
    assert "stands also under faq_cancel_order (data/nlu/faq/cancel_order.yml:24)" in refused
    counts = nora.call("GET", "/review").json()["counts"]
    assert counts == {"waiting": 0, "to_export": 0, "exported": 1, "refused": 1, "skipped": 1}
    assert export.run(dry_run=False, again=False) == []
    [(_, again)] = export.run(dry_run=False, again=True)
    assert again.problem == refused
    review = next(r for r in store.reviews(ExportState.EXPORTED))
    assert nora.call("POST", f"/review/{review.id}/undo").status_code == 409
