"""Fixes of a local day of the whole city as columns, and what each worker truly walked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.days import midnight
from etl.projection import wgs84_to_gcj02
from etl.synthetic.city import City
from etl.synthetic.patrols import RIDE, WALK, Day, patrol
from etl.synthetic.people import worker_id
from etl.synthetic.roster import ZONE

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1)


@dataclass
class Columns:
    """Fixes as columns of equal length: worker number, UTC microseconds, km, and what the phone says.

    tag: 0 for a sound fix, else the number of the planted fault (etl/synthetic/dirt.py).
    """

    worker: NDArray[np.int64]
    fixed: NDArray[np.int64]
    received: NDArray[np.int64]
    xy: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    speed: NDArray[np.float64]
    battery: NDArray[np.float64]
    tag: NDArray[np.int64]

    def take(self, keep: NDArray[np.generic]) -> Columns:
        """Return some of the fixes."""
        return Columns(*(values[keep] for values in vars(self).values()))

    def join(self, other: Columns) -> Columns:
        """Return these fixes and then the others."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Columns(*(np.concatenate(pair) for pair in pairs))


def micros(moment: datetime) -> int:
    """Return microseconds since 1970 of a naive UTC datetime."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def day_fixes(city: City, day: date, until: datetime) -> tuple[Columns, list[dict[str, object]]]:
    """Return the sound fixes of a local day up to a moment, by worker and time, and the truth of every worker-day."""
    start = micros(midnight(day, ZONE))
    last = min(86_400.0, (micros(until) - start) / SECOND)
    days = [(n, patrol(city, n, day)) for n in range(city.workers)]
    made = [(n, one) for n, one in days if one is not None and last > 0]
    parts = [_columns(n, one, (start, last), city.seed) for n, one in made]
    if not parts:
        return _empty(), []
    whole = Columns(*(np.concatenate([vars(part)[key] for part in parts]) for key in vars(parts[0])))
    return whole, [_truth(n, day, one, last) for n, one in made]


def _empty() -> Columns:
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Columns(whole, whole, whole, np.empty((0, 2)), real, real, real, whole)


def _columns(number: int, day: Day, of: tuple[int, float], seed: int) -> Columns:
    start, last = of
    f = day.fixes
    keep = f.at < last
    at = f.at[keep].astype(np.int64)
    delay = np.random.default_rng([seed, 16, number, start // SECOND]).integers(1, 5, len(f.at))[keep]
    fixed = start + at * SECOND
    received = np.minimum(fixed + delay * SECOND, start + int(last * SECOND))
    return Columns(
        worker=np.full(len(at), number),
        fixed=fixed,
        received=np.maximum(received, fixed),
        xy=f.xy[keep],
        accuracy=f.accuracy[keep],
        speed=f.speed[keep],
        battery=f.battery[keep],
        tag=np.zeros(len(at), np.int64),
    )


def _truth(number: int, day: date, one: Day, last: float) -> dict[str, object]:
    """What the worker truly did until the moment: metres walked and ridden, and how much of it unseen."""
    moved = {WALK: 0.0, RIDE: 0.0}
    for route in one.routes:
        for kind, metres in route.moved_m(float(route.at[0]), last).items():
            moved[kind] += metres
    hidden = [(a, min(b, last)) for a, b in one.silent if a < last]
    unseen = sum(sum(route.moved_m(*span).values()) for span in hidden for route in one.routes)
    return {
        "day": day.isoformat(),
        "worker_id": worker_id(number),
        "walked_m": round(moved[WALK], 1),
        "ridden_m": round(moved[RIDE], 1),
        "unseen_m": round(unseen, 1),
    }


def fix_table(city: City, columns: Columns, crs: str = "EPSG:4326") -> pa.Table:
    """Return the columns of the fix feed, coordinates at 1e-6 degree in EPSG:4326 or GCJ-02; NaN stays NaN."""
    known = np.isfinite(columns.xy)
    lon, lat = city.realm.degrees(np.where(known, columns.xy, 0.0)).T
    if crs == "GCJ-02":
        lon, lat = (np.round(axis, 6) for axis in wgs84_to_gcj02(lon, lat))
    nowhere = np.where(np.isinf(columns.xy[:, 0]), 0.0, np.nan)
    lon, lat = np.where(known.T, (lon, lat), nowhere)
    names = pa.array([worker_id(n) for n in range(int(columns.worker.max(initial=-1)) + 1)], pa.string())
    return pa.table(
        {
            "worker_id": pa.DictionaryArray.from_arrays(pa.array(columns.worker, pa.int32()), names).cast(pa.string()),
            "fixed_at": pa.array(columns.fixed, pa.int64()).cast(pa.timestamp("us")),
            "lon": lon,
            "lat": lat,
            "accuracy_m": columns.accuracy,
            "speed_mps": columns.speed,
            "battery": columns.battery,
            "received_at": pa.array(columns.received, pa.int64()).cast(pa.timestamp("us")),
            "source": pa.array(["app"] * len(lon), pa.string()),
        }
    )
