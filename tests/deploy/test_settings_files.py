"""A setting may stand in a file: how secrets come into a container."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings

KEYS = "2026-11:" + "k" * 40


def test_a_setting_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{KEYS}\n", "utf-8")
    settings = read_settings({"ASSISTANT_JWT_KEYS_FILE": str(tmp_path / "keys")})
    assert settings.jwt_keys == KEYS


def test_two_sources_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(KEYS, "utf-8")
    both = {"ASSISTANT_JWT_KEYS": KEYS, "ASSISTANT_JWT_KEYS_FILE": str(tmp_path / "keys")}
    with pytest.raises(SettingsError, match="both set"):
        read_settings(both)


def test_a_file_that_is_not_there_is_an_error_not_a_default(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ASSISTANT_WEBHOOK_SECRET_FILE"):
        read_settings(
            {"ASSISTANT_JWT_KEYS": KEYS, "ASSISTANT_WEBHOOK_SECRET_FILE": str(tmp_path / "none")}
        )


def test_a_secret_of_a_file_is_in_no_message_of_an_error(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("2026-11:short-secret", "utf-8")
    with pytest.raises(SettingsError) as error:
        read_settings({"ASSISTANT_JWT_KEYS_FILE": str(tmp_path / "keys")})
    assert "short-secret" not in str(error.value)
