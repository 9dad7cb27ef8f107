"""Keeps the last believable position of every worker in operations, after a version is published."""

from __future__ import annotations

import pyarrow as pa

from data.config import Config
from data.operations import Operations
from etl.newest import newest_positions
from etl.publish import Draft

__all__ = ["newest_positions", "record_positions"]


def record_positions(config: Config, draft: Draft, newest: list[pa.Table]) -> int:
    """Record the newest good fix of every worker in `newest` (columns of etl/newest.py); returns how many moved."""
    if not newest:
        return 0
    people, nobody = _people(draft), {"name": None, "role": None, "area_id": config.city.area_id + "~"}
    last: dict[str, dict[str, object]] = {}
    for row in pa.concat_tables(newest).sort_by("fixed_at").to_pylist():
        last[row["worker_id"]] = {**nobody, **row, **people.get(row["worker_id"], {})}
    return Operations.of(config).record_positions(list(last.values()))


def _people(draft: Draft) -> dict[str, dict[str, str | None]]:
    """Return name, role and assigned area of every worker who has one; that area is the scope of a position."""
    worker = draft.read("worker")
    rows = worker.to_pylist() if worker is not None else []
    keys = ("name", "role", "area_id")
    return {row["worker_id"]: {key: row[key] for key in keys if row[key]} for row in rows}
