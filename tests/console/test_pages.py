"""The frame of the console's pages: navigation by role, nothing inline, names as text."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from bot.support.staff import Role, Staff
from bot.web.console.pages import PAGES, pages_for, render
from bot.web.security_headers import PAGE_POLICY

WITHOUT_SLACK = SimpleNamespace(state=SimpleNamespace(application=SimpleNamespace(slack=None)))
REQUEST = Request(
    {"type": "http", "method": "GET", "path": "/console", "headers": [], "app": WITHOUT_SLACK}
)


def shown(role: Role | None, page: str = "queue", name: str = "Nora") -> str:
    staff = Staff("nora", name, role) if role else None
    answer = render(REQUEST, "base.html", staff=staff, page=page)
    assert answer.headers["content-security-policy"] == PAGE_POLICY
    assert answer.headers["cache-control"] == "no-store"
    return bytes(answer.body).decode()


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_shows_what_the_role_may_open(role: Role) -> None:
    html = shown(role)
    may = {page.path for page in PAGES if role.includes(page.role)}
    assert {page.path for page in pages_for(role)} == may
    assert set(re.findall(r'<li><a href="([^"]+)"', html)) == may


def test_roles_see_different_pages() -> None:
    assert "/console/accounts" not in shown(Role.SUPERVISOR)
    assert "/console/accounts" in shown(Role.ADMIN)


def test_the_current_page_is_marked_once() -> None:
    html = shown(Role.ADMIN, "audit")
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', html) == ["/console/audit"]


def test_nobody_signed_in_sees_no_navigation() -> None:
    html = shown(None)
    assert "<nav" not in html and "sign-out" not in html and "data-staff" not in html


def test_a_name_is_text() -> None:
    html = shown(Role.AGENT, name='<img src=x onerror=alert(1)>" data-staff-role="admin')
    assert "<img src=x" not in html
    assert html.count("data-staff-role=") == 1 + html.count("&#34; data-staff-role=")


def test_nothing_is_inline_or_from_elsewhere() -> None:
    html = shown(Role.ADMIN)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", html)
    assert "unsafe" not in PAGE_POLICY and "*" not in PAGE_POLICY and "http" not in PAGE_POLICY


def test_what_slack_warns_of_is_on_every_page() -> None:
    health = SimpleNamespace(sentences=("Slack ne répond plus <b>",))
    application = SimpleNamespace(slack=SimpleNamespace(health=health))
    app = SimpleNamespace(state=SimpleNamespace(application=application))
    request = Request({**REQUEST.scope, "app": app})
    staff = Staff("nora", "Nora", Role.AGENT)
    html = bytes(render(request, "base.html", staff=staff, page="queue").body).decode()
    assert "Slack ne répond plus &lt;b&gt;" in html
