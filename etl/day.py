"""Looks at the fixes of one local day as a whole: in order, judged, projected, with stays and tracks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import Transformer

from data.config import Config
from data.days import midnight
from data.rules import uncounted
from etl.judge import floats, judge
from etl.merge_fixes import numbered
from etl.points import Points
from etl.stays import Stays, find_stays
from etl.tracks import Track, split, trace


@dataclass(frozen=True)
class Day:
    """The fixes of one day sorted by worker and time, and what was found in them.

    `worker` and `area` are, per fix, positions (int32) in `workers` and `areas`, lists of ids, sorted;
    `flags` int32 per fix. `counted` are the positions of fixes without an uncounted flag: `points`, `segment`
    and `stays` have one element for each of these, and `track.fix` points into them.
    """

    fixes: pa.Table
    workers: list[str]
    worker: NDArray[np.int32]
    areas: list[str]
    area: NDArray[np.int32]
    flags: NDArray[np.int32]
    counted: NDArray[np.int64]
    points: Points
    segment: NDArray[np.int64]
    stays: Stays
    track: Track

    def at(self, point: NDArray[np.int64]) -> pa.ChunkedArray:
        """Return the times (naive UTC) of points by their positions."""
        return self.fixes["fixed_at"].take(self.counted[point])


def examine(day: date, fixes: pa.Table, config: Config) -> Day:
    """Judge the fixes of a local day and find stays, segments and tracks in what counts."""
    fixes = _ordered(fixes)
    workers, worker = numbered(fixes["worker_id"])
    areas, area = numbered(fixes["area_id"])
    flags = judge(fixes, config.fixes)
    counted = np.flatnonzero(flags & uncounted() == 0)
    since = np.datetime64(midnight(day, config.zone), "us")
    seconds = (fixes["fixed_at"].to_numpy()[counted] - since).astype(np.int64) / 1e6
    lon, lat = (fixes[name].to_numpy()[counted] for name in ("lon", "lat"))
    x, y = _projection(config.city.crs_metric).transform(lon, lat)
    points = Points(worker[counted], seconds, lon, lat, x, y, floats(fixes["accuracy_m"])[counted])
    segment = split(points, config.fixes.gap_s)
    stays = find_stays(points, segment, config.fixes)
    track = trace(points, segment, stays, config.fixes.simplify_m)
    return Day(fixes, workers, worker, areas, area, flags, counted, points, segment, stays, track)


def _ordered(fixes: pa.Table) -> pa.Table:
    _, worker = numbered(fixes["worker_id"])
    moment = fixes["fixed_at"].to_numpy()
    later = (np.diff(worker) > 0) | ((np.diff(worker) == 0) & (np.diff(moment) >= np.timedelta64(0)))
    return fixes if later.all() else fixes.take(pa.array(np.lexsort((moment, worker))))


@cache
def _projection(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)
