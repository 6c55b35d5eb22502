"""The checker of soak and chaos finds each kind of damage that is planted, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from cluster.evidence import (
    ConfirmedClaim,
    ConfirmedReply,
    Evidence,
    MarketplaceRequest,
    Sent,
    StoredConversation,
    StoredEffect,
    StoredEvent,
    StoredMessage,
    Transcript,
)
from cluster.verdict import AFTER_CLAIM, DISORDERED, DOUBLED, LOST, UNSETTLED, UNTRUE, findings

BEGUN = datetime(2026, 11, 30, 9, tzinfo=timezone.utc)
ONE = "c_one"
KEY = f"{ONE}:3:request_extension"
RECEIPT = {"number": "FO1", "days": "4 jours"}


def said(number: int, author: str, text: str, **more: Any) -> StoredMessage:
    return StoredMessage(number, author, text, BEGUN + timedelta(seconds=number), **more)


def happened(id: int, kind: str, state: str, number: int, epoch: int) -> StoredEvent:
    after = {"state": state, "number": number, "epoch": epoch}
    return StoredEvent(id, f"conversation.{kind}", BEGUN, "staff", "nora", after=after)


@pytest.fixture
def evidence() -> Evidence:
    """An extension with its receipt, then an agent's claim, a reply, and the way back."""
    messages = [
        said(1, "seller", "prolonge FO1 de 4 jours, panne", client_id="m1"),
        said(2, "bot", "Je confirme ?", reply_to=1, response="extension_confirm", values=RECEIPT),
        said(3, "seller", "Oui", client_id="m2", intent="affirm"),
        said(4, "bot", "C'est demandé.", reply_to=3, response="extension_receipt", values=RECEIPT),
        said(5, "seller", "un humain svp", client_id="m3"),
        said(6, "bot", "Je transmets.", reply_to=5, response="handoff_started"),
        said(7, "system", "Nora s'en occupe.", notice_key=f"claimed:{ONE}:1"),
        said(8, "seller", "merci", client_id="m4"),
        said(9, "agent", "Bonjour, dossier 7."),
        said(10, "bot", "Je suis de retour.", notice_key=f"handed_back:{ONE}:2"),
    ]
    events = [happened(1, "claimed", "human", 6, 1), happened(2, "handed_back", "bot", 9, 2)]
    effect = StoredEffect(KEY, "confirmed", {"number": "FO1"}, {"extension_id": "ext_1"})
    stored = StoredConversation(ONE, "lea", "bot", messages, [effect], events)
    transcript = Transcript(
        "lea",
        ONE,
        [
            Sent("m1", "…", number=1),
            Sent("m2", button="btn", number=3),
            Sent("m3", "…", number=5),
            Sent("m4", "…", number=8),
        ],
        {m.number: {"number": m.number, "author": m.author, "text": m.text} for m in messages},
    )
    return Evidence(
        {ONE: stored},
        [MarketplaceRequest("ext_1", KEY, "lea", "FO1", 4)],
        [transcript],
        [ConfirmedClaim(ONE, "nora", 1)],
        [ConfirmedReply(ONE, 9, "Bonjour, dossier 7.")],
    )


def change(evidence: Evidence, place: int, /, **values: Any) -> None:
    messages = evidence.stored[ONE].messages
    messages[place - 1] = replace(messages[place - 1], **values)


def add(evidence: Evidence, author: str, text: str, **values: Any) -> None:
    """Adds a message that store and client agree about."""
    messages = evidence.stored[ONE].messages
    messages.append(said(len(messages) + 1, author, text, **values))
    shown = evidence.transcripts[0].shown
    shown[len(messages)] = {"number": len(messages), "author": author, "text": text}


def test_a_run_in_order_has_no_findings(evidence: Evidence) -> None:
    assert findings(evidence) == []


def forget_accepted(evidence: Evidence) -> None:
    change(evidence, 8, client_id=None)


def forget_answer(evidence: Evidence) -> None:
    change(evidence, 4, reply_to=None)


def forget_last_answer(evidence: Evidence) -> None:
    add(evidence, "seller", "et mon taux ?", client_id="m5")


def never_accept(evidence: Evidence) -> None:
    evidence.transcripts[0].sent.append(Sent("m9", "allô ?", tries=7))


def lose_conversation(evidence: Evidence) -> None:
    evidence.stored = {}
    evidence.requests, evidence.claims, evidence.replies = [], [], []


def hide_from_client(evidence: Evidence) -> None:
    del evidence.transcripts[0].shown[10]


def forget_reply_of_agent(evidence: Evidence) -> None:
    evidence.replies = [ConfirmedReply(ONE, 11, "Bonjour, dossier 8.")]


def forget_claim(evidence: Evidence) -> None:
    evidence.claims = [ConfirmedClaim(ONE, "nora", 5)]


def forget_receipt(evidence: Evidence) -> None:
    change(evidence, 4, response="tool_failure", values={})


def store_twice(evidence: Evidence) -> None:
    add(evidence, "seller", "merci", client_id="m4")
    add(evidence, "bot", "Avec plaisir.", reply_to=11)


def answer_twice(evidence: Evidence) -> None:
    add(evidence, "bot", "Je transmets.", reply_to=5)


def receipt_twice(evidence: Evidence) -> None:
    add(evidence, "bot", "C'est demandé.", response="extension_receipt", values=RECEIPT)


def request_twice(evidence: Evidence) -> None:
    evidence.requests = [*evidence.requests, *evidence.requests]


def reply_twice(evidence: Evidence) -> None:
    add(evidence, "agent", "Bonjour, dossier 7.")


def claim_twice(evidence: Evidence) -> None:
    evidence.claims = [*evidence.claims, ConfirmedClaim(ONE, "sam", 1)]


def show_late(evidence: Evidence) -> None:
    evidence.transcripts[0].problems.append("message 6 came after 4")


def number_with_gap(evidence: Evidence) -> None:
    change(evidence, 10, number=12)


def show_otherwise(evidence: Evidence) -> None:
    evidence.transcripts[0].shown[4] = {"number": 4, "author": "bot", "text": "Refusé."}


def speak_under_claim(evidence: Evidence) -> None:
    change(evidence, 7, author="bot", response="greet")


def speak_under_lasting_claim(evidence: Evidence) -> None:
    evidence.stored[ONE].events.pop()


def invent_receipt(evidence: Evidence) -> None:
    evidence.requests = []
    evidence.stored[ONE].effects.clear()


def invent_other_days(evidence: Evidence) -> None:
    change(evidence, 4, values={**RECEIPT, "days": "5 jours"})


def confirm_nothing(evidence: Evidence) -> None:
    evidence.requests = []
    change(evidence, 4, response="extension_not_sent", values={})


def deny_what_was_done(evidence: Evidence) -> None:
    effect = evidence.stored[ONE].effects[0]
    evidence.stored[ONE].effects[0] = replace(effect, state="refused", outcome={})


def refuse_own_request(evidence: Evidence) -> None:
    change(evidence, 4, response="extension_refused_already_pending", values={"number": "FO1"})


def act_without_ledger(evidence: Evidence) -> None:
    evidence.stored[ONE].effects.clear()


def act_for_nobody(evidence: Evidence) -> None:
    evidence.requests = [*evidence.requests, MarketplaceRequest("x", "c_no:1:a", "lea", "FO2", 1)]


def leave_unanswered(evidence: Evidence) -> None:
    add(evidence, "seller", "et mon taux ?", client_id="m5", status="received")


def leave_unknown(evidence: Evidence) -> None:
    effect = evidence.stored[ONE].effects[0]
    evidence.stored[ONE].effects[0] = replace(effect, state="unknown")


PLANTED: list[tuple[Callable[[Evidence], None], str]] = [
    (forget_accepted, LOST),
    (forget_answer, LOST),
    (forget_last_answer, LOST),
    (never_accept, LOST),
    (lose_conversation, LOST),
    (hide_from_client, LOST),
    (forget_reply_of_agent, LOST),
    (forget_claim, LOST),
    (forget_receipt, LOST),
    (store_twice, DOUBLED),
    (answer_twice, DOUBLED),
    (receipt_twice, DOUBLED),
    (request_twice, DOUBLED),
    (reply_twice, DOUBLED),
    (claim_twice, DOUBLED),
    (show_late, DISORDERED),
    (number_with_gap, DISORDERED),
    (show_otherwise, DISORDERED),
    (speak_under_claim, AFTER_CLAIM),
    (speak_under_lasting_claim, AFTER_CLAIM),
    (invent_receipt, UNTRUE),
    (invent_other_days, UNTRUE),
    (confirm_nothing, UNTRUE),
    (deny_what_was_done, UNTRUE),
    (refuse_own_request, UNTRUE),
    (act_without_ledger, UNTRUE),
    (act_for_nobody, UNTRUE),
    (leave_unanswered, UNSETTLED),
    (leave_unknown, UNSETTLED),
]


@pytest.mark.parametrize(("plant", "kind"), PLANTED, ids=[p.__name__ for p, _ in PLANTED])
def test_planted_damage_is_found(
    plant: Callable[[Evidence], None], kind: str, evidence: Evidence
) -> None:
    plant(evidence)
    assert kind in {finding.kind for finding in findings(evidence)}


def test_what_is_typed_in_a_burst_is_answered_together(evidence: Evidence) -> None:
    add(evidence, "seller", "et mon", client_id="m5")
    add(evidence, "seller", "taux ?", client_id="m6")
    add(evidence, "bot", "92 %", reply_to=12)
    assert findings(evidence) == []


def test_a_button_is_answered_alone(evidence: Evidence) -> None:
    add(evidence, "seller", "Oui", client_id="m5", intent="affirm")
    add(evidence, "seller", "taux ?", client_id="m6")
    add(evidence, "bot", "92 %", reply_to=12)
    assert [finding.kind for finding in findings(evidence)] == [LOST]


def test_an_inactive_button_is_answered_by_its_notice(evidence: Evidence) -> None:
    add(evidence, "seller", "Oui", client_id="m5")
    add(evidence, "bot", "Ce choix n'est plus actif.", notice_key=f"inactive:{ONE}:11")
    assert findings(evidence) == []
