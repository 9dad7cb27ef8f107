"""Which cameras look at a point: whether it lies in their field of view, how far it is, and the nearest of them.

Walls and trees are not known here: `yes` means that nothing but a wall can be in the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pyproj import Geod

WGS84 = Geod(ellps="WGS84")
ORDER = ("yes", "turn", "no")
Row = dict[str, Any]


def nearest(rows: Sequence[Row], point: tuple[float, float], n: int, radius_m: float, range_m: float) -> list[Row]:
    """Return the `n` cameras best for a point (lon, lat, EPSG:4326), at most `radius_m` away.

    rows: camera_id, lon, lat, heading_deg (clockwise from north), view_deg, range_m, kind; range_m stands in where a
    camera states none. Those that see the point come first, then those that can be turned to it, then the nearest; no
    state matters, because an operator must learn that the best camera is off. Adds `distance_m` (geodesic) and `sees`:
    'yes', 'turn' (a ptz camera within its range, looking elsewhere), 'no', or None where the view is not known.
    """
    if not rows:
        return []
    lon, lat = (np.array([row[key] for row in rows], float) for key in ("lon", "lat"))
    azimuth, _, away = WGS84.inv(lon, lat, np.full_like(lon, point[0]), np.full_like(lat, point[1]))
    told = [
        {**row, "distance_m": float(away[at]), "sees": sees(row, float(azimuth[at]), float(away[at]), range_m)}
        for at, row in enumerate(rows)
    ]
    near = [row for row in told if row["distance_m"] <= radius_m]
    return sorted(near, key=_rank)[:n]


def sees(row: Row, azimuth_deg: float, distance_m: float, range_m: float) -> str | None:
    """Say whether a camera sees what lies `distance_m` away at `azimuth_deg` (clockwise from north)."""
    if distance_m > (row["range_m"] or range_m):
        return "no"
    turns = row["kind"] == "ptz"
    if row["heading_deg"] is None or row["view_deg"] is None:
        return "turn" if turns else None
    if turned(row["heading_deg"], azimuth_deg) <= row["view_deg"] / 2:
        return "yes"
    return "turn" if turns else "no"


def turned(one_deg: float, other_deg: float) -> float:
    """Return the angle 0-180 between two directions, the short way round."""
    return abs((other_deg - one_deg + 180) % 360 - 180)


def _rank(row: Row) -> tuple[int, float, str]:
    return (ORDER.index(row["sees"] or "no"), row["distance_m"], row["camera_id"])
