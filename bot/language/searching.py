"""Text as it is searched: folded, one line, found by pieces of words."""

from __future__ import annotations

from bot.language.normalisation import fold


def searchable(*texts: str | None) -> str:
    """Returns texts as they are kept for searching: no accents, small letters, single blanks."""
    return " ".join(" ".join(fold(text) for text in texts if text).split())


def pieces(query: str, most: int = 8) -> list[str]:
    """Returns what must all be found, each once, of what somebody searches for."""
    return list(dict.fromkeys(fold(query).replace("#", " ").split()))[:most]
