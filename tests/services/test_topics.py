"""Every intent has a title people can read."""

from __future__ import annotations

from pathlib import Path

from bot.adapters.content_yaml import load_content, read_yaml
from bot.services.live_content import LiveContent
from bot.services.topics import Topics

PROJECT = Path(__file__).resolve().parents[2]
BUTTONS_ONLY = {"preview_cancellation", "withdraw_human", "change_extension", "button_inactive"}


def test_every_intent_of_the_domain_that_can_be_typed_has_a_title() -> None:
    topics = Topics(LiveContent(load_content(PROJECT / "data", "https://example.com/{article}")))
    intents = {next(iter(each)) for each in read_yaml(PROJECT / "domain.yml")["intents"]}
    listed = topics.all()
    assert {topic.intent for topic in listed} == intents - BUTTONS_ONLY
    assert len({topic.title for topic in listed}) == len(listed)
    assert not [topic for topic in listed if topic.title == topic.intent]


def test_an_unknown_intent_keeps_its_name() -> None:
    topics = Topics(LiveContent(load_content(PROJECT / "data", "https://example.com/{article}")))
    assert topics.title("faq_of_an_old_model") == "faq_of_an_old_model"
