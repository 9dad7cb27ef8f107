"""The incidents a view asks for: one set of rows that table, map, matrix and bars of the incidents page all show.

State `open` asks for everything open at the view's moment, whenever it was reported; `closed` and `all` for what was
reported in the period. Kind, severity and whether the place is known narrow the set further.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import moment, place
from dashboard.session import door, scope

STATES = ("open", "closed", "all")
PLACES = ("yes", "no")
REJECTED = ("S92", "S93")
# Overdue for longer is backlog, not what a watch can still save: it stands behind what is still to expire.
LOST = timedelta(hours=24)
LAST = 2**62
POINT = ("incident_id", "severity", "lon", "lat", "kind", "reported_at", "deadline_at")

Row = dict[str, Any]


@dataclass(frozen=True)
class Cases:
    """Chosen incidents as Arrow rows of incidents_open or incidents_between, with the columns is_open and located."""

    table: pa.Table
    now: datetime

    @property
    def n(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)

    @property
    def unlocated(self) -> int:
        """How many have no point of their own."""
        return self.n - int(pc.sum(pc.equal(self.table["located"], "point")).as_py() or 0)

    def first(self, most: int) -> list[Row]:
        """Return the first `most` rows: first to expire first, then the backlog, then closed ones, latest first."""
        ordered = _ordered(self.table, self.now)
        rows: list[Row] = ordered.slice(0, most).to_pylist()
        return rows

    def points(self) -> list[Row]:
        """Return what a map draws: those with a point, and what their cards tell."""
        drawn = self.table.filter(pc.and_(pc.equal(self.table["located"], "point"), pc.is_valid(self.table["lon"])))
        rows: list[Row] = drawn.select([*POINT]).to_pylist()
        return rows

    def find(self, incident_id: str) -> Row | None:
        """Return one incident of the set."""
        found: list[Row] = self.table.filter(pc.equal(self.table["incident_id"], incident_id)).to_pylist()
        return found[0] if found else None


def state(view: dict[str, Any] | None) -> str:
    """Return the state a view asks for: open, closed or all."""
    asked = (view or {}).get("state")
    return asked if asked in STATES else STATES[0]


def cases(view: dict[str, Any] | None) -> Cases:
    """Return the incidents a view asks for."""
    view, area = view or {}, place.area(view)
    now = moment.now(view)
    if state(view) == "open":
        rows = door().query("incidents_open", scope(), area=area, now=now)
        return Cases(_narrowed(rows.append_column("is_open", _all(rows.num_rows)), view), now)
    start, end = moment.period(view)
    rows = door().query("incidents_between", scope(), area=area, start=start, end=min(end, now))
    rows = rows.append_column("is_open", _is_open(rows, now))
    if state(view) == "closed":
        rows = rows.filter(pc.invert(rows["is_open"]))
    return Cases(_narrowed(rows, view), now)


def _all(n: int) -> pa.Array:
    return pa.array([True] * n, pa.bool_())


def _is_open(rows: pa.Table, now: datetime) -> pa.ChunkedArray:
    running = pc.fill_null(pc.greater(rows["closed_at"], pa.scalar(now, pa.timestamp("us"))), True)
    return pc.and_(running, pc.invert(pc.is_in(rows["state"], value_set=pa.array(REJECTED))))


def _narrowed(rows: pa.Table, view: dict[str, Any]) -> pa.Table:
    if view.get("kind"):
        rows = rows.filter(pc.equal(rows["kind"], view["kind"]))
    if view.get("severity"):
        rows = rows.filter(pc.equal(rows["severity"], int(view["severity"])))
    if view.get("located") in PLACES:
        known = pc.equal(rows["located"], "point")
        rows = rows.filter(known if view["located"] == "yes" else pc.invert(known))
    return rows


def _ordered(rows: pa.Table, now: datetime) -> pa.Table:
    due, shelved = _micros(rows["deadline_at"]), pc.equal(rows["state"], "X3")
    due = pc.if_else(shelved, pa.scalar(LAST), due)
    lost = pc.less(due, pa.scalar(_count(now - LOST)))
    group = pc.if_else(rows["is_open"], pc.if_else(lost, 1, 0), 2)
    ended = rows["closed_at"] if "closed_at" in rows.column_names else rows["reported_at"]
    latest_first = pc.negate(pc.fill_null(ended.cast(pa.int64()), 0))
    key = pc.if_else(rows["is_open"], due, latest_first)
    keys = pa.table({"group": group, "key": key, "id": rows["incident_id"]})
    return rows.take(pc.sort_indices(keys, [("group", "ascending"), ("key", "ascending"), ("id", "ascending")]))


def _micros(times: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(times.cast(pa.timestamp("us")).cast(pa.int64()), LAST)


def _count(instant: datetime) -> int:
    return int((instant - datetime(1970, 1, 1)) / timedelta(microseconds=1))
