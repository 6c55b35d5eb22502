"""The console's pages: what the navigation shows to whom, and how a template becomes an answer."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot.bootstrap import Application
from bot.support.staff import Role, Staff
from bot.web.security_headers import PAGE_POLICY

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
ROLES_FRENCH = {Role.AGENT: "Agent", Role.SUPERVISOR: "Superviseur", Role.ADMIN: "Admin"}


@dataclass(frozen=True)
class Page:
    """One entry of the navigation: who may open it, and what it is called in French."""

    id: str
    path: str
    title: str
    role: Role = Role.AGENT


PAGES = (
    Page("queue", "/console", "File d’attente"),
    Page("review", "/console/review", "Relecture"),
    Page("answers", "/console/answers", "Réponses"),
    Page("stats", "/console/stats", "Chiffres"),
    Page("models", "/console/models", "Modèles", Role.ADMIN),
    Page("accounts", "/console/accounts", "Comptes", Role.ADMIN),
    Page("audit", "/console/audit", "Journal", Role.ADMIN),
)


def pages_for(role: Role) -> tuple[Page, ...]:
    """Returns the entries of the navigation that somebody of this role may open."""
    return tuple(page for page in PAGES if role.includes(page.role))


def render(
    request: Request,
    template: str,
    *,
    staff: Staff | None,
    page: str = "",
    status: int = 200,
    **context: Any,
) -> Response:
    """Returns a page of ``templates/console``; ``page`` is the entry it belongs to.

    Without staff there is no navigation: the sign-in page. The answer is never kept by a browser.
    """
    given = {
        "staff": staff,
        "page": page,
        "pages": pages_for(staff.role) if staff else (),
        "role_french": ROLES_FRENCH[staff.role] if staff else "",
        "warnings": warnings_of(request) if staff else (),
        **context,
    }
    answer = _templates().TemplateResponse(request, f"console/{template}", given, status)
    answer.headers["Content-Security-Policy"] = PAGE_POLICY
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def warnings_of(request: Request) -> tuple[str, ...]:
    """Returns what staff should know of what stands around us, as it was seen last."""
    application: Application = request.app.state.application
    return application.slack.health.sentences if application.slack is not None else ()


@functools.lru_cache(maxsize=1)
def _templates() -> Jinja2Templates:
    return Jinja2Templates(TEMPLATES)
