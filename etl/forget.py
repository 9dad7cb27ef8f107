"""Removes expired data outside the warehouse: rows of operations, photos, files brought or made, the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, func, or_, select

from data.audit import ITSELF, Audit
from data.config import Config
from data.days import midnight
from data.exports.written import folder
from data.jobs import job
from data.jobs import metadata as jobs
from data.loop.photos import metadata as photos
from data.loop.photos import photo
from data.loop.store import alarm, alarm_member, command, key_presence, message, metadata, note
from data.operations import Operations, position
from data.scope import Scope
from data.trail import files
from data.trail.chain import REMOVED

ENDLESS = "9999"
MADE = "briefings"  # documents the server wrote, in the home


@contextmanager
def _erasing(config: Config) -> Iterator[Connection]:
    """Lend one transaction of operations; in SQLite what is deleted is written over, in the file and beside it."""
    operations = Operations.of(config)
    is_sqlite = operations.engine.dialect.name == "sqlite"
    for tables in (metadata, jobs, photos):
        operations.make(tables)
    with operations.write() as connection:
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        yield connection
    if is_sqlite:
        with operations.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    operations.engine.dispose()


def forget_positions(config: Config, first: date) -> int:
    """Remove last positions, and who was at which key area, before a local day; return how many positions."""
    until = _utc(config, first)
    with _erasing(config) as connection:
        _gone(connection, key_presence, func.coalesce(key_presence.c.left_at, key_presence.c.entered_at) < until)
        return _gone(connection, position, position.c.fixed_at < until)


def forget_alarms(config: Config, now: datetime) -> int:
    """Remove ended alarms past [privacy] alarm_days, those of persons with the fixes; return how many."""
    days, fixes = config.privacy.alarm_days, config.privacy.fix_days
    personal = min(filter(None, (days, fixes)), default=0)
    gone = 0
    with _erasing(config) as connection:
        for kept, which in ((days, alarm.c.alarm_id.is_not(None)), (personal, _of_persons())):
            if kept:
                old = (alarm.c.ended_at < now - timedelta(days=kept)) & which
                rows = [{"mine": one} for one in connection.execute(select(alarm.c.alarm_id).where(old)).scalars()]
                for table in (alarm_member, alarm) if rows else ():
                    connection.execute(delete(table).where(table.c.alarm_id == bindparam("mine")), rows)
                gone += len(rows)
    return gone


def forget_jobs(config: Config, first: date) -> int:
    """Remove jobs that ended, messages that were sent and answers given before a local day; return how many.

    Of each kind of job the last one stays: it says when that was last done.
    """
    until = _utc(config, first)
    last = select(func.max(job.c.id)).group_by(job.c.kind)
    sent = or_(message.c.delivered_at < until, (message.c.state == "failed") & (message.c.created_at < until))
    with _erasing(config) as connection:
        gone = _gone(connection, job, (job.c.ended_at < until) & job.c.id.not_in(last))
        return gone + _gone(connection, message, sent) + _gone(connection, command, command.c.done_at < until)


def forget_notes(config: Config, first: date) -> int:
    """Remove notes and photos of cases from before a local day, the pictures too; return how many."""
    until = _utc(config, first)
    with _erasing(config) as connection:
        old = connection.execute(select(photo.c.photo_id).where(photo.c.added_at < until)).scalars().all()
        gone = _gone(connection, note, note.c.noted_at < until) + _gone(connection, photo, photo.c.added_at < until)
    for photo_id in old:
        (config.home / "photos" / f"{photo_id}.jpg").unlink(missing_ok=True)
    return gone


def forget_uploads(config: Config, first: date) -> int:
    """Remove files that were brought through the browser before a local day, and return how many there were."""
    return _unlinked(config.home / "uploads", _utc(config, first))


def forget_documents(config: Config, first: date) -> int:
    """Remove documents the server wrote before a local day, and exports past their hours; return how many."""
    exports = config.home / "exports"
    before = len(list(exports.iterdir())) if exports.is_dir() else 0
    gone = before - len(list(folder(config).iterdir())) if before else 0
    return gone + _unlinked(config.home / MADE, _utc(config, first))


def forget_audit(config: Config, first: date) -> int:
    """Remove full files of the audit log all of whose lines are from before a local day; return how many.

    The log says so first, with the last line removed, so that its chain can still be checked. Raises `no_audit`.
    """
    until = _utc(config, first).isoformat()
    log = Audit.of(config)
    old = list(takewhile(lambda file: _last_at(file) < until, files.full(log.path)))
    link = files.end_of(old[-1]).link if old else None
    if link:
        log.record(Scope(ITSELF, frozenset(), ""), REMOVED, last=link.number, last_digest=link.digest, files=len(old))
        for file in old:
            file.unlink()
    return len(old) if link else 0


def _last_at(file: Path) -> str:
    """Return when the last line of a file was written, ISO and UTC; the far future where it cannot be read."""
    line = next((one for one in files.backwards(file) if one), b"{}")
    try:
        return str(json.loads(line).get("at") or ENDLESS)
    except ValueError:
        return ENDLESS


def _gone(connection: Connection, table: Table, old: ColumnElement[bool]) -> int:
    return int(connection.execute(delete(table).where(old)).rowcount)


def _unlinked(here: Path, until: datetime) -> int:
    last = until.replace(tzinfo=UTC).timestamp()
    old = [path for path in here.rglob("*") if path.is_file() and path.stat().st_mtime < last]
    for path in old:
        path.unlink()
    return len(old)


def _of_persons() -> ColumnElement[bool]:
    """Say of an alarm whether a worker is in it."""
    workers = select(alarm_member.c.alarm_id).where(alarm_member.c.kind == "worker")
    return alarm.c.alarm_id.in_(workers)


def _utc(config: Config, day: date) -> datetime:
    return midnight(day, config.zone).replace(tzinfo=None)
