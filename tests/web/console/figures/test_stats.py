"""The figures' JSON says what the documented queries say; the page and the CSV say the same."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.demo_history.seed import seed_history
from bot.adapters.sql.engine import reading, writing
from bot.web.console.app import PREFIX
from tests.figures import histories
from tests.figures.test_document import WRITTEN
from tests.figures.test_queries import random_history
from tests.web.console.conftest import Console, ConsoleClient

FIRST, LAST = "2026-10-20", "2026-11-16"
NARROW = "\u202f"


@pytest.fixture(scope="module")
def nora(filled: Console) -> ConsoleClient:
    return filled.client("nora")


def asked(nora: ConsoleClient, **query: Any) -> dict[str, Any]:
    answer = nora.call("GET", "/stats", params=query or {"first": FIRST, "last": LAST})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def table(stats: dict[str, Any], id: str) -> dict[str, dict[str, Any]]:
    """Returns a table's rows by the id of their first cell."""
    [found] = [each for each in stats["tables"] if each["id"] == id]
    first = found["columns"][0]["id"]
    return {row[first]["id"]: row for row in found["rows"]}


def pasted(filled: Console, name: str, period: dict[str, Any], settled_before: str) -> list[Any]:
    """Runs a query as it stands in docs/figures.md, with its values written into it."""
    query = WRITTEN[name]
    moments = {"until": period["until"], "settled_before": settled_before}
    values = {key: period[key] for key in ("first_day", "last_day")} | {
        key: f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M:%S.%f}"
        for key, moment in moments.items()
    }
    for key, value in values.items():
        query = query.replace(f":{key}", f"'{value}'")
    with reading(filled.engine) as connection:
        return list(connection.exec_driver_sql(query).mappings())


def added(rows: list[Any], **wanted: str) -> int:
    return sum(row["n"] for row in rows if all(row[k] == v for k, v in wanted.items()))


@pytest.mark.parametrize("side", ["period", "before"])
def test_the_json_says_what_the_documented_queries_say(
    filled: Console, nora: ConsoleClient, side: str
) -> None:
    stats = asked(nora)
    cell = "now" if side == "period" else "before"
    rows = {n: pasted(filled, n, stats[side], stats["settled_before"]) for n in WRITTEN}
    volumes, shares, times = (table(stats, id) for id in ("volumes", "shares", "times"))

    assert volumes["conversations"][cell] == added(rows["conversations"])
    assert volumes["unsettled"][cell] == added(rows["handling"], handling="unsettled")
    for author in ("seller", "bot", "agent"):
        assert volumes[author][cell] == added(rows["messages"], author=author)
    assert volumes["requests"][cell] == added(rows["requests"])
    assert volumes["waiting"][cell] == added(rows["requests"], became="waiting")
    assert volumes["resolutions"][cell] == added(rows["resolutions"])
    assert volumes["thumbs"][cell] == added(rows["thumbs"])

    settled = added(rows["handling"]) - added(rows["handling"], handling="unsettled")
    for handling in ("bot_alone", "human", "unclaimed", "withdrawn", "unanswered"):
        n = added(rows["handling"], handling=handling)
        assert (shares[handling][cell]["n"], shares[handling][cell]["of"]) == (n, settled)
    held = added(rows["resolutions"], standing="held")
    judged = held + added(rows["resolutions"], standing="reopened")
    assert (shares["held"][cell]["n"], shares["held"][cell]["of"]) == (held, judged)
    up = added(rows["thumbs"], value="up")
    assert (shares["liked"][cell]["n"], shares["liked"][cell]["of"]) == (up, added(rows["thumbs"]))

    for name in ("waits", "first_replies", "responses"):
        assert times[name][cell] == durations(rows[name], "all", "all")
    for hours in ("open", "closed"):
        assert times[f"waits_{hours}"][cell] == durations(rows["waits"], "hours", hours)
    assert settled and judged and times["responses"]["now"]["n"], "nothing was counted"


def durations(rows: list[Any], breakdown: str, name: str) -> dict[str, Any]:
    for row in rows:
        if (row["breakdown"], row["name"]) == (breakdown, name):
            return {"n": row["n"], "median": row["median"], "p90": row["p90"]}
    return {"n": 0, "median": None, "p90": None}


def test_the_tables_by_day_topic_reason_outcome_and_answer_do_too(
    filled: Console, nora: ConsoleClient
) -> None:
    stats = asked(nora)
    rows = {n: pasted(filled, n, stats["period"], stats["settled_before"]) for n in WRITTEN}

    days = table(stats, "days")
    first, last = date.fromisoformat(FIRST), date.fromisoformat(LAST)
    assert list(days) == [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    for day, row in days.items():
        assert row["conversations"] == added(rows["conversations"], day=day)
        assert row["bot_alone"] == added(rows["handling"], day=day, handling="bot_alone")
        assert row["requests"] == added(rows["requests"], day=day)
        assert row["resolutions"] == added(rows["resolutions"], day=day)
        assert row["down"] == added(rows["thumbs"], day=day, value="down")
        assert row["waits"] == durations(rows["waits"], "day", day)
        assert row["responses"] == durations(rows["responses"], "day", day)

    topics = table(stats, "topics")
    assert sum(row["conversations"] for row in topics.values()) == added(rows["handling"])
    for topic, row in topics.items():
        assert row["conversations"] == added(rows["handling"], topic=topic)
        assert row["human"]["n"] == added(rows["handling"], topic=topic, handling="human")
        assert row["requests"] == added(rows["requests"], topic=topic)
        assert row["waits"] == durations(rows["waits"], "topic", topic)
        assert row["responses"] == durations(rows["responses"], "topic", topic)

    for reason, row in table(stats, "reasons").items():
        assert row["requests"] == added(rows["requests"], reason=reason)
        for end in ("claimed", "withdrawn", "closed", "waiting"):
            assert row[end] == added(rows["requests"], reason=reason, became=end)
    outcomes = table(stats, "outcomes")
    assert sum(row["resolutions"] for row in outcomes.values()) == added(rows["resolutions"])
    for response, row in table(stats, "answers").items():
        assert row["given"] == added(rows["answers"], response=response)
        assert row["up"] == added(rows["thumbs"], response=response, value="up")


def test_today_is_counted_and_both_periods_stop_at_the_same_time(
    filled: Console, nora: ConsoleClient
) -> None:
    stats = asked(nora, days="7")
    assert stats["period"]["last_day"] == "2026-11-24"
    assert stats["before"]["last_day"] == "2026-11-17"
    until, before = (datetime.fromisoformat(stats[side]["until"]) for side in ("period", "before"))
    assert until - before == timedelta(days=7)


@pytest.mark.parametrize(
    "id", ["volumes", "shares", "times", "days", "topics", "reasons", "outcomes", "answers"]
)
def test_each_table_comes_as_csv_with_nothing_rounded(nora: ConsoleClient, id: str) -> None:
    answer = nora.get(f"{PREFIX}/stats/{id}.csv", params={"first": FIRST, "last": LAST})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"chiffres-{id}-{FIRST}-{LAST}.csv" in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    stats = asked(nora)
    [found] = [each for each in stats["tables"] if each["id"] == id]
    assert len(rows) == len(found["rows"]) > 0
    assert {len(row) for row in rows} == {len(head)}
    for written, row in zip(rows, found["rows"]):
        numbers = [part for cell in list(row.values())[1:] for part in parts(cell)]
        assert written[1:] == ["" if n is None else str(n) for n in numbers]


def parts(cell: Any) -> list[Any]:
    if isinstance(cell, dict):
        return [cell[key] for key in ("n", "of", "median", "p90") if key in cell]
    return [cell]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"first": "2026-11-02", "last": "2026-11-01"}, "period_backwards"),
        ({"first": "2025-01-01", "last": "2026-11-01"}, "period_too_long"),
        ({"first": "2020-01-01", "last": "2020-01-02"}, "period_unknown"),
        ({"first": "hier", "last": "2026-11-01"}, "period_unreadable"),
        ({"first": "2026-02-30", "last": "2026-03-01"}, "period_unreadable"),
        ({"last": "2026-03-01"}, "period_unreadable"),
        ({"days": "0"}, "period_too_long"),
        ({"days": "400"}, "period_too_long"),
        ({"days": "-7"}, "period_too_long"),
    ],
)
def test_a_period_that_cannot_be_counted_is_refused_kindly(
    nora: ConsoleClient, query: dict[str, str], code: str
) -> None:
    answer = nora.call("GET", "/stats", params=query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    page = nora.get("/console/stats", params=query)
    assert page.status_code == 422
    assert answer.json()["error"]["message"] in page.text.replace("&#39;", "'")


def test_an_unknown_table_is_not_found(nora: ConsoleClient) -> None:
    assert nora.call("GET", "/stats/secrets.csv").status_code == 404


def test_the_page_shows_the_numbers_of_the_json(nora: ConsoleClient) -> None:
    page = nora.get("/console/stats", params={"first": FIRST, "last": LAST})
    assert page.status_code == 200
    stats = asked(nora)
    share = table(stats, "shares")["bot_alone"]["now"]
    assert f"{share['n']} sur {share['of']}" in page.text
    assert (
        f"{100 * share['share']:.1f}".replace(".", ",").removesuffix(",0") + f"{NARROW}%"
        in page.text
    )
    for id in table(stats, "topics"):
        title = table(stats, "topics")[id]["topic"]["title"]
        assert title.replace("'", "&#39;") in page.text
    assert not re.search(r"\sstyle=|<script(?![^>]*src=)|\son\w+=", page.text)


def test_a_console_without_a_conversation_shows_none(console: Console) -> None:
    """Nothing counted: no share of nothing, and no failure."""
    client = console.client("sam")
    page = client.get("/console/stats", params={"first": "2025-02-01", "last": "2025-02-03"})
    assert page.status_code == 200
    assert "Rien dans cette période." in page.text
    stats = asked(client, first="2025-02-01", last="2025-02-03")
    assert table(stats, "shares")["bot_alone"]["now"] == {"n": 0, "of": 0, "share": None}
    assert f"0{NARROW}%" not in page.text.partition("<main")[2].replace(f"90{NARROW}%", "")


def test_the_first_days_of_the_calendar_have_none_before(nora: ConsoleClient) -> None:
    assert asked(nora, first="2025-01-01", last="2025-01-31")["before"] is None
    page = nora.get("/console/stats", params={"first": "2025-01-01", "last": "2025-01-31"})
    assert page.status_code == 200


def test_strangers_see_no_figures(filled: Console) -> None:
    stranger = filled.stranger()
    assert stranger.call("GET", "/stats").status_code == 401
    assert stranger.get("/console/stats").status_code == 303


def test_the_demo_history_is_put_beside_nobody_elses(filled: Console, tmp_path: Path) -> None:
    from bot.errors import SettingsError

    content, now = filled.application.content, filled.application.clock.now()
    assert seed_history(filled.engine, content, now, ["s"]) == 0  # it is there already
    other = Console(tmp_path)
    with writing(other.engine) as connection:
        histories.write(connection, random_history(1))
    with pytest.raises(SettingsError):
        seed_history(other.engine, content, now, ["lea"])
    other.application.stop()
    other.engine.dispose()
