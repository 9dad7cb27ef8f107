"""Since when a worker has not left a point, kept with the last position: a screen tells staying from moving by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.loop.distance import metres

Row = dict[str, Any]


def is_newer(row: Row, held: Any) -> bool:
    """Say whether a fix is newer than the position held (None: nothing is held)."""
    return held is None or bool(row["fixed_at"] > held.fixed_at)


def standing(row: Row, held: Any, within_m: float) -> Row:
    """Return still_at, still_lon, still_lat of a new fix: those held while it lies within so many metres, else its own.

    row: fixed_at (naive UTC), lon, lat (EPSG:4326); held: the row of table `position` before, or None.
    """
    if held is not None and held.still_at is not None:
        place = (held.still_lon, held.still_lat)
        if float(metres(np.array([row["lon"]]), np.array([row["lat"]]), place)[0]) <= within_m:
            return {"still_at": held.still_at, "still_lon": place[0], "still_lat": place[1]}
    return {"still_at": row["fixed_at"], "still_lon": row["lon"], "still_lat": row["lat"]}
