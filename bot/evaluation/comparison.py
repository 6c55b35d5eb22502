"""Two models side by side on a blind set: what the second would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.evaluation import figures
from bot.evaluation.blind_sets import BlindSet
from bot.evaluation.figures import OUT_OF_SCOPE, Judged, Share

SEALED = frozenset({"unseen"})
"""Sets of which no text is shown: whoever writes phrases must not have read them."""

_SIGNS = {(False, True): "+", (True, False): "-"}


def comparison(
    blind: BlindSet, live: Sequence[Judged], candidate: Sequence[Judged]
) -> Iterator[str]:
    """Yields the lines of a comparison; both judged the same phrases, in the same order.

    "+" marks what becomes right, "-" what becomes wrong, "·" what stays wrong in another way.
    """
    yield f"== {blind.name}: {len(live)} messages{'':14}     live  candidate"
    for name, wanted in (("in scope, right", False), ("out of scope, recognised", True)):
        chosen = [
            [j for j in judged if (j.phrase.intent == OUT_OF_SCOPE) == wanted]
            for judged in (live, candidate)
        ]
        yield _row(name, figures.share(chosen[0]), figures.share(chosen[1]))
    yield "-- by intent, where it changes"
    before, after = (figures.by(judged, lambda j: j.phrase.intent) for judged in (live, candidate))
    changed = [intent for intent in before if before[intent] != after[intent]]
    for intent in changed:
        yield _row(f"  {intent}", before[intent], after[intent])
    if not changed:
        yield "   none"
    yield from _messages(blind, live, candidate)


def _row(name: str, live: Share, candidate: Share) -> str:
    moved = (candidate.value - live.value) * 100
    change = "" if candidate == live else f"  {moved:+.1f} points"
    counts = f"({live.right} → {candidate.right} of {live.of})"
    return f"{name:45} {live.value:6.1%}    {candidate.value:6.1%}  {counts}{change}"


def _messages(
    blind: BlindSet, live: Sequence[Judged], candidate: Sequence[Judged]
) -> Iterator[str]:
    pairs = [(a, b) for a, b in zip(live, candidate) if a.label != b.label]
    signs = Counter(_sign(a, b) for a, b in pairs)
    yield (
        f"-- messages whose label changes: {len(pairs)} "
        f"({signs['+']} become right, {signs['-']} wrong)"
    )
    for a, b in pairs:
        text = "(sealed)" if blind.name in SEALED else a.phrase.text
        meant = "" if a.right or b.right else f", meant {a.phrase.intent}"
        labels = f"{a.label} {a.confidence:.2f} → {b.label} {b.confidence:.2f}"
        yield f"   {_sign(a, b)} {labels}{meant}  {text}"


def _sign(live: Judged, candidate: Judged) -> str:
    return _SIGNS.get((live.right, candidate.right), "·")
