"""Columns as bytes: a JSON header and typed arrays, what the browser turns into layers without parsing numbers.

uint32 little-endian length of the header; the header, JSON padded with spaces so that what follows starts at a multiple
of 8; then the columns one after another, each padded to a multiple of 8. The header holds `length`, `columns`
({name, dtype, size, count, offset}) and whatever else is passed. tests/browser and assets/40-deck.js read the same.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Columns = dict[str, tuple[NDArray[Any], int]]
Bounds = tuple[float, float, float, float]


def pack(length: int, columns: Columns, **more: Any) -> bytes:
    """Return rows as bytes; `columns` maps a name to an array and its numbers per item."""
    listed, bodies, offset = [], [], 0
    for name, (array, size) in columns.items():
        little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        body = little.tobytes()
        body += b"\0" * (-len(body) % 8)
        dtype = f"{little.dtype.kind}{little.dtype.itemsize}"
        listed.append({"name": name, "dtype": dtype, "size": size, "count": little.size, "offset": offset})
        bodies.append(body)
        offset += len(body)
    header = json.dumps({"length": length, "columns": listed, **more}, ensure_ascii=False).encode()
    header += b" " * (-(len(header) + 4) % 8)
    return len(header).to_bytes(4, "little") + header + b"".join(bodies)


def join(parts: dict[str, bytes]) -> bytes:
    """Return several packed answers as one: a column of bytes each, which the browser unpacks in its place."""
    return pack(len(parts), {name: (np.frombuffer(body, np.uint8), 1) for name, body in parts.items()})


def paths(shapes: NDArray[np.object_], near: Bounds | None = None) -> bytes:
    """Pack lines, or the rings of polygons, as paths: `getPath` float64 [lon, lat] and `startIndices`.

    `near` (west, south, east, north) leaves only what lies inside.
    """
    lines, points, of = _vertices(shapes, near)
    starts = np.searchsorted(of, np.arange(len(lines))).astype(np.uint32)
    return pack(len(lines), {"startIndices": (starts, 1), "getPath": (points.ravel(), 2)})


def segments(shapes: NDArray[np.object_], near: Bounds | None = None) -> bytes:
    """Pack lines or rings as single strokes, each once: `getSourcePosition` and `getTargetPosition`, float64.

    A border that two neighbours share is one stroke; the cheapest to draw where a line is too thin to show its joints.
    """
    _, points, of = _vertices(shapes, near)
    going = np.flatnonzero(of[1:] == of[:-1])
    ends = np.stack([points[going], points[going + 1]], axis=1)
    first, last = ends[:, 0], ends[:, 1]
    back = (first[:, 0] > last[:, 0]) | ((first[:, 0] == last[:, 0]) & (first[:, 1] > last[:, 1]))
    ends[back] = ends[back, ::-1]
    once = np.unique(ends.reshape(-1, 4), axis=0)
    columns: Columns = {"getSourcePosition": (once[:, :2].ravel(), 2), "getTargetPosition": (once[:, 2:].ravel(), 2)}
    return pack(len(once), columns)


def polygons(ids: list[str], shapes: NDArray[np.object_]) -> bytes:
    """Pack polygons with their holes: `ring` first vertex of each ring, `part` first ring of each polygon.

    A MultiPolygon becomes several polygons with the same position in `ids`.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    columns: Columns = {
        "owner": (owner.astype(np.uint32), 1),
        "part": (np.searchsorted(part_of, np.arange(len(parts))).astype(np.uint32), 1),
        "ring": (np.searchsorted(ring_of, np.arange(len(rings))).astype(np.uint32), 1),
        "point": (points.ravel(), 2),
    }
    return pack(len(parts), columns, ids=ids)


def _vertices(shapes: NDArray[np.object_], near: Bounds | None) -> tuple[NDArray[np.object_], Any, Any]:
    """Return lines, their vertices, and the line each vertex is of."""
    lines = shapely.get_parts(np.where(_is_area(shapes), shapely.boundary(shapes), shapes))
    if near:
        lines = shapely.get_parts(shapely.clip_by_rect(lines, *near))
    points, of = shapely.get_coordinates(lines, return_index=True)
    return lines, points, of


def _is_area(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(shapely.get_dimensions(shapes) == 2)
