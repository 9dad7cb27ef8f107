"""Where lon, lat lie on the paper of a map: equal scales both ways at the middle of what is shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import shapely

from data.briefing.svg import Point

WIDE, HIGH, MAP_WIDE = 680, 440, 520
MARGIN = 10.0
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Sheet:
    """Where lon, lat lie on paper."""

    bounds: tuple[float, float, float, float]

    @property
    def taller(self) -> float:
        """How much longer a degree of latitude is than one of longitude."""
        return 1 / math.cos(math.radians((self.bounds[1] + self.bounds[3]) / 2))

    @property
    def across(self) -> float:
        """Units per degree of longitude: the bounds fit whole."""
        west, south, east, north = self.bounds
        inner = (MAP_WIDE - 2 * MARGIN) / (east - west), (HIGH - 2 * MARGIN) / (north - south) / self.taller
        return min(inner)

    def place(self, lon: float, lat: float) -> Point:
        """Return where a point lies, the bounds in the middle of the map."""
        west, south, east, north = self.bounds
        x = MAP_WIDE / 2 + (lon - (west + east) / 2) * self.across
        return x, HIGH / 2 - (lat - (south + north) / 2) * self.across * self.taller

    def way(self, shape: Any) -> str:
        """Return the path data of a polygon or line."""
        told = []
        for ring in _rings(shape):
            points = [self.place(lon, lat) for lon, lat in shapely.get_coordinates(ring)]
            if not points:
                continue
            closed = "Z" if shapely.get_type_id(ring) == shapely.GeometryType.LINEARRING else ""
            told.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + closed)
        return "".join(told)

    @property
    def metres(self) -> float:
        """Units per metre."""
        return self.across * self.taller / METRES_PER_DEGREE


def _rings(shape: Any) -> list[Any]:
    lines = []
    for part in shapely.get_parts(shape):
        if shapely.get_dimensions(part) == 2:
            lines += [shapely.get_exterior_ring(part), *part.interiors]
        elif shapely.get_dimensions(part) == 1:
            lines.append(part)
    return lines
