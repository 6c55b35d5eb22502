"""What kinds of intents there are, for figures that must not have a label for each."""

from __future__ import annotations

UNREAD = "unread"
"""Of a turn that ended before its message was understood."""

_OTHERS = {
    "order_status": "orders",
    "my_completion_rate": "orders",
    "request_extension": "extension",
    "request_human": "human",
    "nlu_fallback": "unsure",
    "out_of_scope": "out_of_scope",
}
FAMILIES = ("faq", *dict.fromkeys(_OTHERS.values()), "conversation", UNREAD)
"""All that ``family_of`` returns."""


def family_of(intent: str | None) -> str:
    """Returns the family of an intent; what is none of the known ones is conversation."""
    if not intent:
        return UNREAD
    if intent.startswith("faq_"):
        return "faq"
    return _OTHERS.get(intent, "conversation")
