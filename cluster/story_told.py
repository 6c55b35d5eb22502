"""The story of one conversation as everybody saw it, for whoever looks into a broken promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from cluster.breaking import Damage
from cluster.evidence import Evidence, StoredConversation

_AROUND = 30.0


def story_told(conversation: str, evidence: Evidence, damages: Sequence[Damage]) -> Iterator[str]:
    """Yields the lines of it: what is stored and what was broken, by time, then the ledgers."""
    stored = evidence.stored.get(conversation)
    if stored is None:
        yield f"  {conversation or 'no conversation'}: nothing is stored"
        return
    yield f"  {stored.id} of {stored.seller}, {stored.state}"
    for at, line in sorted([*_lines(stored), *_around(stored, damages)]):
        yield f"  {datetime.fromtimestamp(at):%H:%M:%S.%f}"[:-3] + f"  {line}"
    for effect in stored.effects:
        yield f"  effect {effect.key}: {effect.state} {effect.outcome} {dict(effect.request)}"
    for request in evidence.requests:
        if request.key and request.key.startswith(stored.id):
            yield f"  marketplace: {request.id} {request.key} {request.order} {request.days} d"
    for transcript in evidence.transcripts:
        if transcript.conversation == stored.id:
            yield f"  client: {len(transcript.shown)} shown, {transcript.problems}"
            for sent in transcript.sent:
                yield f"  client sent {sent}"


def _lines(stored: StoredConversation) -> Iterator[tuple[float, str]]:
    for message in stored.messages:
        says = message.response or repr(message.text[:60])
        more = f" to {message.reply_to}" if message.reply_to else ""
        key = f" [{message.notice_key}]" if message.notice_key else ""
        line = f"{message.number:3} {message.author:6} {says}{more}{key} ({message.status})"
        yield message.created_at.timestamp(), line
    for event in stored.events:
        line = f"    {event.kind} by {event.actor_id or event.actor} {dict(event.after)}"
        yield event.at.timestamp(), line


def _around(stored: StoredConversation, damages: Sequence[Damage]) -> Iterator[tuple[float, str]]:
    moments = [message.created_at.timestamp() for message in stored.messages]
    for damage in damages:
        if moments and moments[0] - _AROUND < damage.at < moments[-1] + _AROUND:
            yield damage.at, f"*** {damage.says}"
