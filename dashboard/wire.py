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


def paths(shapes: NDArray[np.object_]) -> bytes:
    """Pack lines, or the rings of polygons, as paths: `getPath` float64 [lon, lat] and `startIndices`."""
    lines = shapely.get_parts(np.where(_is_area(shapes), shapely.boundary(shapes), shapes))
    points, of = shapely.get_coordinates(lines, return_index=True)
    starts = np.searchsorted(of, np.arange(len(lines))).astype(np.uint32)
    return pack(len(lines), {"startIndices": (starts, 1), "getPath": (points.ravel(), 2)})


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


def _is_area(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(shapely.get_dimensions(shapes) == 2)
