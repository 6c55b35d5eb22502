"""An answer edited by staff reaches sellers at once, and what was said before stays what it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.content_yaml import load_content
from bot.adapters.sql.answer_store import SqlAnswerStore
from bot.adapters.sql.engine import create_engine
from bot.services.live_content import LiveContent
from bot.services.published_content import PublishedContent
from bot.services.publishing import Publishing
from bot.support.conversations import Button
from bot.support.responses import FaqEntry
from bot.support.staff import Role, Staff
from tests.conversations.conftest import Seller, rendered_again

pytestmark = pytest.mark.model

NAME = "faq_report_buyer"
ASKS = "comment je signale un client ?"
MORE = "Un conseiller peut aussi vous aider."
NORA, INES = Staff("nora", "Nora", Role.AGENT), Staff("ines", "Inès", Role.SUPERVISOR)
PATIENCE = 20


@pytest.fixture
def publishing(server: Any) -> Iterator[Publishing]:
    """The server's own; what the software delivers is served again afterwards."""
    yield server.application.publishing
    take_back(server.application.publishing)


def take_back(publishing: Publishing) -> None:
    sheet = publishing.sheets.one(NAME)
    if sheet.draft is not None:
        publishing.discard(INES, NAME, sheet.draft.revision)
    if sheet.choice.version is not None:
        publishing.roll_back(INES, NAME, sheet.delivered.version, sheet.choice.revision, "")


def delivered(publishing: Publishing) -> FaqEntry:
    return publishing.published.release.entries[NAME]


def edited(entry: FaqEntry, **changes: Any) -> FaqEntry:
    (text, facts), *others = entry.parts
    return replace(entry, parts=((f"{text} {MORE}", facts), *others), **changes)


def publish(publishing: Publishing, entry: FaqEntry) -> int:
    revision = publishing.save(NORA, entry, None, "").revision
    publishing.approve(INES, NAME, revision)
    return publishing.publish(INES, NAME, revision)


def elsewhere(server: Any) -> Publishing:
    """Another process over the same database."""
    settings = server.application.settings
    live = LiveContent(load_content(settings.data_dir, settings.article_url))
    store = SqlAnswerStore(create_engine(settings.database_url))
    published = PublishedContent(live, store, SystemClock())
    published.start()
    return Publishing(store, published, SystemClock())


def test_edited_approved_published_rolled_back(
    server: Any, new_seller: Callable[[], Seller], publishing: Publishing
) -> None:
    first = delivered(publishing)
    asking = new_seller()
    assert NAME in asking.says(ASKS)
    before = asking.last.text
    assert first.text in before and MORE not in before

    revision = publishing.save(NORA, edited(first), None, "").revision
    assert new_seller().post(ASKS).text == before  # a draft is said to nobody
    publishing.approve(INES, NAME, revision)
    assert new_seller().post(ASKS).text == before
    version = publishing.publish(INES, NAME, revision)

    later = new_seller()
    later.post(ASKS)
    assert MORE in later.last.text
    assert server.application.content.entries[NAME].version == version == first.version + 1
    publishing.roll_back(INES, NAME, first.version, publishing.sheets.one(NAME).choice.revision, "")
    assert new_seller().post(ASKS).text == before
    assert NAME in rendered_again(server)  # both versions, byte for byte


def test_what_another_process_publishes_is_said_within_seconds(
    server: Any, new_seller: Callable[[], Seller], publishing: Publishing
) -> None:
    publish(elsewhere(server), edited(delivered(publishing)))
    deadline = time.monotonic() + PATIENCE
    while MORE not in new_seller().post(ASKS).text:
        assert time.monotonic() < deadline, "it is not said"
        time.sleep(0.2)
    take_back(elsewhere(server))
    while MORE in new_seller().post(ASKS).text:
        assert time.monotonic() < deadline + PATIENCE, "it is still said"
        time.sleep(0.2)


def test_a_yes_means_what_was_offered_then(
    new_seller: Callable[[], Seller], publishing: Publishing
) -> None:
    asking = new_seller()
    asking.says(ASKS)  # « Voulez-vous savoir aussi comment bloquer un client ? »
    other = (Button("Le forum des vendeurs", "faq_community_forum"),)
    offer = "Voulez-vous connaître le forum ?"
    publish(publishing, edited(delivered(publishing), leads_on=other, offer=offer))
    assert asking.says("oui") == ["faq_block_buyer"]
    again = new_seller()
    again.says(ASKS)
    assert again.says("oui") == ["faq_community_forum"]


def test_titles_and_follow_ups_are_those_served(
    new_seller: Callable[[], Seller], publishing: Publishing
) -> None:
    entry = delivered(publishing)
    [follow_up] = entry.follow_ups
    asks = (*follow_up.asks, "quel est le nom exact de cette page ?")
    publish(publishing, edited(entry, follow_ups=(replace(follow_up, asks=asks),)))
    asking = new_seller()
    asking.says(ASKS)
    assert NAME in asking.says("quel est le nom exact de cette page ?")
    assert MORE in asking.last.text
