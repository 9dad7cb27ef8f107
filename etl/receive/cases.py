"""Received incidents stand on the board at once: judged and placed as the load will, opened in operations.

The load carries the same rows into the warehouse later and finds the case there: its id and its first step are the
same. What the load would refuse is not opened, and neither is what arrives before the first version has areas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import select

from data.config import Config
from data.feeds import feeds
from data.loop.due import Due
from data.loop.store import incident, metadata
from data.operations import Operations
from etl.admit_incidents import admit_incidents
from etl.case_rows import case_row
from etl.case_store import Case, put
from etl.incidents import implied_steps, reports
from etl.reference import Reference
from etl.values import TYPES

FEED = "incident"
# What the warehouse will say of a case nobody has touched yet.
UNTOUCHED = {"state": "S10", "max_level": None, "unit_id": None, "handled_at": None, "reopens": 0}
UNTOUCHED |= {name: None for name in ("deadline_at", "first_deadline_at", "accepted_at", "filed_at")}

Row = dict[str, Any]


class Cases:
    """Opens received incidents in the operations of one home."""

    def __init__(self, operations: Operations, config: Config) -> None:
        self.operations, self.config, self.due = operations, config, Due(config)
        operations.make(metadata)

    def open(self, rows: Sequence[Row], reference: Reference, now: datetime) -> list[str]:
        """Open the cases that are not there yet and return their ids; now: moment of receipt, naive UTC."""
        unique = {row["incident_id"]: row for row in rows}
        known = select(incident.c.incident_id).where(incident.c.incident_id.in_(list(unique)))
        with self.operations.engine.connect() as connection:
            held = set(connection.execute(known).scalars())
        new = [row for key, row in unique.items() if key not in held]
        if not new:
            return []
        admitted = admit_incidents(_table(new), replace(reference, received_at=now)).rows
        steps: dict[str, list[Row]] = {}
        for step in implied_steps(admitted, self.config).to_pylist():
            steps.setdefault(step["incident_id"], []).append(step)
        told = reports(admitted, self.config).to_pylist()
        cases = [self._case(row, steps[row["incident_id"]]) for row in told]
        put(self.operations, cases, self.config, now, only_new=True)
        return [case.row["incident_id"] for case in cases]

    def _case(self, report: Row, steps: list[Row]) -> Case:
        told = UNTOUCHED | {key: value for key, value in report.items() if key != "state"}
        if told["located"] != "point":
            told |= {"lon": None, "lat": None}
        return Case(case_row(told, steps, self.config, self.due), steps)


def _table(rows: list[Row]) -> pa.Table:
    """Return received values as the load's mapping would: every column of the feed, and its bookkeeping."""
    feed = feeds()[FEED]
    columns: dict[str, Any] = {
        name: pa.array([row.get(name) for row in rows], TYPES[column.type]) for name, column in feed.columns.items()
    }
    columns |= {"_default": pa.array([False] * len(rows)), "_row": pa.array(range(len(rows)), pa.int64())}
    columns["_file"] = pa.array([0] * len(rows), pa.int32())
    return pa.table(columns).replace_schema_metadata({"feed": FEED, "key": feed.key[0], "path": ""})
