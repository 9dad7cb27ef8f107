"""Finds the last believable fix of every worker."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.rules import uncounted
from etl.merge_fixes import numbered

SENT = ("worker_id", "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "battery")


def newest_positions(fixes: pa.Table) -> pa.Table:
    """Return the newest fix without an uncounted flag of each worker, in the columns SENT; fixes in any order.

    Only believable fixes count, so that one dated in the future can never freeze a worker.
    """
    good = np.flatnonzero((fixes["flags"].to_numpy() & uncounted()) == 0)
    _, worker = numbered(fixes["worker_id"])
    moment = fixes["fixed_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    latest = np.full(int(worker.max(initial=-1)) + 1, np.iinfo(np.int64).min)
    np.maximum.at(latest, worker[good], moment[good])
    last = good[moment[good] == latest[worker[good]]]
    _, first = np.unique(worker[last], return_index=True)
    rows = fixes.select(list(SENT)).take(pa.array(last[first]))
    name = pa.array(rows["worker_id"].to_pylist(), pa.string())
    return rows.set_column(0, "worker_id", name)
