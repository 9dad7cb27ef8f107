"""Removes expired data outside the warehouse: last positions, alarms and uploaded files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, select

from data.config import Config
from data.days import midnight
from data.loop.store import alarm, alarm_member, metadata
from data.operations import Operations, position


def forget_positions(config: Config, first: date) -> int:
    """Remove last positions before a local day, bytes and all, and return how many there were."""
    operations = Operations.of(config)
    is_sqlite = operations.engine.dialect.name == "sqlite"
    with operations.write() as connection:
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")  # what is deleted is written over
        gone = connection.execute(delete(position).where(position.c.fixed_at < _utc(config, first))).rowcount
    if is_sqlite and gone:
        with operations.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    operations.engine.dispose()
    return int(gone)


def forget_alarms(config: Config, now: datetime) -> int:
    """Remove ended alarms past [privacy] alarm_days, those of persons with the fixes; return how many."""
    operations, days, fixes = Operations.of(config), config.privacy.alarm_days, config.privacy.fix_days
    operations.make(metadata)
    personal = min(filter(None, (days, fixes)), default=0)
    with operations.write() as connection:
        gone = 0
        for kept, which in ((days, alarm.c.alarm_id.is_not(None)), (personal, _of_persons())):
            if kept:
                old = (alarm.c.ended_at < now - timedelta(days=kept)) & which
                rows = [{"mine": one} for one in connection.execute(select(alarm.c.alarm_id).where(old)).scalars()]
                for table in (alarm_member, alarm) if rows else ():
                    connection.execute(delete(table).where(table.c.alarm_id == bindparam("mine")), rows)
                gone += len(rows)
    operations.engine.dispose()
    return gone


def _of_persons() -> ColumnElement[bool]:
    """Say of an alarm whether a worker is in it."""
    workers = select(alarm_member.c.alarm_id).where(alarm_member.c.kind == "worker")
    return alarm.c.alarm_id.in_(workers)


def forget_uploads(config: Config, first: date) -> int:
    """Remove files that were brought through the browser before a local day, and return how many there were."""
    until = _utc(config, first).replace(tzinfo=UTC).timestamp()
    old = [path for path in (config.home / "uploads").rglob("*") if path.is_file() and path.stat().st_mtime < until]
    for path in old:
        path.unlink()
    return len(old)


def _utc(config: Config, day: date) -> datetime:
    return midnight(day, config.zone).replace(tzinfo=None)
