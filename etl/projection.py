"""Coordinates of any stated system into EPSG:4326, and EPSG:4326 into metres.

GCJ-02 and BD-09 are not in the register: they shift WGS 84 by a published approximation (about 1 m) inside a box
around China. The inverse of GCJ-02 is read from a table of offsets at 0.001 degree, interpolated in two directions
(at most about 2 mm from the exact inverse, 5 mm at the formula's kink on the meridian of 105); BD-09, whose waves
are shorter, is first turned back into GCJ-02 by iteration. A point's result never depends on the rest of its batch.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.errors import ConfigError
from etl.compiled import compiled

Floats = NDArray[np.float64]

AXIS, ECCENTRICITY = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, as the public formula has them
BD_TURN = np.pi * 3000 / 180
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
STEP = 1e-3  # degrees between the nodes of the offset table
PER_TILE = 50  # steps on the side of a tile of nodes
TILE = STEP * PER_TILE
MOST_TILES = 2048  # kept; 43 kB each
SAME_M = 0.5  # two systems are one for us when they put the same numbers this near
UNREGISTERED = ("GCJ-02", "BD-09")


def to_wgs84(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return EPSG:4326 degrees of coordinates (x, y or lon, lat) in `crs`; not-a-number stays so.

    Raises ConfigError `unknown_crs`.
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if crs.upper() in UNREGISTERED:
        return _unshifted(lon, lat, crs.upper())
    return _transformed(lon, lat, crs, "EPSG:4326")


def to_metric(lon: Floats, lat: Floats, crs_metric: str) -> tuple[Floats, Floats]:
    """Return metres east and north of EPSG:4326 degrees in the city's projected system."""
    return _transformed(np.asarray(lon, np.float64), np.asarray(lat, np.float64), "EPSG:4326", crs_metric)


def from_metric(x: Floats, y: Floats, crs_metric: str) -> tuple[Floats, Floats]:
    """Return EPSG:4326 degrees of metres in the city's projected system."""
    return _transformed(np.asarray(x, np.float64), np.asarray(y, np.float64), crs_metric, "EPSG:4326")


def is_degrees(crs: str) -> bool:
    """Say whether coordinates in `crs` are degrees; raises ConfigError `unknown_crs`."""
    return crs.upper() in UNREGISTERED or bool(_system(crs).is_geographic)


def agree(stated: str, crs: str, x: float, y: float) -> bool:
    """Say whether two systems put the coordinates (x, y) at the same place, to half a metre.

    No file can state GCJ-02 or BD-09: under them any geographic statement passes.
    """
    if crs.upper() in UNREGISTERED:
        return is_degrees(stated)
    if is_degrees(stated) != is_degrees(crs):
        return False
    here, there = (np.hstack(to_wgs84(np.array([x]), np.array([y]), system)) for system in (stated, crs))
    return bool(np.allclose(here, there, rtol=0.0, atol=SAME_M / 111_320) or np.isinf([here, there]).any())


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 degrees by the public approximation; outside the box around China nothing moves."""
    east, north = _gcj_shift(lon, lat)
    inside = _inside(lon, lat)
    return lon + np.where(inside, east, 0.0), lat + np.where(inside, north, 0.0)


def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return BD-09 degrees: GCJ-02 turned and stretched once more; outside the box nothing moves."""
    x, y = wgs84_to_gcj02(lon, lat)
    east, north = _bd_shift(x, y)
    inside = _inside(lon, lat)
    return x + np.where(inside, east, 0.0), y + np.where(inside, north, 0.0)


def _inside(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _gcj_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 105.0, lat - 35.0
    wave = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    angle = np.radians(lat)
    flat = 1 - ECCENTRICITY * np.sin(angle) ** 2
    per_lon = AXIS / np.sqrt(flat) * np.cos(angle) * np.pi / 180
    per_lat = AXIS * (1 - ECCENTRICITY) / (flat * np.sqrt(flat)) * np.pi / 180
    return east / per_lon, north / per_lat


def _bd_shift(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * BD_TURN)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * BD_TURN)
    return radius * np.cos(angle) + 0.0065 - x, radius * np.sin(angle) + 0.006 - y


def exact_offset(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return what GCJ-02 adds to WGS 84, or BD-09 to GCJ-02, at places given after the shift; to 1e-11 degree."""
    shift = _gcj_shift if crs == "GCJ-02" else _bd_shift
    east, north = shift(lon, lat)
    for _ in range(6):
        east, north = shift(lon - east, lat - north)
    return east, north


def _unshifted(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    inside = np.flatnonzero(_inside(lon, lat))
    found_lon, found_lat = lon.copy(), lat.copy()
    if len(inside):
        x, y = lon[inside], lat[inside]
        if crs == "BD-09":
            east, north = exact_offset(x, y, crs)
            x, y = x - east, y - north
        east, north = _table_offset(x, y)
        found_lon[inside], found_lat[inside] = x - east, y - north
    return found_lon, found_lat


def _table_offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Interpolate between the four nodes around each point, STEP apart; only tiles of nodes that are needed exist."""
    column, row = np.floor(lon / TILE).astype(np.int64), np.floor(lat / TILE).astype(np.int64)
    west, south = int(column.min()), int(row.min())
    width = int(column.max()) - west + 1
    here = (row - south) * width + (column - west)
    there = np.bincount(here) > 0
    tiles = np.array([(int(i % width) + west, int(i // width) + south) for i in np.flatnonzero(there)])
    nodes = np.stack([_tile(column, row) for column, row in tiles.tolist()])
    return _interpolated(lon, lat, (np.cumsum(there) - 1)[here], (tiles * TILE, nodes))


@lru_cache(MOST_TILES)
def _tile(column: int, row: int) -> Floats:
    """Return the offsets east and north of the nodes of one tile, shape (2, rows, columns)."""
    at = np.arange(PER_TILE + 2) * STEP
    x, y = np.meshgrid(column * TILE + at, row * TILE + at)
    return np.stack(exact_offset(x, y, "GCJ-02"))


@compiled
def _interpolated(
    lon: Floats, lat: Floats, tile: NDArray[np.int64], tiles: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return the offsets east and north; `tile` is the number of each point's tile, `tiles` corners and nodes."""
    corner, nodes = tiles
    found = np.empty((2, len(lon)))
    for i in range(len(lon)):
        n = tile[i]
        x, y = (lon[i] - corner[n, 0]) / STEP, (lat[i] - corner[n, 1]) / STEP
        c, r = max(min(int(x), PER_TILE), 0), max(min(int(y), PER_TILE), 0)
        u, v = x - c, y - r
        for k in range(2):
            low = nodes[n, k, r, c] * (1 - u) + nodes[n, k, r, c + 1] * u
            high = nodes[n, k, r + 1, c] * (1 - u) + nodes[n, k, r + 1, c + 1] * u
            found[k, i] = low * (1 - v) + high * v
    return found[0], found[1]


def _transformed(x: Floats, y: Floats, source: str, target: str) -> tuple[Floats, Floats]:
    if _is_same(source, target):
        return x, y
    found = _transformer(source, target).transform(x, y)
    return np.asarray(found[0], np.float64), np.asarray(found[1], np.float64)


@lru_cache(maxsize=64)
def _is_same(source: str, target: str) -> bool:
    return bool(_system(source).equals(_system(target), ignore_axis_order=True))


@lru_cache(maxsize=64)
def _transformer(source: str, target: str):  # type: ignore[no-untyped-def]
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(_system(source), _system(target), always_xy=True)
    except ProjError as fault:  # a system of another planet, or of a local yard
        raise ConfigError("unknown_crs", detail=source) from fault


@lru_cache(maxsize=64)
def _system(crs: str):  # type: ignore[no-untyped-def]
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(crs)
    except CRSError as fault:
        raise ConfigError("unknown_crs", detail=crs) from fault
