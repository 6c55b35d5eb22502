"""Who works at the console, and what each may do."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Role(str, enum.Enum):
    """Says what somebody on the staff may do; each role may do all that the one before may."""

    AGENT = "agent"  # takes conversations, answers, reviews
    SUPERVISOR = "supervisor"  # also overrides a claim, approves answers
    ADMIN = "admin"  # also accounts, models, the audit log

    def includes(self, other: Role) -> bool:
        """Tells whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Staff:
    """One person on the staff: ``id`` is what they sign in with, ``name`` what others read.

    The sellers they write to read ``name`` too. A disabled account can do nothing.
    """

    id: str
    name: str
    role: Role
    disabled: bool = False
