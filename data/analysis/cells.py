"""Square cells over areas: which cells an area has, and what of its base each of them holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def lattice(shapes: NDArray[Any], size: float) -> tuple[Ints, Ints]:
    """Return cells (n x 2: floor of easting and northing by `size` metres) and the position of the area of each.

    A cell belongs to the area its middle lies in (none: no cell), on a shared border to the first; an area too small
    for any middle has the cell of a point inside it, which may then stand twice.
    """
    west, south, east, north = shapely.total_bounds(shapes)
    x, y = (np.arange(np.floor(a / size), np.floor(b / size) + 1) for a, b in ((west, east), (south, north)))
    middles = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    cell, area = shapely.STRtree(shapes).query(shapely.points((middles + 0.5) * size), predicate="intersects")
    cell, first = np.unique(cell, return_index=True)
    cells, owner = middles[cell].astype(np.int64), area[first]
    small = np.setdiff1d(np.arange(len(shapes)), owner)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[small]))
    return np.vstack([cells, np.floor(inside / size).astype(np.int64)]), np.concatenate([owner, small])


def spread(amount: Floats, owner: Ints) -> Floats:
    """Return what each cell holds of its area's amount, spread evenly: the sum of all areas stays."""
    return np.asarray(amount[owner] / np.bincount(owner, minlength=len(amount))[owner])
