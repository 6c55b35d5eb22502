"""What reads tokens, Slack's deliveries, a marketplace's answers and YAML refuses, and never breaks."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.adapters.clock import MovableClock
from bot.adapters.content_yaml import load_content
from bot.adapters.jwt_tokens import JwtTokens
from bot.adapters.replies_yaml import load_replies
from bot.errors import AuthenticationError, ContentError
from bot.marketplace.signatures import verify
from bot.marketplace.wire import extension_from, order_from, refusal_from
from bot.support.slack import parse_channels
from tests.slack.conftest import SECRET as SLACK_SECRET

from .conftest import PROFILE, Site, json_objects, json_values, names, said

SECRET = "s" * 40


def tokens() -> JwtTokens:
    return JwtTokens({"k": SECRET}, "seller-assistant", MovableClock())


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


CLAIMS = st.dictionaries(
    st.sampled_from(["sub", "aud", "exp", "iat", "nbf", "name", "jti", "iss"]), json_values()
)


@PROFILE
@given(
    st.one_of(
        said(), st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")),
        st.tuples(json_values(), json_values(), said()).map(
            lambda three: f"{encoded(three[0])}.{encoded(three[1])}.{three[2]}"
        ),
    )
)  # fmt: skip
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(AuthenticationError):
        tokens().identify(text)


@PROFILE
@given(CLAIMS, st.dictionaries(st.sampled_from(["kid", "typ", "crit", "x"]), json_values()))
def test_any_claims_rightly_signed_are_read_or_refused(
    claims: dict[str, Any], headers: dict[str, Any]
) -> None:
    checked, now = tokens(), MovableClock().now()
    good = {"sub": "lea", "aud": "seller-assistant", "exp": (now + timedelta(hours=1)).timestamp()}
    try:
        signed = jwt.api_jws.encode(
            json.dumps({**good, **claims}).encode(), SECRET, "HS256", {"kid": "k", **headers}
        )
    except Exception:  # the library itself refuses to make it
        return
    try:
        identity = checked.identify(signed)
    except AuthenticationError:
        return
    assert isinstance(identity.seller_id, str) and identity.seller_id


def slack_event() -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.sampled_from(
        ["message", "app_mention", "app_home_opened", "reaction_added", "channel_archive", "x"]
    )
    fields = st.fixed_dictionaries({"type": kinds}, optional={
        "channel": st.one_of(st.just("C0TEAM"), json_values()),
        "user": st.one_of(st.just("U0NORA"), json_values()),
        "text": st.one_of(said(), json_values()), "ts": json_values(),
        "thread_ts": json_values(), "channel_type": st.sampled_from(["im", "channel", 3]),
        "message": json_values(), "previous_message": json_values(), "files": json_values(),
        "subtype": json_values(), "tab": json_values(), "view": json_values(),
    })  # fmt: skip
    return st.fixed_dictionaries(
        {"type": st.just("event_callback"), "event": st.one_of(fields, json_values())},
        optional={"event_id": json_values(), "team_id": json_values()},
    )


def slack_interaction(kinds: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    names_of = [kind.partition(":")[2] for kind in kinds] or ["x"]
    action = st.fixed_dictionaries(
        {"action_id": st.sampled_from(names_of)},
        optional={"value": st.one_of(said(), json_values()), "block_id": json_values(),
                  "selected_option": json_values(), "action_ts": json_values()},
    )  # fmt: skip
    return st.fixed_dictionaries(
        {"type": st.sampled_from(
            ["block_actions", "view_submission", "view_closed", "shortcut", "message_action"])},
        optional={
            "actions": st.one_of(st.lists(action, max_size=2), json_values()),
            "callback_id": st.one_of(st.sampled_from(names_of), json_values()),
            "view": st.one_of(json_values(), st.fixed_dictionaries(
                {"callback_id": st.sampled_from(names_of)},
                optional={"private_metadata": st.one_of(said(), json_values()),
                          "state": json_values(), "id": json_values(), "hash": json_values()})),
            "user": st.one_of(st.just({"id": "U0NORA"}), json_values()),
            "channel": json_values(), "message": json_values(), "container": json_values(),
            "trigger_id": json_values(), "response_url": json_values(), "team": json_values(),
        },
    )  # fmt: skip


def post_to_slack(site: Site, path: str, raw: bytes) -> int:
    stamp = str(int(site.clock.now().timestamp()))
    signed = SignatureVerifier(SLACK_SECRET).generate_signature(timestamp=stamp, body=raw)
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": str(signed)}
    return int(site.client.post(path, content=raw, headers=headers).status_code)


@pytest.mark.parametrize("path", ["/slack/events", "/slack/interactions", "/slack/commands"])
def test_any_signed_delivery_is_taken_and_stops_nothing(site: Site, path: str) -> None:
    slack = site.application.slack
    assert slack is not None
    kinds = sorted(slack.inbox.kinds)
    command = st.dictionaries(names(), said()).map(
        lambda form: {"command": "/vendeurs", "user_id": "U0NORA", **form}
    )
    payload = {
        "/slack/events": st.one_of(slack_event(), json_objects()).map(json.dumps),
        "/slack/interactions": st.one_of(slack_interaction(kinds), json_values()).map(
            lambda each: urlencode({"payload": json.dumps(each)})
        ),
        "/slack/commands": command.map(lambda form: urlencode(form, errors="replace")),
    }[path]

    @PROFILE
    @given(st.one_of(payload, payload, said()).map(str.encode))
    def taken(raw: bytes) -> None:
        assert post_to_slack(site, path, raw) in (200, 400, 413)
        slack.inbox.run_due()

    taken()


@PROFILE
@given(said(), said())
def test_any_signature(timestamp: str, signature: str) -> None:
    assert not verify(SECRET, timestamp, signature, b"{}", MovableClock().now())


@pytest.mark.parametrize("read", [order_from, extension_from, refusal_from])
def test_any_answer_of_a_marketplace(read: Any) -> None:
    known = st.sampled_from(
        ["number", "seller_id", "status", "due_at", "placed_at", "buyer", "buyer_name", "title",
         "days", "reason", "state", "id", "order_number", "asked_at", "answer_by", "code",
         "extension", "cancellation", "revisions", "previous_due_at", "answered_at", "rule"]
    )  # fmt: skip

    @PROFILE
    @given(st.one_of(json_values(), st.dictionaries(known, json_values(), max_size=12)))
    def reads(raw: Any) -> None:
        try:
            read(raw)
        except ValueError:
            return

    reads()


@PROFILE
@given(said())
def test_any_setting_of_channels(text: str) -> None:
    try:
        parse_channels(text)
    except ValueError:
        return


YAML = st.one_of(
    said(),
    json_values().map(json.dumps),
    st.lists(json_objects(), max_size=3).map(lambda found: json.dumps({"replies": found})),
    st.lists(
        st.sampled_from(["replies:", "- id: a", "  version: 1", "  title: T", "  text: |", "    x",
                         "&a *a", "? :", "!!python/object:os.system x", "<<: *x", "%", "\t", "---"]),
        max_size=9,
    ).map("\n".join),
)  # fmt: skip


@PROFILE
@given(YAML)
def test_any_file_of_canned_replies(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "replies"
    folder.mkdir(exist_ok=True)
    (folder / "x.yml").write_text(text, "utf-8", "replace")
    try:
        load_replies(tmp_path)
    except ContentError:
        return


@PROFILE
@given(YAML, st.sampled_from(["nlu/faq", "responses"]))
def test_any_file_of_content(tmp_path: Path, text: str, kind: str) -> None:
    for each in ("nlu/faq", "responses", "nlu/requests"):
        (tmp_path / each).mkdir(parents=True, exist_ok=True)
        (tmp_path / each / "x.yml").write_text("{}", "utf-8")
    (tmp_path / kind / "x.yml").write_text(text, "utf-8", "replace")
    try:
        load_content(tmp_path, "https://aide.example.com/{article}")
    except ContentError:
        return
