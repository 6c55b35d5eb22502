"""The settings: the only reader of the environment.

Every setting has a name, a default and a sentence; the README's table is checked against
them by a test. Demo secrets work in demo mode only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

PREFIX = "ASSISTANT_"
DEMO_SECRETS = {
    "jwt_keys": "demo:demo-only-signing-key-never-use-it-elsewhere",
    "marketplace_key": "demo-only-marketplace-key",
    "webhook_secret": "demo-only-webhook-secret",
    "triage_keys": "demo:demo-only-triage-key",
}
SECRET_LENGTH = 32
"""The fewest characters of a signing key outside demo mode."""

METRICS_TOKEN_LENGTH = 16


def _setting(default: Any, says: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"says": says, "secret": secret}, repr=not secret)


@dataclass(frozen=True)
class Settings:
    """All settings; in the environment each is ``ASSISTANT_`` and its name in capitals."""

    demo: bool = _setting(False, "Demo mode: demo sellers, demo secrets, `token` and `chat`.")
    database_url: str = _setting("sqlite:///var/assistant.db", "SQLAlchemy URL of the database.")
    database_connections: int = _setting(
        20, "Most connections to PostgreSQL that one replica keeps."
    )
    redis_url: str = _setting(
        "",
        "Redis that carries pushes and limits between replicas: `redis://host:6379/0`; "
        "empty: this is the only process.",
        secret=True,
    )
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on.")
    model_dir: Path = _setting(Path("models"), "Folder of trained models; the newest is loaded.")
    data_dir: Path = _setting(Path("data"), "Folder of phrases, answers and responses.")
    jwt_keys: str = _setting(
        "",
        "Keys that sign sellers' tokens (HS256): `kid:secret`, several with commas.",
        secret=True,
    )
    jwt_public_keys: str = _setting(
        "", "Public keys that verify sellers' tokens (RS256): `kid:file.pem`, several with commas."
    )
    jwt_audience: str = _setting("seller-assistant", "Audience a seller's token must name.")
    site_origins: str = _setting(
        "", "Origins of pages that carry the widget, besides our own; several with commas."
    )
    trusted_proxies: str = _setting(
        "127.0.0.1", "Addresses of proxies whose X-Forwarded-For is believed, with commas."
    )
    limit_address: str = _setting("1200/minute", "Calls to the site API from one address.")
    limit_seller: str = _setting("300/minute", "Calls to the site API by one seller.")
    limit_messages: str = _setting(
        "30/minute;300/hour", "Messages sent and conversations begun by one seller."
    )
    console_idle_minutes: int = _setting(
        120, "Minutes after a page or a write by somebody on the staff until their session ends."
    )
    console_session_hours: int = _setting(12, "Hours after which a session of the staff ends.")
    limit_staff: str = _setting("1200/minute", "Calls to the console by one of the staff.")
    limit_sign_in_account: str = _setting(
        "6/minute;40/hour", "Attempts to sign in to one account of the staff."
    )
    limit_sign_in_address: str = _setting(
        "20/minute;200/hour", "Attempts to sign in to the console from one address."
    )
    triage_keys: str = _setting(
        "",
        "Keys of systems that hand over tickets: `name:secret`, several with commas; "
        "empty: the triage API lets nobody in.",
        secret=True,
    )
    limit_triage: str = _setting("600/minute;10000/hour", "Tickets read for one triage key.")
    marketplace_url: str = _setting(
        "", "Base URL of the marketplace's API; empty: the embedded one in our database."
    )
    marketplace_key: str = _setting("", "API key for the marketplace.", secret=True)
    webhook_secret: str = _setting(
        "",
        "Secret that signs the marketplace's webhooks; empty: webhooks are refused. "
        "While it is replaced: the new and the old one, with a comma.",
        secret=True,
    )
    article_url: str = _setting(
        "https://aide.example.com/articles/{article}", "Address of FAQ articles."
    )
    self_approval: bool = _setting(
        False, "Whoever wrote an FAQ answer may approve it too: for teams of one."
    )
    rate_window_days: int = _setting(60, "Days over which the completion rate is counted.")
    turn_seconds: float = _setting(20.0, "Longest time one turn may take, in seconds.")
    burst_seconds: float = _setting(
        0.7, "How long a fragment waits for the rest of what is being typed, in seconds."
    )
    opening_hours: str = _setting(
        "lun-ven 09:00-18:00",
        "When the team answers, Paris time: `lun-ven 09:00-12:00 14:00-18:00; sam 10:00-12:00`, "
        "or `toujours`.",
    )
    closed_days: str = _setting(
        "", "Days on which the team does not answer: `2026-12-25`, several with commas."
    )
    claim_minutes: float = _setting(
        10.0,
        "How long a seller waits for who claimed before the queue has them again, minutes.",
    )
    slack_bot_token: str = _setting(
        "", "Bot token of the Slack app (`xoxb-…`); empty: Slack is off.", secret=True
    )
    slack_signing_secret: str = _setting(
        "",
        "Signing secret of the Slack app; empty: nothing from Slack is taken. "
        "While it is replaced: the new and the old one, with a comma.",
        secret=True,
    )
    slack_channels: str = _setting(
        "",
        "Channels of escalations by topic or urgency: `default=C0123,urgent=C0456`; "
        "`default` is needed.",
    )
    slack_api_url: str = _setting("https://slack.com/api/", "Base URL of Slack's Web API.")
    slack_digest_hour: str = _setting(
        "", "Hour of the digest on weekdays, Paris time: `9`; empty: there is none."
    )
    console_url: str = _setting(
        "http://127.0.0.1:8000", "Address of this server as the staff's browsers reach it."
    )
    keep_conversations_days: int = _setting(
        365,
        "Days after the last message that a conversation is kept, unless somebody waits there; "
        "afterwards only what figures are counted from is left. 0: for ever, here and below.",
    )
    keep_tickets_days: int = _setting(365, "The same for tickets that came through the triage API.")
    keep_review_days: int = _setting(
        180, "Days that reviewed phrases and a shadow model's readings are kept."
    )
    keep_deliveries_days: int = _setting(
        1, "Days that finished deliveries from Slack and calls to it are kept."
    )
    keep_audit_days: int = _setting(
        1095, "Days that the audit log and what figures are counted from are kept."
    )
    demo_seller: str = _setting("lea", "Seller that plain `rasa shell` and `rasa run` speak as.")
    fault_point: str = _setting(
        "", "Where the process kills itself, for recovery tests; demo only."
    )
    most_turns: int = _setting(24, "Turns that run at once in one process; others wait.")
    most_turns_waiting: int = _setting(
        200, "Turns that may wait; while there are more, sellers' new messages are refused."
    )
    most_requests: int = _setting(48, "Calls to the site API that are handled at once.")
    most_requests_waiting: int = _setting(
        200, "Calls to the site API that may wait for that; others are refused at once."
    )
    most_streams: int = _setting(5000, "Sellers' streams open at once in one process.")
    overload_patience: float = _setting(
        2.0, "How long a call waits for room before it is refused, in seconds."
    )
    metrics_token: str = _setting(
        "",
        "Bearer token that reads `/metrics` and the checks of `/readyz`; empty: this machine "
        "alone, and not through a proxy.",
        secret=True,
    )
    log_level: str = _setting("INFO", "Log level.")
    log_format: str = _setting(
        "", "`json`: one object a line, or `text`; empty: json, in demo mode text."
    )

    def check(self) -> Settings:
        """Returns itself; raises SettingsError when a secret is missing, weak, or a demo one."""
        self._check_slack()
        if self.log_format not in ("", "json", "text"):
            raise SettingsError(f"{PREFIX}LOG_FORMAT is json or text")
        if min(self.most_turns, self.most_requests) < 1:
            raise SettingsError(f"{PREFIX}MOST_TURNS and {PREFIX}MOST_REQUESTS are 1 or more")
        if self.metrics_token and len(self.metrics_token) < METRICS_TOKEN_LENGTH:
            raise SettingsError(
                f"{PREFIX}METRICS_TOKEN needs {METRICS_TOKEN_LENGTH} characters or more"
            )
        if self.demo:
            return self
        for name, demo_secret in DEMO_SECRETS.items():
            if demo_secret in getattr(self, name):
                raise SettingsError(f"{PREFIX}{name.upper()} is the demo secret: set your own")
        if self.fault_point:
            raise SettingsError(f"{PREFIX}FAULT_POINT is for demo mode only")
        keys = [pair.partition(":")[2] for pair in self.jwt_keys.split(",")]
        only_public = bool(self.jwt_public_keys) and not self.jwt_keys
        if not only_public and any(len(key) < SECRET_LENGTH for key in keys):
            raise SettingsError(
                f"{PREFIX}JWT_KEYS needs kid:secret with {SECRET_LENGTH} characters or more; "
                f"or set {PREFIX}DEMO=1 to try things out"
            )
        secrets = [pair.partition(":")[2].strip() for pair in self.triage_keys.split(",")]
        if self.triage_keys and any(len(secret) < SECRET_LENGTH for secret in secrets):
            raise SettingsError(
                f"{PREFIX}TRIAGE_KEYS needs name:secret with {SECRET_LENGTH} characters or more"
            )
        if self.marketplace_url and not self.marketplace_key:
            raise SettingsError(f"{PREFIX}MARKETPLACE_KEY is missing")
        return self

    def _check_slack(self) -> None:
        """Raises SettingsError when Slack is set up by half."""
        needed = ("slack_bot_token", "slack_signing_secret", "slack_channels")
        missing = [PREFIX + name.upper() for name in needed if not getattr(self, name).strip()]
        if 0 < len(missing) < len(needed):
            raise SettingsError(f"Slack also needs {' and '.join(missing)}")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Returns the settings of an environment, by default the process's own.

    A value may also stand in a file that ``…_FILE`` names: secrets mounted into a container. In
    demo mode missing secrets become the demo ones. Raises SettingsError for a value that cannot
    be read, or see ``Settings.check``.
    """
    env = os.environ if environment is None else environment
    demo = _truth(env.get(f"{PREFIX}DEMO", ""))
    values: dict[str, Any] = dict(DEMO_SECRETS) if demo else {}
    for setting in fields(Settings):
        raw = _raw(env, PREFIX + setting.name.upper())
        if raw != "":
            values[setting.name] = _read(setting.name, raw, type(setting.default))
    return Settings(**values).check()


def settings_table() -> str:
    """Returns the README's table of all settings, in Markdown."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for setting in fields(Settings):
        default = f"`{setting.default}`" if str(setting.default) else ""
        rows.append(
            f"| `{PREFIX}{setting.name.upper()}` | {default} | {setting.metadata['says']} |"
        )
    return "\n".join(rows)


def _raw(env: Mapping[str, str], variable: str) -> str:
    """Returns what a variable says, or the file it names; "" for neither."""
    raw, file = env.get(variable, ""), env.get(f"{variable}_FILE", "")
    if not file:
        return raw
    if raw:
        raise SettingsError(f"{variable} and {variable}_FILE are both set: which one counts?")
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{variable}_FILE: {file} cannot be read") from error


def _read(name: str, raw: str, kind: type) -> Any:
    if kind is bool:
        return _truth(raw)
    try:
        return kind(raw)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}{name.upper()}: {raw!r} is no {kind.__name__}") from error


def _truth(raw: str) -> bool:
    return raw.strip().lower() in {"1", "true", "yes", "on"}
