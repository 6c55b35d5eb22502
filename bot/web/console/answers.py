"""FAQ answers in the console: read, written, approved, published, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.support.staff import Role, Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import page_for, staff_only
from bot.web.console.answer_fields import entry_in, number_in, why_in
from bot.web.console.answer_presentation import AnswerPresenter, changes, problems
from bot.web.console.pages import render
from bot.web.console.presentation import names_of
from bot.web.reading import read_json

ONE = "/answers/{answer}"


def answers_pages(application: Application) -> list[BaseRoute]:
    """Returns the routes of the pages."""
    return [
        Route("/console/answers", page_for(answers_page)),
        Route("/console/answers/{answer}", page_for(answer_page)),
    ]


def answers_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of the JSON."""
    supervisor = partial(staff_only, role=Role.SUPERVISOR)
    return [
        Route("/answers", staff_only(list_answers)),
        Route(ONE, staff_only(read_answer)),
        Route(f"{ONE}/check", staff_only(check), methods=["POST"]),
        Route(f"{ONE}/draft", staff_only(save), methods=["POST"]),
        Route(f"{ONE}/discard", staff_only(discard), methods=["POST"]),
        Route(f"{ONE}/approve", supervisor(approve), methods=["POST"]),
        Route(f"{ONE}/publish", supervisor(publish), methods=["POST"]),
        Route(f"{ONE}/roll-back", supervisor(roll_back), methods=["POST"]),
        Route(f"{ONE}/keep", supervisor(keep), methods=["POST"]),
    ]


async def answers_page(request: Request, staff: Staff) -> Response:
    """Shows the list; what is in it comes as JSON."""
    return render(request, "answers.html", staff=staff, page="answers")


async def answer_page(request: Request, staff: Staff) -> Response:
    """Shows one answer; what is in it comes as JSON."""
    answer = request.path_params["answer"]
    return render(request, "answer.html", staff=staff, page="answers", answer=answer)


async def list_answers(request: Request, staff: Staff) -> Response:
    """Answers with every answer of the FAQ."""
    application: Application = request.app.state.application

    def read() -> list[dict[str, Any]]:
        presenter = _presenter(application, staff)
        return [presenter.line(sheet) for sheet in application.publishing.sheets.all()]

    return JSONResponse({"answers": await in_thread(request, read)})


async def read_answer(request: Request, staff: Staff) -> Response:
    """Answers with all about one answer."""
    return await _sheet(request, staff)


async def check(request: Request, staff: Staff) -> Response:
    """Answers with what the checks find in a text that is not saved, and how it would look."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "content")
    entry = entry_in(request.path_params["answer"], body.get("content"))

    def checked() -> dict[str, Any]:
        sheet = application.publishing.sheets.one(entry.intent)
        return {
            "problems": problems(application.publishing.problems(entry)),
            "changes": changes(sheet.served, entry),
            "preview": _presenter(application, staff).preview(entry),
        }

    return JSONResponse(await in_thread(request, checked))


async def save(request: Request, staff: Staff) -> Response:
    """Keeps a draft, whatever the checks find; ``revision`` is the one it was written over."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "content", "revision", "why")
    entry = entry_in(request.path_params["answer"], body.get("content"))
    revision = None if body.get("revision") is None else number_in(body, "revision")
    done = partial(application.publishing.save, staff, entry, revision, why_in(body))
    return await _done(request, staff, done)


async def approve(request: Request, staff: Staff) -> Response:
    """Approves a draft that somebody else wrote."""
    return await _on_draft(request, staff, "approve")


async def publish(request: Request, staff: Staff) -> Response:
    """Serves an approved draft from now on."""
    return await _on_draft(request, staff, "publish")


async def discard(request: Request, staff: Staff) -> Response:
    """Throws a draft away."""
    return await _on_draft(request, staff, "discard")


async def roll_back(request: Request, staff: Staff) -> Response:
    """Serves a version again that was approved once, or came with the software."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "version", "served_revision", "why")
    version, revision = number_in(body, "version"), number_in(body, "served_revision")
    answer = request.path_params["answer"]
    act = application.publishing.roll_back
    return await _done(request, staff, partial(act, staff, answer, version, revision, why_in(body)))


async def keep(request: Request, staff: Staff) -> Response:
    """Goes on serving what was published here, although the software delivers a newer version."""
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "served_revision", "why")
    revision = number_in(body, "served_revision")
    act = application.publishing.keep
    answer = request.path_params["answer"]
    return await _done(request, staff, partial(act, staff, answer, revision, why_in(body)))


async def _on_draft(request: Request, staff: Staff, name: str) -> Response:
    application: Application = request.app.state.application
    body = await read_json(request)
    fields.only(body, "revision")
    act = getattr(application.publishing, name)
    answer = request.path_params["answer"]
    return await _done(request, staff, partial(act, staff, answer, number_in(body, "revision")))


async def _done(request: Request, staff: Staff, act: Callable[[], object]) -> Response:
    await in_thread(request, act)
    return await _sheet(request, staff)


async def _sheet(request: Request, staff: Staff) -> Response:
    application: Application = request.app.state.application
    answer = request.path_params["answer"]

    def read() -> dict[str, Any]:
        sheet = application.publishing.sheets.one(answer)
        servings = application.publishing.sheets.servings(answer)
        return _presenter(application, staff).sheet(sheet, servings)

    return JSONResponse({"answer": await in_thread(request, read)})


def _presenter(application: Application, staff: Staff) -> AnswerPresenter:
    people = [account.staff for account in application.accounts.accounts()]
    return AnswerPresenter(application, staff, names_of(people))
