"""Signing in and out, and who is signed in."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.bootstrap import Application
from bot.errors import BadInput, NotSignedIn, SignInRefused
from bot.services.accounts import csrf_token_of
from bot.support.accounts import DEMO_PASSWORD, DEMO_STAFF, LONGEST_PASSWORD, folded_id
from bot.support.staff import Staff
from bot.web import fields
from bot.web.connections import address_of, in_thread
from bot.web.console.access import (
    check_same_site,
    cookie_name,
    session_of,
    session_token,
)
from bot.web.console.pages import ROLES_FRENCH, render, warnings_of
from bot.web.console.return_path import safe_next
from bot.web.reading import read_json

LONGEST_ID = 64


async def login(request: Request) -> Response:
    """Signs somebody in: a new session in a cookie, whatever cookie came along."""
    application: Application = request.app.state.application
    check_same_site(request)
    # A form of another site can post text, but not JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadInput("signing in takes JSON")
    await application.limits.hit("sign_in_address", address_of(request))
    body = await read_json(request)
    fields.only(body, "id", "password")
    name, password = body.get("id"), body.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise BadInput("id and password are texts")
    if len(name) > LONGEST_ID or len(password) > 4 * LONGEST_PASSWORD:
        raise SignInRefused("longer than any id or password")
    await application.limits.hit("sign_in_account", folded_id(name))
    token, session = await in_thread(request, application.accounts.sign_in, name, password)
    await _end_session_before(request)
    response = JSONResponse(present_session(session.staff, token))
    response.set_cookie(
        cookie_name(application),
        token,
        max_age=int(application.accounts.longest.total_seconds()),
        path="/",
        secure=not application.settings.demo,
        httponly=True,
        samesite="strict",
    )
    return response


async def logout(request: Request, staff: Staff) -> Response:
    """Ends the session."""
    application: Application = request.app.state.application
    await in_thread(request, application.accounts.sign_out, request.state.session)
    response = Response(status_code=204)
    response.delete_cookie(
        cookie_name(application),
        secure=not application.settings.demo,
        httponly=True,
        samesite="strict",
    )
    return response


async def session(request: Request, staff: Staff) -> Response:
    """Answers with who is signed in, and the CSRF token of their session."""
    return JSONResponse(present_session(staff, session_token(request)))


async def warnings(request: Request, staff: Staff) -> Response:
    """Answers with what staff are warned of now, on whatever page."""
    return JSONResponse({"warnings": list(warnings_of(request))})


async def login_page(request: Request) -> Response:
    """Shows the page to sign in; whoever is signed in goes on at once."""
    wanted = safe_next(request.query_params.get("next", ""))
    try:
        await session_of(request)
    except NotSignedIn:
        return _sign_in_page(request, wanted)
    return RedirectResponse(wanted, 303)


def _sign_in_page(request: Request, wanted: str) -> Response:
    """Returns the page; the demo's accounts are named on it in demo mode only."""
    application: Application = request.app.state.application
    demo = DEMO_STAFF if application.settings.demo else ()
    return render(
        request,
        "login.html",
        staff=None,
        next=wanted,
        demo_staff=[(one.id, one.name, ROLES_FRENCH[one.role]) for one in demo],
        demo_password=DEMO_PASSWORD if demo else "",
    )


def present_session(staff: Staff, token: str) -> dict[str, Any]:
    """Returns who is signed in with the CSRF token of their session."""
    return {"staff": present_staff(staff), "csrf_token": csrf_token_of(token)}


def present_staff(staff: Staff) -> dict[str, str]:
    """Returns one of the staff."""
    return {"id": staff.id, "name": staff.name, "role": staff.role.value}


async def _end_session_before(request: Request) -> None:
    application: Application = request.app.state.application
    try:
        before = await session_of(request)
    except NotSignedIn:
        return
    await in_thread(request, application.accounts.sign_out, before)
