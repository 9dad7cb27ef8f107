"""Where the numbered rings of hot spots stand, and what the map's names have to give way to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dashboard import hot_words
from dashboard.extent import Bounds
from dashboard.names import Frame
from dashboard.theme import map_theme

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots, Spot

METRES_PER_DEGREE = 110_900.0
SIDE_PX = 540.0  # about the longer side of a view: the least size of a ring follows it
RING_PX, DISC_PX = 13.0, 22.0
EDGE_PX, CHOSEN_PX = 1.5, 3.0
# Where a disc may stand on its ring, the best side first.
TURNS = [math.radians(turn) for turn in (45, 135, -45, -135, 90, 0, 180, -90)]
# On its ring, or a little outside where that is full.
SIDES = [(far * math.cos(turn), far * math.sin(turn)) for far in (1.0, 2.0) for turn in TURNS]
AROUND = 2.6  # radii of a hot spot the closer view shows around it
NEAREST_M = 600.0

Row = dict[str, Any]


def rings(spots: HotSpots, bounds: Bounds, theme: str, chosen: int | None = None) -> list[Row]:
    """Return a ring with its disc for every hot spot as a view shows it, the chosen one in the accent colour on top."""
    colours = map_theme(theme)
    rows = _placed(spots, bounds)
    for row in rows:
        mine = row["id"] == str(chosen)
        row["edge"] = row["fill"] = colours["accent"] if mine else colours["label"]
        row["ink"] = colours["on-track"] if mine else colours["halo"]
        row["width"] = CHOSEN_PX if mine else EDGE_PX
    return sorted(rows, key=lambda row: (row["id"] == str(chosen), -int(row["id"])))


def keep_clear(spots: HotSpots, bounds: Bounds, frame: Frame) -> list[Row]:
    """Return the squares (`p`, `size` in pixels) that names on a frame must not touch: discs and rings of the bounds.

    A frame of another shape shows more than the bounds; the rings are placed by these, as `rings` does.
    """
    out: list[Row] = []
    for row in _placed(spots, bounds):
        left, _ = frame.pixel(row["p"])
        right, _ = frame.pixel((row["p"][0] + row["radius"] / _wide(row["p"][1]), row["p"][1]))
        out += [{"p": row["at"], "size": DISC_PX * 1.2}, {"p": row["p"], "size": 2 * (right - left)}]
    return out


def look_at(spot: Spot) -> list[float]:
    """Return west, south, east, north of what the closer view shows when a hot spot is chosen."""
    reach = max(spot.radius_m * AROUND, NEAREST_M)
    east, north = reach / _wide(spot.lat), reach / METRES_PER_DEGREE
    return [round(x, 6) for x in (spot.lon - east, spot.lat - north, spot.lon + east, spot.lat + north)]


def _placed(spots: HotSpots, bounds: Bounds) -> list[Row]:
    """Return all rings as a view of bounds shows them, each disc on the side of its ring where it covers no other."""
    pixel_m = _pixel_m(bounds)
    rows: list[Row] = []
    taken: list[tuple[float, float]] = []
    for spot in spots.spots:
        radius = max(spot.radius_m, RING_PX * pixel_m)
        x, y = (spot.lon - bounds[0]) * _wide(spot.lat), spot.lat * METRES_PER_DEGREE
        sides = [(x + east * radius, y + north * radius) for east, north in SIDES]
        apart = [min((math.dist(side, other) for other in taken), default=math.inf) / pixel_m for side in sides]
        best = next((i for i, away in enumerate(apart) if away >= DISC_PX), apart.index(max(apart)))
        taken.append(sides[best])
        at = [bounds[0] + sides[best][0] / _wide(spot.lat), sides[best][1] / METRES_PER_DEGREE]
        rows.append(_ring(spot, spots, radius, at))
    return rows


def _ring(spot: Spot, spots: HotSpots, radius: float, at: list[float]) -> Row:
    return {
        "p": [round(spot.lon, 6), round(spot.lat, 6)],
        "radius": round(radius, 1),
        "at": [round(x, 6) for x in at],
        "number": str(spot.number),
        "id": str(spot.number),
        "card": [f"{spot.number} {spot.name}", hot_words.class_name(spot.emerging), hot_words.sentence(spot, spots)],
    }


def _pixel_m(bounds: Bounds) -> float:
    """Return about how many metres a pixel of a view of these bounds shows."""
    west, south, east, north = bounds
    return max((east - west) * _wide((south + north) / 2), (north - south) * METRES_PER_DEGREE) / SIDE_PX


def _wide(lat: float) -> float:
    return METRES_PER_DEGREE * math.cos(math.radians(lat))
