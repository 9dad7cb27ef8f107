"""Which two columns are the coordinates, in which order and notation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.degrees import decimal
from etl.propose.seen import Seen
from etl.propose.words import header_sure

Floats = NDArray[np.float64]

NEAR = 3.0  # degrees from the city's centre that still are the city's part of the world
SCALES = (1e-5, 1e-6, 1e-7)
BY_RANGE = 0.6


@dataclass(frozen=True)
class Pair:
    """Two columns that hold places: theirs for lon and lat, how they are written, how it was found, and how surely."""

    lon: Seen
    lat: Seen
    sure: float
    how: str  # "header" | "range" | "swapped"
    form: str | None = None  # "dms" | "dm"
    scale: float = 1.0

    def values(self) -> tuple[Floats, Floats]:
        """Return x and y as numbers in the file's own system, not-a-number where there are none."""
        return _numbers(self.lon, self.form) * self.scale, _numbers(self.lat, self.form) * self.scale

    def spec(self, name: str) -> str | dict[str, object]:
        """Return what [columns] says for lon or lat."""
        theirs = (self.lon if name == "lon" else self.lat).name
        changes = {k: v for k, v in (("format", self.form), ("scale", self.scale)) if v not in (None, 1.0)}
        return {"from": theirs, **changes} if changes else theirs


def find_pair(columns: dict[str, Seen], centre: tuple[float, ...]) -> Pair | None:
    """Return the coordinates by their names, else by two columns whose numbers lie around the city; None without."""
    usable = {n: x for n, x in columns.items() if not x.is_personal and (x.is_numeric or x.angle) and len(x.filled)}
    lon, lat = _named(usable, "lon"), _named(usable, "lat")
    if lon and lat and lon is not lat:
        sure = min(header_sure("fix", "lon", lon.name), header_sure("fix", "lat", lat.name))
        return _ordered(_written(Pair(lon, lat, max(sure, BY_RANGE), "header"), centre), centre)
    return _by_range(usable, centre)


def _named(columns: dict[str, Seen], which: str) -> Seen | None:
    best = max(columns.values(), key=lambda x: header_sure("fix", which, x.name), default=None)
    return best if best is not None and header_sure("fix", which, best.name) > 0 else None


def _by_range(columns: dict[str, Seen], centre: tuple[float, ...]) -> Pair | None:
    """Return the first columns of fractions around the city's longitude and latitude."""
    found = []
    for at in (0, 1):
        near = [x for x in columns.values() if x.is_numeric and _around(x.numbers, centre[at]) and _is_fine(x)]
        found.append(near[0] if near else None)
    lon, lat = found
    return Pair(lon, lat, BY_RANGE, "range") if lon and lat and lon is not lat else None


def _is_fine(column: Seen) -> bool:
    """Say whether most numbers have the decimals a place has: counts and codes do not."""
    fraction = np.abs(column.numbers * 1000 - np.rint(column.numbers * 1000))
    return bool(np.nanmean(fraction > 1e-9) > 0.5)


def _around(numbers: Floats, centre: float) -> bool:
    return bool(np.isfinite(numbers).any()) and abs(float(np.nanmedian(numbers)) - centre) <= NEAR


def _written(pair: Pair, centre: tuple[float, ...]) -> Pair:
    """Return the pair with its notation: signs of degrees, receivers' ddmm.mmmm, or whole numbers of small units."""
    if pair.lon.angle or pair.lat.angle:
        return replace(pair, form="dms")
    x, y = pair.values()
    if np.nanmax(np.abs(np.concatenate([x, y]))) <= 360:
        return pair
    for changed in (replace(pair, form="dm"), *(replace(pair, scale=s) for s in SCALES)):
        x, y = changed.values()
        straight = _around(x, centre[0]) and _around(y, centre[1])
        if straight or (_around(y, centre[0]) and _around(x, centre[1])):
            return changed
    return pair


def _ordered(pair: Pair, centre: tuple[float, ...]) -> Pair:
    """Return the pair with its columns exchanged where only that puts degrees on the globe, or near the city."""
    x, y = pair.values()
    if not (np.isfinite(x).any() and np.isfinite(y).any()) or np.nanmedian(np.abs(x)) > 360:
        return pair
    impossible = np.nanmedian(np.abs(y)) > 90 >= np.nanmedian(np.abs(x))
    elsewhere = (
        not (_around(x, centre[0]) and _around(y, centre[1])) and _around(y, centre[0]) and _around(x, centre[1])
    )
    if impossible or elsewhere:
        return replace(pair, lon=pair.lat, lat=pair.lon, how="swapped")
    return pair


def _numbers(column: Seen, form: str | None) -> Floats:
    if form is None:
        return column.numbers
    return np.asarray(decimal(pa.chunked_array(column.text.chunks, pa.string()), form)[0].to_numpy(), np.float64)
