"""Figures as people read them in French, and as machines and spreadsheets get them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.language import phrasing
from bot.services.figure_tables import Cell, FigureTables, Name, Table
from bot.support.figures import SMALL, Durations, Share

NOTHING = "—"
NARROW = "\u202f"
"""The space between thousands, and before a unit: it never breaks."""


def number(n: int) -> str:
    """Returns "12 345"."""
    return f"{n:,}".replace(",", NARROW)


def length(seconds: int) -> str:
    """Returns "45 s", "1 min 38", "12 min", "1 h 05" or "2 j 3 h", rounded down."""
    if seconds < 60:
        return f"{seconds}{NARROW}s"
    minutes, hours = seconds // 60, seconds // 3600
    if hours == 0:
        rest = f"{NARROW}{seconds % 60:02d}" if minutes < 10 else ""
        return f"{minutes}{NARROW}min{rest}"
    if hours < 24:
        return f"{hours}{NARROW}h{NARROW}{minutes % 60:02d}"
    rest = f" {hours % 24}{NARROW}h" if hours % 24 else ""
    return f"{hours // 24}{NARROW}j{rest}"


def percent(share: Share) -> str:
    """Returns "54,3 %", "3 sur 7" of few, and NOTHING of nothing."""
    if share.part is None:
        return NOTHING
    if share.of < SMALL:
        return f"{share.n} sur {share.of}"
    return phrasing.percent(share.part).replace(" ", NARROW)


def shown(cell: Cell) -> str:
    """Returns what the page shows of a cell."""
    if cell is None:
        return NOTHING
    if isinstance(cell, Name):
        return cell.title
    if isinstance(cell, Share):
        return percent(cell)
    if isinstance(cell, Durations):
        return NOTHING if cell.median is None else length(cell.median)
    return number(cell)


def besides(cell: Cell) -> str:
    """Returns what belongs to a number: of how many a share is, how long it takes at most."""
    if isinstance(cell, Share) and cell.of >= SMALL:
        return f"{number(cell.n)} sur {number(cell.of)}"
    if isinstance(cell, Durations) and cell.p90 is not None:
        return f"90{NARROW}% : {length(cell.p90)} · {number(cell.n)} fois"
    return ""


def change(now: Cell, before: Cell) -> str:
    """Returns how a number changed, "" where too little stands behind either."""
    if isinstance(now, Share) and isinstance(before, Share):
        if now.of < SMALL or before.of < SMALL:
            return ""
        points = 100 * ((now.part or 0) - (before.part or 0))
        return f"{signed(points)} point{'s' if abs(points) >= 2 else ''}"
    if isinstance(now, int) and isinstance(before, int) and before >= SMALL:
        return f"{signed(100 * (now - before) / before, 0)}{NARROW}%"
    return ""


def signed(value: float, digits: int = 1) -> str:
    """Returns "+3,1", "−2" or "0": with a real minus."""
    text = f"{abs(value):.{digits}f}".replace(".", ",")
    text = text.removesuffix(",0")
    if text == "0":
        return "="
    return f"{'+' if value > 0 else '−'}{text}"


def as_json(table: Table) -> dict[str, Any]:
    """Returns a table for machines: shares with both numbers, durations in whole seconds."""
    columns = [{"id": column.id, "title": column.title} for column in table.columns]
    rows = [
        {column.id: _plain(cell) for column, cell in zip(table.columns, row)} for row in table.rows
    ]
    return {"id": table.id, "title": table.title, "columns": columns, "rows": rows}


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Name):
        return {"id": cell.id, "title": cell.title}
    if isinstance(cell, Share):
        part = None if cell.part is None else round(cell.part, 4)
        return {"n": cell.n, "of": cell.of, "share": part}
    if isinstance(cell, Durations):
        return {"n": cell.n, "median": cell.median, "p90": cell.p90}
    return cell


def csv_rows(table: Table, tables: FigureTables) -> Iterator[list[str]]:
    """Yields head and rows for a spreadsheet: a column for each number, nothing rounded."""
    kinds = [_kind(table, place) for place in range(len(table.columns))]
    head: list[str] = []
    for column, kind in zip(table.columns, kinds):
        head.append(column.title if kind is not Durations else _part(tables, "n", column))
        if kind is Share:
            head.append(_part(tables, "of", column))
        if kind is Durations:
            head += [_part(tables, part, column) for part in ("median", "p90")]
    yield head
    for row in table.rows:
        yield [text for cell, kind in zip(row, kinds) for text in _csv(cell, kind, table)]


def _part(tables: FigureTables, part: str, column: Name) -> str:
    return tables.words(f"part_{part}", name=column.title)


def _kind(table: Table, place: int) -> type:
    return next((type(row[place]) for row in table.rows if row[place] is not None), int)


def _csv(cell: Cell, kind: type, table: Table) -> list[str]:
    if isinstance(cell, Name):
        return [cell.id if table.id == "days" else cell.title]
    if isinstance(cell, Share):
        return [str(cell.n), str(cell.of)]
    if isinstance(cell, Durations):
        return [str(cell.n), *("" if s is None else str(s) for s in (cell.median, cell.p90))]
    if cell is None:
        return [""] * {Share: 2, Durations: 3}.get(kind, 1)
    return [str(cell)]
