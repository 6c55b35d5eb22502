"""Tokens that name nobody, by what is wrong with them."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt

from bot.settings import DEMO_SECRETS

KEY = DEMO_SECRETS["jwt_keys"].partition(":")[2]


def claims(**changed: Any) -> dict[str, Any]:
    # Far enough away that the server's clock, moved by other tests, does not pass it.
    expiry = datetime.now(timezone.utc) + timedelta(days=365)
    valid = {"sub": "victim", "aud": "seller-assistant", "exp": expiry}
    return {name: value for name, value in {**valid, **changed}.items() if value is not None}


def signed(key: Any = KEY, kid: str | None = "demo", alg: str = "HS256", **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, alg, headers={"kid": kid} if kid else None)


def unsigned(seller: str = "victim") -> str:
    payload = {**claims(sub=seller), "exp": 4102444800}
    parts = ({"alg": "none", "kid": "demo"}, payload)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*encoded, b""]).decode()


def forged(seller: str = "victim") -> dict[str, str]:
    """Returns a forged token for each thing that can be wrong with one."""
    return {
        "expired": signed(sub=seller, exp=datetime.now(timezone.utc) - timedelta(hours=1)),
        "another key": signed(sub=seller, key="another key that is long enough to sign"),
        "another audience": signed(sub=seller, aud="somebody-else"),
        "no audience": signed(sub=seller, aud=None),
        "no expiry": signed(sub=seller, exp=None),
        "no seller": signed(sub=None),
        "empty seller": signed(sub=""),
        "unknown key id": signed(sub=seller, kid="other"),
        "no key id": signed(sub=seller, kid=None),
        "another algorithm": signed(sub=seller, alg="HS512"),
        "alg:none": unsigned(seller),
        "its signature cut off": signed(sub=seller).rpartition(".")[0] + ".",
        "nonsense": "abc.def.ghi",
    }
