"""Keeps the last believable position of every worker in operations, after a version is published."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.config import Config
from data.operations import Operations
from etl.publish import Draft


def record_positions(config: Config, draft: Draft) -> int:
    """Record the newest unflagged fix per worker among the newest two days this run wrote; returns how many moved.

    Only accepted fixes count, so that one fix dated in the future can never freeze a worker.
    """
    days = sorted({part.day for part in draft.of("fix") if part.path in draft.added})[-2:]
    if not days:
        return 0
    tables = [table for day in days if (table := draft.read("fix", day)) is not None]
    rows = pa.concat_tables(tables)
    good = pc.equal(pc.bit_wise_and(rows["flags"], pa.scalar(uncounted_bits(), pa.int32())), 0)
    rows = rows.filter(good).sort_by([("worker_id", "ascending"), ("fixed_at", "ascending")])
    if rows.num_rows == 0:
        return 0
    worker = rows["worker_id"].to_numpy(zero_copy_only=False).astype(str)
    last = np.flatnonzero(np.r_[worker[1:] != worker[:-1], True])
    people = _people(draft)
    columns = ["worker_id", "area_id", "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "battery"]
    newest = rows.select(columns).take(pa.array(last)).to_pylist()
    url = f"sqlite:///{config.home / 'operations.db'}"
    return Operations(url).record_positions([{**row, **people.get(row["worker_id"], {})} for row in newest])


def uncounted_bits() -> int:
    """Return the bits of data/flags.toml that keep a fix out of distance, coverage and last positions."""
    table = tomllib.loads(files("data").joinpath("flags.toml").read_text(encoding="utf-8"))
    return sum(row["bit"] for row in table.values() if row["uncounted"])


def _people(draft: Draft) -> dict[str, dict[str, str | None]]:
    """Return name, role and assigned area of every listed worker; the assigned area is the scope of a position."""
    worker = draft.read("worker")
    out: dict[str, dict[str, str | None]] = {}
    for row in worker.to_pylist() if worker is not None else []:
        own = {"name": row["name"], "role": row["role"]}
        out[row["worker_id"]] = {**own, "area_id": row["area_id"]} if row["area_id"] else own
    return out
