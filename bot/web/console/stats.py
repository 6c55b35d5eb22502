"""Figures of a period: a page with charts and tables, the same as JSON, each table as CSV."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.services.figure_tables import FigureTables, Table, day_title
from bot.services.figures import Comparison, PeriodFigures
from bot.support.figures import LONGEST_DAYS, Period, last_days
from bot.support.staff import Staff
from bot.web.connections import in_thread
from bot.web.console import figure_words
from bot.web.console.access import page_for, staff_only
from bot.web.console.csv_files import csv_file
from bot.web.console.figure_charts import FigureCharts
from bot.web.console.pages import render

CHOICES = (7, 30, 90)
DEFAULT_DAYS = 30


def stats_pages(application: Application) -> list[BaseRoute]:
    """Returns the route of the page."""
    return [Route("/console/stats", page_for(_page))]


def stats_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of the figures as JSON and CSV."""
    return [
        Route("/stats", staff_only(_json)),
        Route("/stats/{table}.csv", staff_only(_csv)),
    ]


async def _page(request: Request, staff: Staff) -> Response:
    asked = _period(request)
    comparison, tables = await _read(request, asked)
    by_id = {table.id: table for table in tables}
    words = FigureTables(request.app.state.application.live)
    days = int(request.query_params.get("days", 0 if "first" in request.query_params else 30))
    return render(
        request,
        "stats.html",
        staff=staff,
        page="stats",
        period=asked,
        period_french=_said(asked),
        before_french=_said(comparison.before.period) if comparison.before else "",
        partial=comparison.present.until == comparison.computed_at,
        choices=CHOICES,
        days=days,
        tables=by_id,
        charts=FigureCharts(comparison, by_id, words).charts(),
        query=urlencode({"first": asked.first_day, "last": asked.last_day}),
        words=figure_words,
    )


async def _json(request: Request, staff: Staff) -> Response:
    asked = _period(request)
    comparison, tables = await _read(request, asked)
    body = {
        "period": _described(comparison.present),
        "before": _described(comparison.before) if comparison.before else None,
        "computed_at": comparison.computed_at.isoformat(),
        "settled_before": comparison.settled_before.isoformat(),
        "tables": [figure_words.as_json(table) for table in tables],
    }
    return JSONResponse(body)


async def _csv(request: Request, staff: Staff) -> Response:
    asked = _period(request)
    _, tables = await _read(request, asked)
    table = next((t for t in tables if t.id == request.path_params["table"]), None)
    if table is None:
        raise HTTPException(404)
    head, *rows = figure_words.csv_rows(table, FigureTables(request.app.state.application.live))
    return csv_file(f"chiffres-{table.id}-{asked.first_day}-{asked.last_day}.csv", head, rows)


async def _read(request: Request, period: Period) -> tuple[Comparison, list[Table]]:
    application: Application = request.app.state.application
    comparison = await in_thread(request, application.figures.compare, period)
    return comparison, FigureTables(application.live).tables(comparison)


def _period(request: Request) -> Period:
    """Returns the period asked for: ``days`` up to today, or ``first`` and ``last``."""
    application: Application = request.app.state.application
    asked = request.query_params
    if "first" in asked or "last" in asked:
        return Period(_day(asked.get("first", "")), _day(asked.get("last", "")))
    days = asked.get("days", str(DEFAULT_DAYS))
    if not re.fullmatch(r"[0-9]{1,3}", days, re.ASCII) or not 1 <= int(days) <= LONGEST_DAYS:
        raise BadInput("no number of days", "period_too_long")
    return last_days(int(days), application.clock.now())


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        raise BadInput("no day", "period_unreadable")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("no such day", "period_unreadable") from error


def _described(figures: PeriodFigures) -> dict[str, Any]:
    period = figures.period
    return {
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "days": period.days,
        "until": figures.until.isoformat(),
    }


def _said(period: Period) -> str:
    """Returns "du lun. 26/10/2026 au mar. 24/11/2026", or "le …" for one day."""
    if period.days == 1:
        return f"le {day_title(period.first_day)}"
    return f"du {day_title(period.first_day)} au {day_title(period.last_day)}"
