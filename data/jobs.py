"""Work somebody asked for: a page or a clock submits a job, `gridlink work` takes it, and its result is read here.

Only `gridlink work` imports the modules that do the work; whoever submits knows a kind and its arguments.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, MetaData, Row, String, Table, func, insert, select, update

from data.errors import Problem
from data.operations import Operations

metadata = MetaData()

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("account", String, nullable=False),  # who asked: an account, or a schedule
    Column("state", String, nullable=False, index=True),
    Column("arguments", String, nullable=False),  # JSON
    Column("result", String),  # JSON; of a failed job {"reason", "facts"}
    Column("progress", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("submitted_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("ended_at", DateTime),
)

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
# A job that was running when its process died is tried once more: it may be what killed it.
ATTEMPTS = 2


@dataclass(frozen=True)
class Job:
    """One job; `state` is waiting, running, done or failed, times are naive UTC.

    The result of a failed job is {"reason": code of reasons.toml, "facts": {...}}.
    """

    id: int
    kind: str
    account: str
    state: str
    arguments: dict[str, Any]
    result: dict[str, Any] | None
    progress: str
    submitted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Jobs:
    """The jobs of one operations store, done in the order in which they were submitted."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def submit(self, kind: str, account: str, **arguments: Any) -> int:
        """Ask for a job and return its id; `arguments` is whatever JSON can say."""
        row = {"kind": kind, "account": account, "state": WAITING, "progress": "", "attempts": 0}
        row |= {"arguments": _json(arguments), "submitted_at": _now()}
        with self.operations.write() as connection:
            return int(connection.execute(insert(job).values(**row).returning(job.c.id)).scalar_one())

    def get(self, id: int) -> Job:
        """Return one job; raises Problem `unknown_job`."""
        with self.operations.engine.connect() as connection:
            row = connection.execute(select(job).where(job.c.id == id)).first()
        if row is None:
            raise Problem("unknown_job", detail=id)
        return _job(row)

    def recent(self, kind: str | None = None, limit: int = 20) -> list[Job]:
        """Return the latest jobs (of one kind), newest first."""
        query = select(job).order_by(job.c.id.desc()).limit(limit)
        with self.operations.engine.connect() as connection:
            return [_job(row) for row in connection.execute(query if kind is None else query.where(job.c.kind == kind))]

    def take(self) -> Job | None:
        """Begin the oldest waiting job and return it; None where nothing waits."""
        oldest = select(job).where(job.c.state == WAITING).order_by(job.c.id).limit(1)
        with self.operations.write() as connection:
            row = connection.execute(oldest.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            begun = {"state": RUNNING, "started_at": _now(), "attempts": row.attempts + 1}
            connection.execute(update(job).where(job.c.id == row.id).values(**begun))
        return self.get(row.id)

    def finish(self, id: int, result: dict[str, Any]) -> None:
        """End a job with its result."""
        self._change(id, state=DONE, result=_json(result), ended_at=_now())

    def fail(self, id: int, reason: str, facts: dict[str, Any]) -> None:
        """End a job that could not be done: `reason` is a code of reasons.toml, `facts` fill its sentence."""
        self._change(id, state=FAILED, result=_json({"reason": reason, "facts": facts}), ended_at=_now())

    def report(self, id: int, progress: str) -> None:
        """Say how far a running job has come."""
        self._change(id, progress=progress)

    def put_back(self, id: int) -> None:
        """Let a job wait again that was stopped on purpose; that attempt does not count."""
        self._change(id, state=WAITING, progress="", started_at=None, attempts=job.c.attempts - 1)

    def waiting(self, kind: str) -> int:
        """Return how many jobs of a kind wait or run."""
        open_ = job.c.state.in_((WAITING, RUNNING))
        with self.operations.engine.connect() as connection:
            counted = connection.execute(select(func.count()).select_from(job).where(open_, job.c.kind == kind))
            return int(counted.scalar_one())

    def recover(self) -> int:
        """Put back what a dead worker had begun, or fail what killed it twice; returns how many there were."""
        dead = job.c.state == RUNNING
        killed = _json({"reason": "job_interrupted", "facts": {}})
        with self.operations.write() as connection:
            over = update(job).where(dead, job.c.attempts >= ATTEMPTS)
            failed = connection.execute(over.values(state=FAILED, result=killed, ended_at=_now()))
            again = connection.execute(update(job).where(dead).values(state=WAITING, progress=""))
        return int(failed.rowcount + again.rowcount)

    def _change(self, id: int, **values: Any) -> None:
        with self.operations.write() as connection:
            changed = connection.execute(update(job).where(job.c.id == id).values(**values))
        if not changed.rowcount:
            raise Problem("unknown_job", detail=id)


def _job(row: Row[Any]) -> Job:
    values = row._asdict()
    del values["attempts"]
    told = values["result"]
    values |= {"arguments": json.loads(row.arguments), "result": None if told is None else json.loads(told)}
    return Job(**values)


def _json(value: dict[str, Any]) -> str:
    """Spell a value as JSON; times and paths as text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
