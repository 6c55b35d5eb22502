"""Whether the promises were kept, by the evidence of a run: nothing lost, doubled or untrue.

Every check is a function from evidence to findings; tests plant each kind of damage and see it
found. A conversation's numbers are its order: whatever happened, they have no gaps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.language import phrasing
from cluster.evidence import (
    Evidence,
    MarketplaceRequest,
    StoredConversation,
    StoredEvent,
    StoredMessage,
    Transcript,
)

LOST, DOUBLED, DISORDERED = "lost", "doubled", "disordered"
AFTER_CLAIM, UNTRUE, UNSETTLED = "bot message after a claim", "untrue", "unsettled"
KINDS = (LOST, DOUBLED, DISORDERED, AFTER_CLAIM, UNTRUE, UNSETTLED)
RECEIPT = "extension_receipt"
OUTCOMES = frozenset(
    {
        "notice_extension_accepted",
        "notice_extension_auto_accepted",
        "notice_extension_refused",
        "notice_extension_withdrawn",
    }
)
"""Responses that say how a request was answered, after the receipt or in its place."""

_DENIALS = frozenset({"extension_refused_already_pending"})
"""Responses that blame a request made before: true only if the seller was told of that one."""


@dataclass(frozen=True)
class Finding:
    """One broken promise, in one conversation ("" for none)."""

    kind: str
    conversation: str
    says: str


def findings(evidence: Evidence) -> list[Finding]:
    """Returns every broken promise; none is the goal."""
    return [
        *_of_clients(evidence),
        *_of_answers(evidence),
        *_of_claims(evidence),
        *_of_extensions(evidence),
    ]


def _of_clients(evidence: Evidence) -> Iterator[Finding]:
    """What clients were promised and shown is what the store has, once and in order."""
    for transcript in evidence.transcripts:
        name = transcript.conversation
        for problem in transcript.problems:
            yield Finding(DISORDERED, name, problem)
        stored = evidence.stored.get(name)
        if stored is None:
            if transcript.sent:
                yield Finding(LOST, name, "the conversation is not in the store")
            continue
        yield from _of_sent(transcript, stored)
        yield from _of_shown(transcript, stored)
    for reply in evidence.replies:
        found = evidence.stored.get(reply.conversation)
        same = [m for m in found.messages if m.text == reply.text] if found else []
        if not same:
            yield Finding(LOST, reply.conversation, f"an agent's reply: {reply.text}")
        elif len(same) > 1:
            yield Finding(DOUBLED, reply.conversation, f"an agent's reply: {reply.text}")


def _of_sent(transcript: Transcript, stored: StoredConversation) -> Iterator[Finding]:
    ids = Counter(message.client_id for message in stored.messages if message.client_id)
    numbers = {m.client_id: m.number for m in stored.messages if m.client_id}
    for sent in transcript.sent:
        what = f"message {sent.number} ({sent.text or 'a button'}), {sent.tries} tries"
        if sent.number is None:
            if not sent.refused:
                yield Finding(LOST, stored.id, f"never accepted: {what}")
        elif not ids[sent.client_id]:
            yield Finding(LOST, stored.id, f"accepted and not stored: {what}")
        elif ids[sent.client_id] > 1:
            yield Finding(DOUBLED, stored.id, f"stored {ids[sent.client_id]} times: {what}")
        elif numbers[sent.client_id] != sent.number:
            yield Finding(DISORDERED, stored.id, f"stored as {numbers[sent.client_id]}: {what}")


def _of_shown(transcript: Transcript, stored: StoredConversation) -> Iterator[Finding]:
    numbers = [message.number for message in stored.messages]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Finding(DISORDERED, stored.id, f"the store's numbers are {numbers}")
    if sorted(transcript.shown) != numbers:
        missing = sorted(set(numbers) ^ set(transcript.shown))
        yield Finding(LOST, stored.id, f"store and client differ in messages {missing}")
    for message in stored.messages:
        shown = transcript.shown.get(message.number)
        if shown is None:
            continue
        if (shown["author"], shown["text"]) != (message.author, message.text):
            yield Finding(DISORDERED, stored.id, f"message {message.number} was shown otherwise")


def _of_answers(evidence: Evidence) -> Iterator[Finding]:
    """Every message of a seller was answered once, or is in a human's hands."""
    for stored in evidence.stored.values():
        answered = sorted({m.reply_to for m in stored.messages if m.reply_to is not None})
        for message in stored.messages:
            if message.author != "seller":
                continue
            if message.status != "done":
                yield Finding(UNSETTLED, stored.id, f"message {message.number} waits for its turn")
            elif not _is_answered(message, answered, stored):
                yield Finding(LOST, stored.id, f"message {message.number} was never answered")
        yield from _answered_twice(stored)


def _is_answered(message: StoredMessage, answered: list[int], stored: StoredConversation) -> bool:
    later = next((number for number in answered if number >= message.number), None)
    # A button is read alone; what was typed is read with what was typed right after it.
    if later == message.number:
        return True
    if later is not None and message.intent is None:
        between = [m for m in stored.messages if message.number < m.number <= later]
        if all(m.intent is None for m in between if m.author == "seller"):
            return True
    inactive = f"inactive:{stored.id}:{message.number}"
    if any(other.notice_key == inactive for other in stored.messages):
        return True
    return any(_hold_reaches(hold, message, stored) for hold in holds(stored))


def _answered_twice(stored: StoredConversation) -> Iterator[Finding]:
    """The replies to one message come from one commit, which gives them one moment."""
    moments: dict[int, set[object]] = {}
    for message in stored.messages:
        if message.reply_to is not None:
            moments.setdefault(message.reply_to, set()).add(message.created_at)
    for number, found in moments.items():
        if len(found) > 1:
            yield Finding(DOUBLED, stored.id, f"message {number} was answered {len(found)} times")


@dataclass(frozen=True)
class Hold:
    """A human's hold: of the messages after ``since`` up to ``until`` (None: it lasts)."""

    since: int
    until: int | None


def holds(stored: StoredConversation) -> list[Hold]:
    """Returns when humans held a conversation, by its events."""
    found: list[Hold] = []
    since: int | None = None
    for event in stored.events:
        state, number = event.after.get("state"), event.after.get("number")
        if state == "human" and since is None and number is not None:
            since = number
        elif state not in (None, "human") and since is not None and number is not None:
            found.append(Hold(since, number))
            since = None
    return [*found, Hold(since, None)] if since is not None else found


def _hold_reaches(hold: Hold, message: StoredMessage, stored: StoredConversation) -> bool:
    """Tells whether staff had a message before them: it came in a hold, or waited when it began.

    Messages are answered in order: one before an answered one did not wait any more.
    """
    if hold.until is not None and message.number > hold.until:
        return False
    return not any(
        m.reply_to is not None and m.reply_to > message.number and m.number <= hold.since
        for m in stored.messages
    )


def _of_claims(evidence: Evidence) -> Iterator[Finding]:
    """Under a claim no bot speaks, and one person holds it."""
    for stored in evidence.stored.values():
        for hold in holds(stored):
            for message in stored.messages:
                within = hold.until is None or message.number <= hold.until
                if message.author == "bot" and hold.since < message.number and within:
                    says = f"message {message.number} ({message.response}) under a claim"
                    yield Finding(AFTER_CLAIM, stored.id, says)
        epochs = Counter(
            e.after.get("epoch") for e in stored.events if e.kind == "conversation.claimed"
        )
        for epoch, count in epochs.items():
            if count > 1:
                yield Finding(DOUBLED, stored.id, f"epoch {epoch} was claimed {count} times")
    winners: dict[tuple[str, int], set[str]] = {}
    for claim in evidence.claims:
        winners.setdefault((claim.conversation, claim.epoch), set()).add(claim.staff)
        found = evidence.stored.get(claim.conversation)
        if found is None or not any(_is_claim(event, claim.epoch) for event in found.events):
            yield Finding(LOST, claim.conversation, f"the claim of epoch {claim.epoch}")
    for (name, epoch), staff in winners.items():
        if len(staff) > 1:
            yield Finding(DOUBLED, name, f"epoch {epoch} was promised to {sorted(staff)}")


def _is_claim(event: StoredEvent, epoch: int) -> bool:
    return event.kind == "conversation.claimed" and event.after.get("epoch") == epoch


def _of_extensions(evidence: Evidence) -> Iterator[Finding]:
    """Our ledger, the marketplace's and what sellers were told agree, both ways."""
    by_key = {request.key: request for request in evidence.requests if request.key}
    keys = Counter(request.key for request in evidence.requests if request.key)
    for key, count in keys.items():
        if count > 1:
            yield Finding(DOUBLED, key.partition(":")[0], f"{count} requests under {key}")
    for key, request in by_key.items():
        if key.partition(":")[0] not in evidence.stored:
            yield Finding(UNTRUE, "", f"nobody asked for {request.order} under {key}")
    for stored in evidence.stored.values():
        ours = [r for key, r in by_key.items() if key.partition(":")[0] == stored.id]
        yield from _of_effects(stored, by_key)
        yield from _of_receipts(stored, ours)


def _of_effects(
    stored: StoredConversation, by_key: Mapping[str, MarketplaceRequest]
) -> Iterator[Finding]:
    for effect in stored.effects:
        request = by_key.get(effect.key)
        if effect.state in ("sent", "unknown"):
            yield Finding(UNSETTLED, stored.id, f"{effect.key} is still {effect.state}")
        elif effect.state == "confirmed" and request is None:
            yield Finding(UNTRUE, stored.id, f"{effect.key} is confirmed and was never requested")
        elif effect.state != "confirmed" and request is not None:
            yield Finding(UNTRUE, stored.id, f"{effect.key} is {effect.state} and was requested")
        elif request is not None and (effect.outcome or {}).get("extension_id") != request.id:
            yield Finding(UNTRUE, stored.id, f"{effect.key} names another request")
    known = {effect.key for effect in stored.effects}
    for key in by_key:
        if key.partition(":")[0] == stored.id and key not in known:
            yield Finding(UNTRUE, stored.id, f"{key} was requested and is not in our ledger")


def _of_receipts(stored: StoredConversation, ours: list[MarketplaceRequest]) -> Iterator[Finding]:
    made = Counter((request.order, phrasing.days(request.days)) for request in ours)
    receipts = Counter(_told_of(m) for m in stored.messages if m.response == RECEIPT)
    outcomes = Counter(_told_of(m) for m in stored.messages if m.response in OUTCOMES)
    for what in made.keys() | receipts.keys() | outcomes.keys():
        order = f"{what[0]}, {what[1]}"
        told = receipts[what] + outcomes[what]
        if told and not made[what]:
            yield Finding(UNTRUE, stored.id, f"a receipt without a request: {order}")
        elif made[what] and not told:
            yield Finding(LOST, stored.id, f"a request without a receipt: {order}")
        elif receipts[what] > made[what]:
            yield Finding(DOUBLED, stored.id, f"{receipts[what]} receipts of one request: {order}")
    for message in stored.messages:
        if message.response in _DENIALS and _blames_itself(message, stored, ours):
            says = f"message {message.number} refuses what it asked for itself"
            yield Finding(UNTRUE, stored.id, says)


def _told_of(message: StoredMessage) -> tuple[str, str]:
    """Returns the order and the days that a receipt names."""
    return str(message.values.get("number")), str(message.values.get("days"))


def _blames_itself(
    denial: StoredMessage, stored: StoredConversation, ours: list[MarketplaceRequest]
) -> bool:
    number = denial.values.get("number")
    before = [m for m in stored.messages if m.number < denial.number and m.response == RECEIPT]
    was_told = any(m.values.get("number") == number for m in before)
    return any(request.order == number for request in ours) and not was_told
