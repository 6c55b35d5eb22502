"""The accounts of the staff: who there is, what each may do, and who is shut out. Admins only.

Accounts are made, and passwords given, on the command line: `python -m bot agents`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import Application
from bot.errors import BadInput
from bot.language import phrasing
from bot.support.accounts import Account
from bot.support.staff import Role, Staff
from bot.web import fields
from bot.web.connections import in_thread
from bot.web.console.access import page_for, staff_only
from bot.web.console.pages import ROLES_FRENCH, render
from bot.web.moments import moment
from bot.web.reading import read_json_or_nothing

_ONE = "/accounts/{account}"


def accounts_pages(application: Application) -> list[BaseRoute]:
    """Returns the routes of the page."""
    return [Route("/console/accounts", page_for(accounts_page, Role.ADMIN))]


def accounts_api(application: Application) -> list[BaseRoute]:
    """Returns the routes of the JSON."""
    return [
        Route("/accounts", staff_only(list_accounts, Role.ADMIN)),
        Route(f"{_ONE}/role", staff_only(change_role, Role.ADMIN), methods=["POST"]),
        Route(f"{_ONE}/disable", staff_only(disable, Role.ADMIN), methods=["POST"]),
        Route(f"{_ONE}/enable", staff_only(enable, Role.ADMIN), methods=["POST"]),
    ]


async def accounts_page(request: Request, staff: Staff) -> Response:
    """Shows all accounts."""
    application: Application = request.app.state.application
    found = await in_thread(request, application.accounts.accounts)
    shown = [
        {
            "staff": account.staff,
            "role": account.staff.role.value,
            "role_french": ROLES_FRENCH[account.staff.role],
            "demo": account.demo,
            "created": phrasing.day(account.created_at),
            "signed_in": account.signed_in_at and phrasing.day_and_time(account.signed_in_at),
        }
        for account in found
    ]
    roles = [(role.value, ROLES_FRENCH[role]) for role in Role]
    return render(
        request, "accounts.html", staff=staff, page="accounts", accounts=shown, roles=roles
    )


async def list_accounts(request: Request, staff: Staff) -> Response:
    """Answers with all accounts, by id."""
    application: Application = request.app.state.application
    found = await in_thread(request, application.accounts.accounts)
    return JSONResponse({"accounts": [present_account(account) for account in found]})


async def change_role(request: Request, staff: Staff) -> Response:
    """Gives an account another role; its sessions end."""
    body = await read_json_or_nothing(request)
    fields.only(body, "role")
    try:
        role = Role(body.get("role"))
    except ValueError as error:
        raise BadInput("role is none") from error
    application: Application = request.app.state.application
    return await _changed(request, partial(application.accounts.change_role, role=role), staff)


async def disable(request: Request, staff: Staff) -> Response:
    """Shuts an account; its sessions end."""
    fields.only(await read_json_or_nothing(request))
    application: Application = request.app.state.application
    return await _changed(request, application.accounts.disable, staff)


async def enable(request: Request, staff: Staff) -> Response:
    """Opens an account again."""
    fields.only(await read_json_or_nothing(request))
    application: Application = request.app.state.application
    return await _changed(request, application.accounts.enable, staff)


async def _changed(request: Request, change: Callable[..., Account], by: Staff) -> Response:
    account = await in_thread(request, partial(change, request.path_params["account"], by=by))
    return JSONResponse({"account": present_account(account)})


def present_account(account: Account) -> dict[str, Any]:
    """Returns an account as plain JSON."""
    staff = account.staff
    return {
        "id": staff.id,
        "name": staff.name,
        "role": staff.role.value,
        "disabled": staff.disabled,
        "demo": account.demo,
        "created_at": moment(account.created_at),
        "signed_in_at": moment(account.signed_in_at) if account.signed_in_at else None,
    }
