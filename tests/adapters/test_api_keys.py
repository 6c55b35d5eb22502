"""API keys: found by their secret, refused otherwise."""

from __future__ import annotations

import pytest

from bot.adapters.api_keys import ApiKeys
from bot.errors import AuthenticationError, SettingsError


def test_a_key_is_known_by_its_secret() -> None:
    keys = ApiKeys("desk:one, mail:two:with:colons,")
    assert keys.name_of("one") == "desk"
    assert keys.name_of("two:with:colons") == "mail"


@pytest.mark.parametrize("secret", ["", "desk", "desk:one", "ONE", "one ", "\udce9", "é"])
def test_anything_else_is_refused(secret: str) -> None:
    with pytest.raises(AuthenticationError):
        ApiKeys("desk:one").name_of(secret)


def test_without_keys_nobody_comes_in() -> None:
    with pytest.raises(AuthenticationError):
        ApiKeys("").name_of("")


@pytest.mark.parametrize("pairs", ["one", "desk:", ":one", "a b:one", "desk:one,desk:two"])
def test_pairs_that_cannot_be_read_stop_the_start(pairs: str) -> None:
    with pytest.raises(SettingsError):
        ApiKeys(pairs)
