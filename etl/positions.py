"""Keeps the last believable position of every worker in operations, after a version is published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.operations import Operations
from etl.judge import uncounted
from etl.publish import Draft

SENT = ("worker_id", "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "battery")


def record_positions(config: Config, draft: Draft) -> int:
    """Record the newest good fix per worker among the newest two days this run wrote; returns how many moved.

    Only accepted fixes count, so that one fix dated in the future can never freeze a worker.
    """
    days = sorted({part.day for part in draft.of("fix") if part.path in draft.added})[-2:]
    tables = [table for day in days if (table := draft.read("fix", day)) is not None]
    if not tables:
        return 0
    people = _people(draft)
    rows = newest_positions(pa.concat_tables(tables))
    nobody = {"name": None, "role": None, "area_id": config.city.area_id + "~"}
    url = f"sqlite:///{config.home / 'operations.db'}"
    return Operations(url).record_positions([{**nobody, **row, **people.get(row["worker_id"], {})} for row in rows])


def newest_positions(fixes: pa.Table) -> list[dict[str, Any]]:
    """Return the newest fix without an uncounted flag of each worker, as rows of operations.position."""
    good = pc.equal(pc.bit_wise_and(fixes["flags"], pa.scalar(uncounted(), pa.int32())), 0)
    rows = fixes.filter(good).sort_by([("worker_id", "ascending"), ("fixed_at", "ascending")])
    if rows.num_rows == 0:
        return []
    worker = rows["worker_id"].to_numpy(zero_copy_only=False).astype(str)
    last = np.flatnonzero(np.r_[worker[1:] != worker[:-1], True])
    return list(rows.select(list(SENT)).take(pa.array(last)).to_pylist())


def _people(draft: Draft) -> dict[str, dict[str, str | None]]:
    """Return name, role and assigned area of every worker who has one; that area is the scope of a position."""
    worker = draft.read("worker")
    rows = worker.to_pylist() if worker is not None else []
    keys = ("name", "role", "area_id")
    return {row["worker_id"]: {key: row[key] for key in keys if row[key]} for row in rows}
