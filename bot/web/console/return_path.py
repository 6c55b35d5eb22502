"""Where signing in leads back to: the page somebody wanted, and nothing outside the console."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request

HOME = "/console"
LOGIN = "/console/login"
_OURS = re.compile(r"/console(?:/[A-Za-z0-9_-]+)*(?:\?[A-Za-z0-9_.~%=&+,:-]*)?", re.ASCII)
_LONGEST = 500


def login_address(request: Request) -> str:
    """Returns the address of the page to sign in, leading back to where somebody wanted to go."""
    query = request.url.query
    wanted = safe_next(request.url.path + (f"?{query}" if query else ""))
    return LOGIN if wanted == HOME else f"{LOGIN}?next={quote(wanted, safe='/')}"


def safe_next(wanted: str) -> str:
    """Returns an address within the console to go on to, HOME for anything else.

    Only our own characters: what a browser might read as another host, a scheme, or a step up
    never passes.
    """
    inside = len(wanted) <= _LONGEST and _OURS.fullmatch(wanted) is not None
    return wanted if inside and not wanted.startswith(LOGIN) else HOME
