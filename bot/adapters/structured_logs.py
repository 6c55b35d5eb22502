"""Logs: one JSON object a line, or readable lines; each with the id of its request.

Whatever is logged, nobody's words are in it: of an exception that is not ours only its kind and
where it came from are written down, since its text may quote what somebody wrote; personal data
in any other text is masked.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from bot.errors import AssistantError
from bot.language.redaction import redact
from bot.support.request_ids import current_request_id

NOISY = ("rasa", "matplotlib", "apscheduler", "tensorflow", "alembic", "urllib3", "slack_sdk")
"""Libraries of which only errors are logged."""

MOST_FRAMES = 30
_OWN = frozenset({"event", "level", "logger", "timestamp", "request_id", "error"})
_RAISED_AGAIN = "Exception in ASGI application"
"""What uvicorn says of a failure that our edge has logged already, with its request id."""

Event = MutableMapping[str, Any]


def configure_logs(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Sets logging up for this process: one handler that writes everything."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_json_formatter() if as_json else _text_formatter())
    handler.addFilter(_is_news)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
    # Rasa logs through structlog itself: its lines come the same way, without what they carry.
    structlog.configure(
        processors=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            _only_what_is_ours,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _is_news(record: logging.LogRecord) -> bool:
    return not (record.name == "uvicorn.error" and str(record.msg).startswith(_RAISED_AGAIN))


def _json_formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            _add_fields,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_request_id,
            _write_error,
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )


class _ReadableLines(logging.Formatter):
    """Writes lines for people, as silent about what was written as the others."""

    def format(self, record: logging.LogRecord) -> str:
        """Returns the line, masked."""
        return redact(super().format(record))

    def formatException(self, ei: Any) -> str:
        """Returns what was raised and where, without quoting anybody."""
        lines = []
        for one in map(_described, _chain(ei[1])):
            lines += [f"{one['kind']}: {one.get('says', '…')}", *(f"  {at}" for at in one["at"])]
        return "\n".join(lines)


def _text_formatter() -> logging.Formatter:
    return _ReadableLines("%(asctime)s %(levelname)-7s %(name)s  %(message)s")


def _add_fields(logger: Any, method: str, event: Event) -> Event:
    """Takes over the fields a line was given as ``extra={"fields": {…}}``."""
    fields: Mapping[str, Any] = getattr(event["_record"], "fields", {})
    event.update(fields)
    return event


def _only_what_is_ours(logger: Any, method: str, event: Event) -> Event:
    """Drops what a library adds to its lines: it may be what somebody wrote."""
    kept = {key: value for key, value in event.items() if key in _OWN or key.startswith("_")}
    event.clear()
    event.update(kept)
    return event


def _add_request_id(logger: Any, method: str, event: Event) -> Event:
    request_id = event.get("request_id") or current_request_id()
    if request_id:
        event["request_id"] = request_id
    return event


def _write_error(logger: Any, method: str, event: Event) -> Event:
    """Writes what was raised, and what it came from, without quoting anybody."""
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event["error"] = [_described(one) for one in _chain(error)]
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    described: dict[str, Any] = {
        "kind": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, (AssistantError, OSError)):
        described["says"] = redact(str(error))
    return described


def _mask(logger: Any, method: str, event: Event) -> Event:
    for key, value in event.items():
        if isinstance(value, str) and key not in ("request_id", "timestamp"):
            event[key] = redact(value)
    return event
