"""Reading the audit log as an auditor: by days, account, action and subject, read from its files as they stand.

Only the files whose lines can be of the days asked are read; nothing of the log is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from data.audit import NAME
from data.config import Config
from data.days import bounds
from data.errors import NotAllowed
from data.scope import Scope
from data.sqlfile import sql_files
from data.trail.files import every

STAMP = "%Y-%m-%dT%H:%M:%S"
MEMORY = "512MB"
START = 512  # bytes in which the time of a line stands


@dataclass(frozen=True)
class Asked:
    """What is looked for: local days, both included; None: any account, action, subject; areas None: all."""

    first: date
    last: date
    account: str | None = None
    action: str | None = None
    subject: str | None = None
    areas: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Found:
    """What was found: the newest lines, a row an action, a row an account and action; `total`: all lines."""

    lines: pa.Table
    actions: pa.Table
    looks: pa.Table
    total: int = field(default=0)


def find(config: Config, scope: Scope, asked: Asked, most: int) -> Found:
    """Return what the log holds of what is asked, at most `most` lines; raises NotAllowed to all but auditors."""
    if not scope.reads_audit:
        raise NotAllowed("not_auditor", account=scope.account)
    statements = sql_files("trail")
    listed = [str(path) for path in _files(config, asked)]
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": config.warehouse.threads}) as memory:
        if listed:
            values = {**_bounds(config, asked), "areas": _list(asked.areas), "files": listed}
            values |= {"account": asked.account, "action": asked.action, "subject": asked.subject}
            memory.execute(f"CREATE TEMP TABLE picked AS {statements['log'].sql}", values)
        else:
            memory.execute(NOTHING)
        told = {
            name: memory.sql(statements[name].sql, params=statements[name].bind({"most": most})).to_arrow_table()
            for name in ("lines", "actions", "looks")
        }
    return Found(**told, total=sum(told["actions"]["n"].to_pylist()))


NOTHING = """CREATE TEMP TABLE picked (number BIGINT, "at" VARCHAR, account VARCHAR, roles VARCHAR, area_id VARCHAR,
action VARCHAR, reason VARCHAR, subjects JSON, period JSON, rows BIGINT, place VARCHAR)"""


def stamped(at: str) -> datetime:
    """Return the time of a line, naive UTC."""
    return datetime.fromisoformat(at).replace(tzinfo=None)


def _bounds(config: Config, asked: Asked) -> dict[str, str]:
    """Return the two instants between which the lines were written, as they are written."""
    start, end = bounds(asked.first, config.zone)[0], bounds(asked.last, config.zone)[1]
    return {"start": f"{start:{STAMP}}", "end": f"{end:{STAMP}}"}


def _list(areas: Sequence[str] | None) -> list[str] | None:
    return None if areas is None else list(areas)


def _files(config: Config, asked: Asked) -> list[Path]:
    """Return the files that may hold lines of the days asked: a file's lines end before those of the next begin."""
    asked_for, listed = _bounds(config, asked), every(config.home / NAME)
    starts = [_start(path) for path in listed]
    ends = [*starts[1:], "9"]
    return [
        path
        for path, start, end in zip(listed, starts, ends, strict=True)
        if start < asked_for["end"] and (not end or end >= asked_for["start"])
    ]


def _start(path: Path) -> str:
    """Return the time of the first line as written; nothing where it states none."""
    with path.open("rb") as file:
        _, _, rest = file.read(START).partition(b'"at": "')
    return rest.partition(b'"')[0].decode("ascii", "replace")
