"""The audit log: who changed what and when, with before and after. Admins only."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.language.phrasing import PARIS
from bot.services.event_words import EventWords
from bot.support.events import Event, EventKind
from bot.support.staff import Role, Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import page_for
from bot.web.console.pages import render

PAGE = 50
LONGEST_FILTER = 64


def audit_pages(application: Application) -> list[BaseRoute]:
    """Returns the route of the page."""
    return [Route("/console/audit", page_for(audit_page, Role.ADMIN))]


async def audit_page(request: Request, staff: Staff) -> Response:
    """Shows events, the newest first; filtered by person, what it is about, and day."""
    application: Application = request.app.state.application
    asked = {name: _asked(request, name) for name in ("person", "kind", "day")}
    before = fields.number_in_query(request, "before", 0, fields.LARGEST_NUMBER, 0)
    since, until = _day(asked["day"])
    kinds = tuple(k for k in EventKind if asked["kind"] in (k.value, k.value.partition(".")[0]))
    if asked["kind"] and not kinds:
        raise BadInput("there is no such kind of event")
    read = partial(
        application.events.events,
        kinds=kinds if asked["kind"] else (),
        actor_id=asked["person"] or None,
        since=since,
        until=until,
        before_id=before or None,
        limit=PAGE + 1,
    )
    found = await in_thread(request, read)
    people = [account.staff for account in await in_thread(request, application.accounts.accounts)]
    words = EventWords(application.live, {one.id: one.name for one in people})
    shown = [_line(words, event) for event in found[:PAGE]]
    chosen = {name: value for name, value in asked.items() if value}
    older = urlencode({**chosen, "before": found[PAGE - 1].id}) if len(found) > PAGE else ""
    return render(
        request,
        "audit.html",
        staff=staff,
        page="audit",
        events=shown,
        people=people,
        groups=words.groups(),
        asked=asked,
        older=older,
        newest=urlencode(chosen) if before else None,
    )


def _line(words: EventWords, event: Event) -> dict[str, Any]:
    local = event.at.astimezone(PARIS)
    return {
        "at": event.at.isoformat(),
        "at_french": f"{local:%d/%m/%Y %H:%M:%S}",
        "title": words.title(event),
        "actor": words.actor(event),
        "target": event.target,
        "conversation": event.conversation_id,
        "changes": words.changes(event),
    }


def _asked(request: Request, name: str) -> str:
    values = request.query_params.getlist(name)
    if len(values) > 1 or any(len(value) > LONGEST_FILTER for value in values):
        raise BadInput(f"{name} is asked for twice, or too long")
    return values[0].strip() if values else ""


def _day(asked: str) -> tuple[datetime | None, datetime | None]:
    """Returns when a day begins and ends in Paris; raises BadInput for what is none."""
    if not asked:
        return None, None
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise BadInput("day is no day") from error
    if not 2000 <= day.year < 3000:
        raise BadInput("day is out of range")
    following = day + timedelta(days=1)
    return datetime.combine(day, time(), PARIS), datetime.combine(following, time(), PARIS)
