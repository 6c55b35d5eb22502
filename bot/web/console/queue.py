"""The queue: read page by page, filtered and searched, or as a table; and what filters offer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.language.phrasing import PARIS
from bot.services.desk_ports import Case, InboxPage, InboxQuery
from bot.services.inbox import LARGEST_PAGE
from bot.support.conversations import ConversationState, EscalationReason
from bot.support.desk import Outcome
from bot.support.staff import Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import staff_only
from bot.web.console.csv_files import csv_file
from bot.web.console.presentation import Presenter, person

USUAL_PAGE = 50
MOST_ROWS = 5_000
LONGEST_FILTER = 200
_FILTERS = frozenset({"state", "topic", "reason", "holder", "urgency", "q", "snoozed", "sort"})
_PAGED = _FILTERS | {"cursor", "limit"}
_HEADINGS = (
    "Conversation", "État", "Urgence", "Pourquoi", "Sujet", "Confiance", "Raison", "Vendeur",
    "Nom du vendeur", "Commande", "En attente depuis", "Prise en charge par", "Issue",
    "Dernier message", "Source",
)  # fmt: skip


def queue_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of the queue's JSON."""
    return [
        Route("/queue", staff_only(read_queue)),
        Route("/queue.csv", staff_only(export_queue)),
        Route("/topics", staff_only(list_topics)),
        Route("/staff", staff_only(list_staff)),
        Route("/outcomes", staff_only(list_outcomes)),
    ]


async def read_queue(request: Request, staff: Staff) -> Response:
    """Answers with one page of the queue, and how much there is."""
    application: Application = request.app.state.application
    page = await in_thread(request, application.inbox.page, query_of(request, staff))
    presenter = Presenter(application)
    return JSONResponse(
        {
            "cases": [presenter.case(case) for case in page.cases],
            "next_cursor": page.next_cursor,
            "total": page.total,
            "counts": vars(page.counts),
        }
    )


async def export_queue(request: Request, staff: Staff) -> Response:
    """Answers with the same as a table, up to MOST_ROWS."""
    application: Application = request.app.state.application
    query = replace(query_of(request, staff, _FILTERS), limit=LARGEST_PAGE)
    cases = await in_thread(request, _all_cases, application, query)
    presenter = Presenter(application)
    rows = [_row(presenter, case) for case in cases]
    today = application.clock.now().astimezone(PARIS)
    return csv_file(f"file-{today:%Y-%m-%d}.csv", _HEADINGS, rows)


async def list_topics(request: Request, staff: Staff) -> Response:
    """Answers with all that a conversation can be about."""
    return JSONResponse({"topics": Presenter(request.app.state.application).topics()})


async def list_staff(request: Request, staff: Staff) -> Response:
    """Answers with who may hold a conversation."""
    application: Application = request.app.state.application
    found = await in_thread(request, application.accounts.colleagues)
    return JSONResponse({"staff": [{**person(one), "role": one.role.value} for one in found]})


async def list_outcomes(request: Request, staff: Staff) -> Response:
    """Answers with how a conversation can end."""
    presenter = Presenter(request.app.state.application)
    outcomes = [
        {"outcome": one.value, "title": presenter.text(f"case_outcome_{one.value}")}
        for one in Outcome
        if one is not Outcome.DUPLICATE  # what merging says
    ]
    return JSONResponse({"outcomes": outcomes})


def query_of(request: Request, staff: Staff, known: frozenset[str] = _PAGED) -> InboxQuery:
    """Returns what part of the queue a call asks for; raises BadInput."""
    unknown = request.query_params.keys() - known
    if unknown:
        raise BadInput(f"unknown filters: {len(unknown)}")
    asked = {name: _one(request, name) for name in _PAGED}
    holder = staff.id if asked["holder"] == "me" else asked["holder"]
    if asked["snoozed"] not in ("", "0", "1"):
        raise BadInput("snoozed is neither 0 nor 1")
    try:
        states = tuple(ConversationState(state) for state in asked["state"].split(",") if state)
        reason = EscalationReason(asked["reason"]) if asked["reason"] else None
    except ValueError as error:
        raise BadInput("no such state or reason") from error
    return InboxQuery(
        states=states,
        topic=asked["topic"] or None,
        reason=reason,
        holder=holder or None,
        urgency=asked["urgency"] or None,
        text=asked["q"],
        snoozed=asked["snoozed"] == "1",
        cursor=asked["cursor"] or None,
        limit=fields.number_in_query(request, "limit", USUAL_PAGE, LARGEST_PAGE, 1),
        sort=asked["sort"] or "urgency",
        asked_by=staff.id,
    )


def _one(request: Request, name: str) -> str:
    values = request.query_params.getlist(name)
    if len(values) > 1 or any(len(value) > LONGEST_FILTER or "\0" in value for value in values):
        raise BadInput(f"{name} is asked for twice, or too long")
    return values[0].strip() if values else ""


def _all_cases(application: Application, query: InboxQuery) -> list[Case]:
    found: list[Case] = []
    while len(found) < MOST_ROWS:
        page: InboxPage = application.inbox.page(query)
        found += page.cases
        if page.next_cursor is None:
            break
        query = replace(query, cursor=page.next_cursor)
    return found[:MOST_ROWS]


def _row(presenter: Presenter, case: Case) -> list[Any]:
    shown = presenter.case(case)
    topic, order, last = shown["topic"], shown["order"], shown["last_message"]
    waiting = case.waiting_since
    return [
        case.id,
        presenter.text(f"event_value_state_{shown['state']}"),
        presenter.text(f"event_value_level_{shown['urgency']['level']}"),
        " ".join(shown["urgency"]["why"]),
        topic["title"] if topic else None,
        f"{topic['confidence']:.2f}".replace(".", ",") if topic else None,
        shown["reason_french"],
        shown["seller"]["id"],
        shown["seller"]["name"],
        order["number"] if order else None,
        f"{waiting.astimezone(PARIS):%d/%m/%Y %H:%M}" if waiting else None,
        shown["holder"]["name"] if shown["holder"] else None,
        presenter.text(f"case_outcome_{shown['outcome']}") if shown["outcome"] else None,
        last["text"] if last else None,
        presenter.text(f"case_source_{shown['source']}"),
    ]
