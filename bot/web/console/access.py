"""The way into the console: who is signed in, with what role, and refusals said in French.

Every endpoint of the staff is made by ``staff_only`` (JSON) or ``page_for`` (pages). What an
endpoint takes is read back from the routes by ``role_of``: the table in docs/console.md and the
matrix test are made from it, so that none can be forgotten.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.bootstrap import Application
from bot.errors import AssistantError, ForgedRequest, NotSignedIn, RoleMissing
from bot.services.accounts import csrf_token_of
from bot.support.accounts import StaffSession
from bot.support.staff import Role, Staff
from bot.web.connections import address_of, in_thread, is_own_origin, logged_call, logged_error
from bot.web.console.pages import render
from bot.web.console.refusals import SENTENCES, details_of, refusal_of
from bot.web.console.return_path import HOME, login_address
from bot.web.observed import note_refusal
from bot.web.refusals import code_of_status, refusal_headers

logger = logging.getLogger(__name__)

COOKIE = "console_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""A browser takes a cookie of that name only from us, over HTTPS, for this host alone."""
CSRF_HEADER = "x-csrf-token"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

Handler = Callable[[Request, Staff], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def staff_only(handler: Handler, role: Role = Role.AGENT) -> Endpoint:
    """Returns an endpoint for the staff of that role and those above; writes need the CSRF token.

    Refusals are answered by the application's exception handlers. The session is
    ``request.state.session``.
    """
    return _Guard(handler, role).answer


def page_for(handler: Handler, role: Role = Role.AGENT) -> Endpoint:
    """Returns the same for a page: strangers are led to sign in, refusals are pages too."""
    return _PageGuard(handler, role).answer


def role_of(route: Route) -> Role | None:
    """Returns the role a route takes at least; None when it is open to anybody."""
    guard = getattr(route.endpoint, "__self__", None)
    return guard.role if isinstance(guard, _Guard) else None


class _Guard:
    """Lets the right people through to one handler."""

    is_page = False

    def __init__(self, handler: Handler, role: Role) -> None:
        self._handler = handler
        self.role = role

    async def answer(self, request: Request) -> Response:
        writes = request.method not in _READING
        session = request.state.session = await session_of(request, there=writes or self.is_page)
        application: Application = request.app.state.application
        await application.limits.hit("staff", session.staff.id)
        if writes:
            check_write(request)
        if not session.staff.role.includes(self.role):
            raise RoleMissing(self.role.value)
        return await self._handler(request, session.staff)


class _PageGuard(_Guard):
    """The same for a page, with pages for refusals."""

    is_page = True

    async def answer(self, request: Request) -> Response:
        try:
            return await super().answer(request)
        except NotSignedIn:
            return RedirectResponse(login_address(request), 303)
        except AssistantError as error:
            status, code = refusal_of(error)
            logger.info("%s: %d %s", logged_call(request), status, logged_error(error))
            note_refusal(request, code)
            session = getattr(request.state, "session", None)
            response = problem_page(request, code, status, session.staff if session else None)
            response.headers.update(refusal_headers(error, status))
            return response


async def session_of(connection: HTTPConnection, *, there: bool = False) -> StaffSession:
    """Returns who is signed in; raises NotSignedIn, and TooManyRequests for too many guesses.

    ``there`` says that a person asks: only that keeps a session from ending for want of it.
    """
    application: Application = connection.app.state.application
    token = session_token(connection)
    if not token:
        raise NotSignedIn("no session cookie")
    try:
        find = partial(application.accounts.session, token, there=there)
        session: StaffSession = await in_thread(connection, find)
    except NotSignedIn:
        await application.limits.hit("address", address_of(connection))
        raise
    return session


def session_token(connection: HTTPConnection) -> str:
    """Returns the token of the session cookie, empty when there is none."""
    application: Application = connection.app.state.application
    return connection.cookies.get(cookie_name(application), "")


def cookie_name(application: Application) -> str:
    """Returns the session cookie's name: in demo mode plain HTTP will do."""
    return COOKIE if application.settings.demo else SECURE_COOKIE


def check_write(request: Request) -> None:
    """Raises ForgedRequest unless a write comes from our page, with its session's CSRF token."""
    check_same_site(request)
    sent = request.headers.get(CSRF_HEADER, "")
    wanted = csrf_token_of(session_token(request))
    if not hmac.compare_digest(sent.encode(), wanted.encode()):
        raise ForgedRequest("no CSRF token of this session")


def check_same_site(request: Request) -> None:
    """Raises ForgedRequest when the browser says that another site's page is asking."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        raise ForgedRequest("a request of another site")
    if site is None and origin is not None and not is_own_origin(request, origin):
        raise ForgedRequest("a page of another origin")


async def on_refusal(request: Request, error: Exception) -> Response:
    """Says kindly why a call was refused; the cause goes to the log only."""
    assert isinstance(error, AssistantError)
    status, code = refusal_of(error)
    logger.info("%s: %d %s", logged_call(request), status, logged_error(error))
    note_refusal(request, code)
    headers = refusal_headers(error, status)
    headers.pop("WWW-Authenticate", None)  # it is a cookie that opens the console
    return problem(status, code, headers, **details_of(error))


async def on_http_problem(request: Request, error: Exception) -> Response:
    """Says the same for a path or a method that is not there."""
    assert isinstance(error, HTTPException)
    code = code_of_status(error.status_code)
    return problem(error.status_code, code, dict(error.headers or {}))


async def on_failure(request: Request, error: Exception) -> Response:
    """Says that something of ours is broken; the server logs what."""
    return problem(500, "internal", {})


def problem(status: int, code: str, headers: dict[str, str], **details: object) -> Response:
    """Returns ``{"error": {"code", "message", …}}`` with the code's sentence."""
    said = SENTENCES.get(code, SENTENCES["unreadable"])
    body = {"error": {"code": code, "message": said, **details}}
    return JSONResponse(body, status, headers)


def problem_page(request: Request, code: str, status: int, staff: Staff | None = None) -> Response:
    """Returns the page that says what is the matter, with a way on."""
    said = SENTENCES.get(code, SENTENCES["unreadable"])
    return render(request, "problem.html", staff=staff, status=status, message=said, home=HOME)
