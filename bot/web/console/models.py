"""Trained models: which one answers, what a shadow labels otherwise, and the way back."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.services.topics import Topics
from bot.support.models import Model, ModelState, ShadowDifference, ShadowFigures
from bot.support.staff import Role, Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import page_for, staff_only
from bot.web.console.pages import render
from bot.web.console.review import present_reading
from bot.web.moments import moment
from bot.web.reading import read_json, read_json_or_nothing

MOST = 100
_LONGEST_NAME = 200


def models_pages(application: Application) -> list[BaseRoute]:
    """Returns the routes of the page."""
    return [Route("/console/models", page_for(models_page, Role.ADMIN))]


def models_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of the JSON."""
    return [
        Route("/models", staff_only(list_models, Role.ADMIN)),
        Route("/models/differences", staff_only(differences, Role.ADMIN)),
        Route("/models/shadow", staff_only(put_in_shadow, Role.ADMIN), methods=["POST"]),
        Route("/models/promote", staff_only(promote, Role.ADMIN), methods=["POST"]),
        Route("/models/roll-back", staff_only(roll_back, Role.ADMIN), methods=["POST"]),
    ]


async def models_page(request: Request, staff: Staff) -> Response:
    """Shows all models; they come as JSON."""
    return render(request, "models.html", staff=staff, page="models")


async def list_models(request: Request, staff: Staff) -> Response:
    """Answers with all models, the one this server answers with, and what the shadow read."""
    return JSONResponse(await in_thread(request, _present_all, request.app.state.application))


async def differences(request: Request, staff: Staff) -> Response:
    """Answers with what a shadow labels otherwise, the newest first."""
    application: Application = request.app.state.application
    name = request.query_params.get("model", "")
    limit = fields.number_in_query(request, "limit", 50, MOST, 1)
    before = fields.number_in_query(request, "before", 0, fields.LARGEST_NUMBER, 0) or None
    models, topics = application.learning.models, Topics(application.live)
    found = await in_thread(request, models.differences, name, limit, before)
    return JSONResponse(
        {
            "differences": [present_difference(number, d, topics) for number, d in found],
            "next_before": found[-1][0] if len(found) == limit else None,
        }
    )


async def put_in_shadow(request: Request, staff: Staff) -> Response:
    """Lets a model read along; null for none."""
    body = await read_json(request)
    fields.only(body, "model")
    name = None if body.get("model", "") is None else _name(body)
    application: Application = request.app.state.application
    await in_thread(request, application.learning.models.put_in_shadow, name, staff.id)
    return await list_models(request, staff)


async def promote(request: Request, staff: Staff) -> Response:
    """Lets a model answer from now on; every server loads it within seconds."""
    body = await read_json(request)
    fields.only(body, "model")
    application: Application = request.app.state.application
    await in_thread(request, application.learning.models.promote, _name(body), staff.id)
    return await list_models(request, staff)


async def roll_back(request: Request, staff: Staff) -> Response:
    """Lets the model before the live one answer again."""
    fields.only(await read_json_or_nothing(request))
    application: Application = request.app.state.application
    await in_thread(request, application.learning.models.roll_back, staff.id)
    return await list_models(request, staff)


def _present_all(application: Application) -> dict[str, Any]:
    models = application.learning.models
    found = models.all()
    read = [model.name for model in found if model.state is not ModelState.UNUSED]
    figures = {name: models.figures(name) for name in read}
    return {
        "serving": models.serving,
        "models": [present_model(model, figures.get(model.name, ())) for model in found],
        "can_roll_back": any(model.live_until is not None for model in found),
    }


def present_model(model: Model, figures: Any) -> dict[str, Any]:
    """Returns a model as plain JSON, with what it read as a shadow."""
    return {
        "name": model.name,
        "state": model.state.value,
        "since": moment(model.since) if model.since else None,
        "trained_at": moment(model.trained_at) if model.trained_at else None,
        "size": model.size,
        "newest": model.state is ModelState.LIVE and not model.pinned,
        "problem": model.problem.value if model.problem else None,
        "shadow": [present_figures(each) for each in figures],
    }


def present_figures(figures: ShadowFigures) -> dict[str, Any]:
    """Returns what a shadow read beside one live model."""
    return {
        "live_model": figures.live_model,
        "read": figures.read,
        "different": figures.different,
        "dropped": figures.dropped,
        "failed": figures.failed,
    }


def present_difference(number: int, difference: ShadowDifference, topics: Topics) -> dict[str, Any]:
    """Returns one message that a shadow labels otherwise, masked."""
    return {
        "id": number,
        "conversation_id": difference.conversation_id,
        "number": difference.message_number,
        "text": difference.text,
        "live": present_reading(difference.live, topics),
        "shadow": present_reading(difference.shadow, topics),
        "at": moment(difference.at),
    }


def _name(body: dict[str, Any]) -> str:
    name = body.get("model")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput("model is no name")
    return name
