"""One conversation as the staff read it: the case, what was said and done, and as a table."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.language.phrasing import PARIS
from bot.services.desk_ports import Case, Timeline
from bot.support.conversations import Message
from bot.support.staff import Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import staff_only
from bot.web.console.csv_files import csv_file
from bot.web.console.presentation import Presenter, names_of

ONE = "/conversations/{conversation}"
_PAGE = 500
_HEADINGS = ("Numéro", "Date", "Auteur", "Agent", "Texte", "Sujet", "Confiance", "Réponse")


def conversation_api(application: Application) -> list[BaseRoute]:
    """Returns the routes that read one conversation."""
    return [
        Route(ONE, staff_only(read_conversation)),
        Route(f"{ONE}/timeline", staff_only(read_timeline)),
        Route(f"{ONE}/export.csv", staff_only(export_conversation)),
    ]


async def read_conversation(request: Request, staff: Staff) -> Response:
    """Answers with all that the page shows beside the transcript."""
    return JSONResponse(await in_thread(request, _read, request, staff))


async def read_timeline(request: Request, staff: Staff) -> Response:
    """Answers with messages after a cursor, and all notes."""
    application: Application = request.app.state.application
    after = fields.number_in_query(request, "after", 0, fields.LARGEST_NUMBER, 0)
    conversation_id = request.path_params["conversation"]

    def read() -> tuple[Timeline, Case]:
        case = application.inbox.case(conversation_id)  # raises UnknownConversation
        return application.inbox.timeline(conversation_id, after), case

    timeline, case = await in_thread(request, read)
    last = case.last_message.number if case.last_message else 0
    return JSONResponse(Presenter(application).timeline(timeline, last))


async def export_conversation(request: Request, staff: Staff) -> Response:
    """Answers with what seller, bot and staff wrote to each other, as a table.

    Internal notes are not in it: such files are passed on.
    """
    application: Application = request.app.state.application
    conversation_id = request.path_params["conversation"]
    read = partial(_all_messages, application, conversation_id)
    presenter = Presenter(application)
    rows = [_row(presenter, message) for message in await in_thread(request, read)]
    day = application.clock.now().astimezone(PARIS)
    return csv_file(f"conversation-{day:%Y-%m-%d}.csv", _HEADINGS, rows)


def _read(request: Request, staff: Staff) -> dict[str, Any]:
    application: Application = request.app.state.application
    conversation_id = request.path_params["conversation"]
    case = application.inbox.case(conversation_id)
    happened = application.inbox.timeline(conversation_id, fields.LARGEST_NUMBER).events
    people = [account.staff for account in application.accounts.accounts()]
    presenter = Presenter(application, names_of(people))
    merged = application.inbox.duplicates_of(conversation_id)
    return {
        "case": presenter.case(case),
        **presenter.case_file(case, application.case_files.of(case)),
        "suggestions": [vars(each) for each in application.suggestions.best(case)],
        "history": presenter.history(happened, staff),
        "merged": [presenter.case(each) for each in merged],
    }


def _all_messages(application: Application, conversation_id: str) -> list[Message]:
    application.inbox.case(conversation_id)  # raises UnknownConversation
    found: list[Message] = []
    while True:
        after = found[-1].number if found else 0
        page = application.inbox.timeline(conversation_id, after, _PAGE).messages
        found += page
        if len(page) < _PAGE:
            return found


def _row(presenter: Presenter, message: Message) -> list[Any]:
    shown = presenter.message(message)
    topic, agent = shown["topic"], shown["agent"]
    return [
        message.number,
        f"{message.created_at.astimezone(PARIS):%d/%m/%Y %H:%M:%S}",
        presenter.text(f"case_author_{shown['author']}"),
        agent["name"] if agent else None,
        message.text,
        topic["title"] if topic else None,
        f"{topic['confidence']:.2f}".replace(".", ",") if topic else None,
        message.response,
    ]
