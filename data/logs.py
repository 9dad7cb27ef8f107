"""What happened, one line each on stderr: JSON for a collector, plain words on a terminal.

A line tells what was done, never what was asked: routes instead of addresses, names of queries instead of their text,
and no parameters. What faults quote is scrubbed: tokens, passwords, parameters of statements, coordinates, telephone
and identity numbers.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any

from data.errors import ConfigError
from data.vital_settings import Logs

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
FIELDS = "fields"
HIDDEN = "***"
# The request under way: set by whoever answers it, told with every line of its thread.
request_id: ContextVar[str] = ContextVar("request_id", default="")

SECRETS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), f"\\1{HIDDEN}")
    for pattern in (
        r"(\[parameters: )(?:(?!\n\(Background).)*",
        r"(\b(?:bearer|basic)\s+)[\w.~+/=-]+",
        r"(/t/)[^/\s\"']+",
        r"(://[^:/\s@]*:)[^@\s]+(?=@)",
        r"(\b[\w-]*(?:password|passwd|secret|token|cookie|authorization)[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&)}]+",
        r"(?<![\w.])()-?\d{1,3}\.\d{4,}",
        r"(?<!\w)()\d{17}[\dX](?!\w)",
        r"(?<!\w)()(?:\+?86[- ]?)?1[3-9]\d{9}(?!\w)",
    )
)


def scrub(text: str) -> str:
    """Return a text without what must not be told: secrets, parameters of statements, coordinates and numbers."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


def tell(log: logging.Logger, level: int, event: str, **fields: Any) -> None:
    """Write one line: what happened, and figures and names about it; never anything asked for or answered."""
    log.log(level, event, extra={FIELDS: fields})


def start_logs(settings: Logs, process: str, stream: IO[str] | None = None) -> None:
    """Send every line of this process to stderr, once; `process` is its verb. Raises ConfigError `unknown_log_level`.

    JSON where nobody watches; on a terminal the same in words.
    """
    if settings.level not in LEVELS:
        raise ConfigError("unknown_log_level", detail=settings.level, known=", ".join(LEVELS))
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Plain(process) if stream.isatty() else Json(process))
    root = logging.getLogger("gridlink")
    root.handlers, root.propagate = [handler], False
    root.setLevel(LEVELS[settings.level])
    others = logging.getLogger()  # what libraries have to say, from warnings on
    others.handlers = [handler]
    others.setLevel(max(LEVELS[settings.level], logging.WARNING))


class Json(logging.Formatter):
    """One JSON object a line: at, level, process, event, request_id, the fields told, and the trace of a fault."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def about(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what a line tells, in the order in which it is read."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        about = {"at": moment, "level": record.levelname.lower(), "process": self.process, "log": record.name}
        about |= {"event": scrub(record.getMessage())} | getattr(record, FIELDS, {})
        if asked := request_id.get():
            about["request_id"] = asked
        if record.exc_info and record.exc_info[1]:
            about["fault"] = type(record.exc_info[1]).__name__
            about["trace"] = scrub("".join(traceback.format_exception(record.exc_info[1])))
        return about

    def format(self, record: logging.LogRecord) -> str:
        """Spell one line."""
        return json.dumps(self.about(record), ensure_ascii=False, default=str)


class Plain(Json):
    """The same for people at a terminal: time, level, event and fields; a trace below."""

    def format(self, record: logging.LogRecord) -> str:
        """Spell one line, and the lines of a trace."""
        about = self.about(record)
        trace, told = about.pop("trace", ""), {k: v for k, v in about.items() if k not in HEAD}
        fields = " ".join(f"{key}={value}" for key, value in told.items() if value not in ("", None))
        moment = datetime.fromisoformat(about["at"]).astimezone()
        line = f"{moment:%H:%M:%S} {about['level']:7} {about['event']:<10} {fields}".rstrip()
        return f"{line}\n{trace.rstrip()}" if trace else line


HEAD = ("at", "level", "process", "log", "event")
