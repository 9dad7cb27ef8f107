"""Gathers what a human should look at in the tracks of a day: one row per stretch, a hypothesis and never a deduction.

Each rule of the effect `suspect` of data/rules.toml has one function here. ALONE look at one phone at a time and
belong to its worker-day; BETWEEN compare tracks and need those of the whole day, however little of it is new.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.config import Config
from data.days import midnight
from data.rules import rules_with
from data.schema import arrow_schema
from etl.day import Day
from etl.odd import Odd, even_speeds, lattices, left_lying, teleports
from etl.repeats import replays
from etl.twins import together
from etl.ways import Finding, Tracks, tracks_of

ALONE: dict[str, Callable[[Day, Config], Odd]] = {
    "teleport": teleports,
    "lattice": lattices,
    "even_speed": even_speeds,
    "left": left_lying,
}
BETWEEN: dict[str, Callable[[Tracks, Config], list[Finding]]] = {"replay": replays, "together": together}


def suspicions(found: Day, config: Config) -> dict[str, Any]:
    """Return the columns of table suspicion (without `day`) of what single phones tell, by worker and kind."""
    kinds = [name for name in rules_with("suspect") if name in ALONE]
    odd = [ALONE[name](found, config) for name in kinds]
    first, last, measure = (np.concatenate(columns) for columns in zip(*odd, strict=True))
    kind = np.repeat(np.arange(len(kinds)), [len(one.first) for one in odd])
    order = np.lexsort((kind, found.worker[first]))
    return {
        "worker_id": _taken(found.workers, found.worker[first[order]]),
        "kind": _taken(kinds, kind[order]),
        "starts_at": found.fixes["fixed_at"].take(first[order]),
        "ends_at": found.fixes["fixed_at"].take(last[order]),
        "measure": measure[order],
    }


def compared(day: date, track: pa.Table, config: Config) -> pa.Table:
    """Return table likeness of a local day from all of its tracks (table track)."""
    tracks = tracks_of(day, track, config)
    kinds = [name for name in rules_with("suspect") if name in BETWEEN]
    rows = [(f.worker, number, f) for number, kind in enumerate(kinds) for f in BETWEEN[kind](tracks, config)]
    rows.sort(key=lambda row: (row[0], row[1], row[2].since, row[2].other))
    since = np.datetime64(midnight(day, config.zone), "us")
    columns = {
        "day": pa.array([day] * len(rows), pa.date32()),
        "worker_id": pa.array([tracks.workers[worker] for worker, _, _ in rows], pa.string()),
        "kind": pa.array([kinds[number] for _, number, _ in rows], pa.string()),
        "starts_at": _moments(since, [f.since for _, _, f in rows]),
        "ends_at": _moments(since, [f.until for _, _, f in rows]),
        "other_id": pa.array([tracks.workers[f.other] for _, _, f in rows], pa.string()),
        "measure": pa.array([f.metres for _, _, f in rows], pa.float64()),
    }
    return pa.table(columns).select(arrow_schema("likeness").names).cast(arrow_schema("likeness"))


def _moments(since: np.datetime64, seconds: list[float]) -> pa.Array:
    return pa.array(since + (np.array(seconds, np.float64) * 1e6).astype("timedelta64[us]"), pa.timestamp("us"))


def _taken(names: list[str], positions: NDArray[np.integer[Any]]) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(positions))
