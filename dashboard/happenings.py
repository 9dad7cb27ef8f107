"""What happened to workers on a day: stays, silences, doubtful fixes, and incidents reported close to where they were.

All times are elapsed seconds since local midnight. Everything but incidents is asked with the reason of the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.lanes import STEP_S, Floats, between, seconds
from dashboard.reason import who
from dashboard.session import door, scope
from data.days import bounds
from data.rules import uncounted

NEAR_M = 500.0  # an incident reported within this distance of a worker belongs to the worker's course
RUN_S = 600.0  # doubtful fixes closer together are told as one
# A worker's silence or end of track this long before a report says nothing of where the worker was.
LOST_S = 120.0

Row = dict[str, Any]


@dataclass(frozen=True)
class Day:
    """A local day, what part of the city, and whom: `workers` None means everybody there."""

    day: date
    area: str
    workers: tuple[str, ...] | None

    @property
    def start(self) -> datetime:
        """Local midnight as naive UTC."""
        return bounds(self.day, door().config.zone)[0]

    @property
    def end(self) -> datetime:
        """The local midnight after, as naive UTC."""
        return bounds(self.day, door().config.zone)[1]

    def holds(self, area_id: str) -> bool:
        """Say whether an area lies in this part of the city on this day; what lies in no grid belongs to its parent."""
        above = {row["area_id"]: row["parent_id"] for row in door().query("areas", scope(), day=self.day).to_pylist()}
        found: str | None = area_id.removesuffix("~")
        while found and found != self.area:
            found = above.get(found)
        return found == self.area

    @property
    def length_s(self) -> float:
        """Seconds of the day: 23, 24 or 25 hours."""
        start, end = bounds(self.day, door().config.zone)
        return (end - start).total_seconds()

    def ask(self, query: str) -> pa.Table:
        """Return the rows of a personal query about these workers on this day."""
        workers = list(self.workers) if self.workers is not None else None
        return door().query(query, who(), day=self.day, area=self.area, workers=workers)

    def _timed(self, query: str, *columns: str) -> list[Row]:
        rows = self.ask(query)
        times = {to: seconds(rows[of], self.start).tolist() for of, to in (c.split(":") for c in columns)}
        return [{**row, **{to: at[i] for to, at in times.items()}} for i, row in enumerate(rows.to_pylist())]

    def walked(self) -> Floats:
        """Return the metres everybody in the area walked in every STEP_S of the day."""
        rows = door().query("walked", who(), day=self.day, area=self.area, start=self.start)
        out = np.zeros(int(-(-self.length_s // STEP_S)))
        out[rows["bin"].to_numpy()] = rows["metres"].to_numpy()
        return out

    def stays(self) -> list[Row]:
        """Return stays: worker_id, at, end, lon, lat."""
        return self._timed("stays", "starts_at:at", "ends_at:end")

    def gaps(self) -> list[Row]:
        """Return silences: worker_id, at, end, from_lon, from_lat, to_lon, to_lat, straight_m."""
        return self._timed("gaps", "starts_at:at", "ends_at:end")

    def doubtful(self) -> list[Row]:
        """Return flagged fixes that count for nothing: worker_id, at, lon, lat, flags."""
        return [row for row in self._timed("flagged_fixes", "fixed_at:at") if row["flags"] & uncounted()]

    def reports(self) -> list[Row]:
        """Return the incidents with a point reported on the day: incident_id, at, severity, title, kind, lon, lat."""
        rows = door().query("incidents_between", scope(), area=self.area, start=self.start, end=self.end)
        at = seconds(rows["reported_at"], self.start).tolist()
        timed = ({**row, "at": at[i]} for i, row in enumerate(rows.to_pylist()))
        return sorted((row for row in timed if row["lon"] is not None), key=lambda row: row["at"])


def nearest(reports: list[Row], tracks: pa.Table, start: datetime) -> list[Row]:
    """Return the reports made within NEAR_M of a worker, with the nearest: worker_id and distance_m.

    tracks: worker_id, seg, fixed_at, lon, lat, ordered by worker and time. Where a worker was is read between the
    vertices around the report, unless the worker was lost then.
    """
    moments, lon, lat = (np.array([row[key] for row in reports]) for key in ("at", "lon", "lat"))
    found: dict[int, Row] = {}
    for worker in pc.unique(tracks["worker_id"]).to_pylist():
        own = tracks.filter(pc.equal(tracks["worker_id"], worker))
        at = seconds(own["fixed_at"], start)
        here = [np.interp(moments, at, own[key].to_numpy()) for key in ("lon", "lat")]
        away = between(here[0], here[1], lon, lat)
        close = (away <= NEAR_M) & ~_lost(moments, at, own["seg"].to_numpy())
        for i in np.flatnonzero(close).tolist():
            if i not in found or away[i] < found[i]["distance_m"]:
                found[i] = {**reports[i], "worker_id": worker, "distance_m": float(away[i])}
    return [found[i] for i in sorted(found)]


def runs(doubtful: list[Row]) -> list[Row]:
    """Gather doubtful fixes of a worker that follow each other within RUN_S: at, worker_id, n, flags of all."""
    out: list[Row] = []
    for worker, own in groupby(sorted(doubtful, key=lambda r: (r["worker_id"], r["at"])), key=lambda r: r["worker_id"]):
        last = None
        for row in own:
            if last is None or row["at"] - last > RUN_S:
                out.append({"at": row["at"], "worker_id": worker, "n": 0, "flags": 0})
            out[-1]["n"] += 1
            out[-1]["flags"] |= row["flags"]
            last = row["at"]
    return sorted(out, key=lambda row: row["at"])


def _lost(moments: Floats, at: Floats, part: Floats) -> NDArray[np.bool_]:
    """Say at which moments there was no track: in a gap, or well before the first or after the last fix."""
    after = np.searchsorted(at, moments)
    inner = np.clip(after, 1, len(at) - 1)
    in_gap = (after > 0) & (after < len(at)) & (part[inner] != part[inner - 1])
    return np.asarray(in_gap | (moments < at[0] - LOST_S) | (moments > at[-1] + LOST_S))
