"""Removes expired personal data outside the warehouse: last positions and uploaded files."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import delete

from data.config import Config
from data.days import midnight
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


def forget_uploads(config: Config, first: date) -> int:
    """Remove files that were brought through the browser before a local day, and return how many there were."""
    until = _utc(config, first).replace(tzinfo=UTC).timestamp()
    old = [path for path in (config.home / "uploads").rglob("*") if path.is_file() and path.stat().st_mtime < until]
    for path in old:
        path.unlink()
    return len(old)


def _utc(config: Config, day: date) -> datetime:
    return midnight(day, config.zone).replace(tzinfo=None)
