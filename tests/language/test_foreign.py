"""Foreign languages are told from French, and from French with English words in it."""

from __future__ import annotations

import pytest

from bot.nlu.word_lists import make_foreign_languages

LANGUAGES = make_foreign_languages()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where do I see how many orders are still waiting for me?", "en"),
        ("can you please tell me when my money will be on my account", "en"),
        ("جاوبني من فضلك على الطلب ديالي", "ar"),
    ],
)
def test_a_whole_foreign_sentence_is_known(text: str, language: str) -> None:
    assert LANGUAGES.whole_sentence_in(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "mon buyer is not happy avec le draft, il veut un refund full",
        "how je fais pour deliver mon order si le client répond plus",
        "orders due this week ?",
        "FO21B8A4C9",
        "wesh le client il ghost depuis lundi",
        "",
    ],
)
def test_french_with_english_in_it_is_french(text: str) -> None:
    assert LANGUAGES.whole_sentence_in(text) is None
