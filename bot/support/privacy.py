"""Names of privacy's work, which stores and services share."""

from __future__ import annotations

ERASURE_KIND = "go_on_erasing"
"""The job of an erasure, and what its key begins with."""
EXPIRY_KIND = "expire_data"
"""The job that removes what is past its period."""
