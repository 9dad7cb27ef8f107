"""Cases that may be one and the same, and places that keep coming back: the same kind, near, and lately.

Both look at places and kinds, never at people: who reported plays no part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.config import Config
from data.loop.distance import box, metres
from data.query import Door
from data.scope import Scope
from data.states import FINAL

WITHOUT_POINT = ("SPG",)  # special groups are never looked for by their place

Row = dict[str, Any]


def candidates(row: Mapping[str, Any], door: Door, scope: Scope) -> list[Row]:
    """Return open cases that may be the same as this one, the nearest first, with `metres` and `apart_s`.

    Same kind, at most [loop] duplicate_m away and reported at most duplicate_s before or after it; only those the
    account may see. A case without a point has none. Raises what the door raises.
    """
    if not _has_point(row):
        return []
    apart = timedelta(seconds=door.config.loop.duplicate_s)
    about = {"kind": row["kind"], "incident": row["incident_id"], "since": row["reported_at"] - apart}
    table = door.query("near_cases", scope, **about, **_box(row, door.config.loop.duplicate_m))
    return likely(row, table.to_pylist(), door.config)


def likely(row: Mapping[str, Any], others: list[Row], config: Config) -> list[Row]:
    """Return those of `others` (rows of near_cases) that may be the same case, the nearest first."""
    latest = row["reported_at"] + timedelta(seconds=config.loop.duplicate_s)
    open_ = [one for one in others if one["state"] not in FINAL and one["reported_at"] <= latest]
    return _within(row, open_, config.loop.duplicate_m)


def repeats(row: Mapping[str, Any], door: Door, scope: Scope) -> list[Row]:
    """Return earlier cases of the same kind at the same place, the newest first, with `metres` and `apart_s`.

    Within [loop] duplicate_m and repeat_days before the report; rejected and voided ones do not count. From the
    warehouse, so that a case of the last minutes may be missing. Raises what the door raises.
    """
    if not _has_point(row):
        return []
    loop = door.config.loop
    since = row["reported_at"] - timedelta(days=loop.repeat_days)
    period = {"kind": row["kind"], "start": since, "end": row["reported_at"]}
    table = door.query("place_before", scope, **period, **_box(row, loop.duplicate_m))
    earlier = [one for one in table.to_pylist() if one["incident_id"] != row["incident_id"]]
    found = _within(row, earlier, loop.duplicate_m)
    return sorted(found, key=lambda one: (one["apart_s"], one["incident_id"]))


def _has_point(row: Mapping[str, Any]) -> bool:
    return row["located"] == "point" and row["lon"] is not None and row["kind"] not in WITHOUT_POINT


def _box(row: Mapping[str, Any], radius_m: float) -> dict[str, float]:
    west, south, east, north = box((row["lon"], row["lat"]), radius_m)
    return {"west": west, "south": south, "east": east, "north": north}


def _within(row: Mapping[str, Any], found: list[Row], radius_m: float) -> list[Row]:
    """Return the rows within a radius, the nearest first; distances to a tenth of a metre, times in seconds."""
    lon, lat = (np.array([one[name] for one in found], np.float64) for name in ("lon", "lat"))
    away: NDArray[np.float64] = metres(lon, lat, (row["lon"], row["lat"]))
    near = [int(i) for i in np.argsort(away, kind="stable") if away[i] <= radius_m]
    return [found[i] | {"metres": round(float(away[i]), 1), "apart_s": _apart(row, found[i])} for i in near]


def _apart(row: Mapping[str, Any], other: Row) -> float:
    return float(abs((row["reported_at"] - other["reported_at"]).total_seconds()))
