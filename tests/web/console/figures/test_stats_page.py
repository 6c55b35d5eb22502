"""The page of figures in a real browser: for everybody, light and dark, narrow, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bot.support.accounts import DEMO_PASSWORD
from bot.web.console.app import PREFIX
from tests.browser.conftest import AXE, STANDARDS, browser  # noqa: F401 - a fixture
from tests.web.console.conftest import Console

Opened = Callable[..., Page]


@pytest.fixture
def stats_page(browser: Browser, filled: Console) -> Iterator[Opened]:  # noqa: F811
    """Returns what opens the page of figures in a browser of its own; it complains of nothing."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open(query: str = "?first=2026-10-20&last=2026-11-16", **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        signed_in = context.request.post(
            f"{filled.address}{PREFIX}/login", data={"id": "nora", "password": DEMO_PASSWORD}
        )
        assert signed_in.ok
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{filled.address}/console/stats{query}")
        return page

    yield open
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 400])
def test_axe_finds_nothing(stats_page: Opened, scheme: str, width: int) -> None:
    # An extension of the browser is not under the page's policy; axe is put in like one.
    page = stats_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page.locator("summary").first.click()
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "standards => axe.run({runOnly: {type: 'tag', values: standards}})", STANDARDS
    )
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    assert found["passes"]


@pytest.mark.parametrize("width", [1360, 400])
def test_nothing_is_wider_than_the_window(stats_page: Opened, width: int) -> None:
    page = stats_page(viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_chart_has_a_name_and_says_what_it_shows(stats_page: Opened) -> None:
    page = stats_page()
    charts = page.get_by_role("img").filter(has=page.locator("desc"))
    assert charts.count() == 6
    for place in range(charts.count()):
        chart = charts.nth(place)
        assert chart.locator("> title").text_content()
        assert chart.locator("> desc").text_content()
        assert chart.locator("rect, circle").count() > 0


def test_charts_are_drawn_in_colours_of_light_and_dark(stats_page: Opened) -> None:
    fills = []
    for scheme in ("light", "dark"):
        bar = stats_page(color_scheme=scheme).locator("rect.chart-bot-alone").first
        fills.append(bar.evaluate("bar => getComputedStyle(bar).fill"))
    assert len(set(fills)) == 2


def test_it_is_all_there_without_scripts(stats_page: Opened) -> None:
    with_scripts = stats_page().locator("main table").all_inner_texts()
    without = stats_page(java_script_enabled=False).locator("main table").all_inner_texts()
    assert without == with_scripts and len(without) == 8


def test_a_period_is_chosen_by_link_and_by_dates(stats_page: Opened) -> None:
    page = stats_page()
    page.get_by_role("link", name="7 jours").click()
    assert page.get_by_role("link", name="7 jours").get_attribute("aria-current") == "true"
    page.get_by_label("Du", exact=True).fill("2026-11-02")
    page.get_by_label("au", exact=True).fill("2026-11-08")
    page.get_by_role("button", name="Afficher").click()
    assert "first=2026-11-02&last=2026-11-08" in page.url
    assert page.locator(".lead").inner_text().startswith("Du lun. 02/11/2026 au dim. 08/11/2026")
    days = page.locator("section[aria-labelledby=days] tbody th").all_inner_texts()
    assert (days[0], days[-1], len(days)) == ("lun. 02/11/2026", "dim. 08/11/2026", 7)


def test_each_table_can_be_downloaded(stats_page: Opened) -> None:
    page = stats_page()
    links = page.get_by_role("link", name="CSV")
    assert links.count() == 8
    with page.expect_download() as download:
        links.first.click()
    assert download.value.suggested_filename == "chiffres-days-2026-10-20-2026-11-16.csv"
