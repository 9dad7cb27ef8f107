"""The tasks an account sees, with their places before and after, as a file."""

from __future__ import annotations

import pyarrow as pa

from dashboard import tasks
from dashboard.takeaway import View, takeaway

TEXT = ("title", "area_id", "owner", "given_by", "state", "note", "about")


@takeaway("tasks")
def given(view: View) -> pa.Table:
    """Return one row a task: who, where, until when, and the figures of its place before and after."""
    del view
    rows = tasks.rows()
    columns: dict[str, pa.Array] = {name: pa.array([row[name] for row in rows], pa.string()) for name in TEXT}
    columns["due"] = pa.array([row["due"] for row in rows], pa.date32())
    columns |= {name: pa.array([row[name] for row in rows], pa.timestamp("us")) for name in ("given_at", "ended_at")}
    columns["late"] = pa.array([row["late"] for row in rows], pa.bool_())
    for metric in tasks.SHOWN:
        for at in ("before", "after"):
            values = [(row[at].get(metric) or {}).get("value") for row in rows]
            columns[f"{metric}_{at}"] = pa.array(values, pa.float64())
    return pa.table(columns)
