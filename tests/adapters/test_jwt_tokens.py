"""Keys that are no keys stop the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.adapters.clock import MovableClock
from bot.adapters.jwt_tokens import JwtTokens, read_public_keys
from bot.errors import AuthenticationError, SettingsError
from bot.settings import read_settings


def pem(private: Any) -> bytes:
    found: bytes = private.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"", b"nonsense",
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["empty", "nonsense", "short", "curve"],
)  # fmt: skip
def test_a_file_that_is_no_safe_public_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(SettingsError, match=r"key\.pem"):
        read_public_keys(f"site:{tmp_path / 'key.pem'}")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        read_public_keys(f"site:{tmp_path / 'nothing.pem'}")


def test_one_id_names_one_key(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    with pytest.raises(SettingsError):
        JwtTokens({"k1": "x" * 40}, "seller-assistant", MovableClock(), {"k1": key})


def test_public_keys_alone_are_enough_to_start() -> None:
    settings = read_settings({"ASSISTANT_JWT_PUBLIC_KEYS": "site:site.pem"})
    assert settings.jwt_keys == ""
    with pytest.raises(SettingsError):
        read_settings({})
    with pytest.raises(SettingsError):
        read_settings(
            {"ASSISTANT_JWT_PUBLIC_KEYS": "site:site.pem", "ASSISTANT_JWT_KEYS": "k:short"}
        )


def test_an_endless_token_is_not_even_read() -> None:
    tokens = JwtTokens({"k1": "x" * 40}, "seller-assistant", MovableClock())
    with pytest.raises(AuthenticationError, match="too long"):
        tokens.identify(tokens.issue("s" * 4_000))
