"""What is no sentence in a message: links, masks of personal data, and pasted code."""

from __future__ import annotations

import re

from bot.language.redaction import MASKS

_NO_WORDS = re.compile(
    r"(?:https?://|www\.)\S+|" + "|".join(re.escape(mask) for mask in MASKS.values())
)
_CODE = re.compile(
    r"</?[a-z!][^>]*>|^\s*[{\[][\s\S]*[\"':][\s\S]*[}\]]\s*$|\{\{.*\}\}|\$\{.*\}|"
    r"\b(?:drop\s+table|insert\s+into|delete\s+from|union\s+select|select\s+.{1,40}\s+from|"
    r"rm\s+-rf|system\s+prompt|os\.system|console\.log|alert\()|--\s*$",
    re.IGNORECASE,
)


def only_words(text: str) -> str:
    """Returns the text without links and masks, which say nothing about the topic."""
    return _NO_WORDS.sub(" ", text)


def looks_like_code(text: str) -> bool:
    """Tells HTML, SQL, JSON and templates from something a person wants to know."""
    return bool(_CODE.search(text))
