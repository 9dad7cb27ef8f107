"""Who is whose neighbour: areas that touch, cells that share a side or a corner; everybody is also their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, eye_array

TOUCH_M = 2.0  # borders drawn by two hands miss each other by less


def touching(shapes: NDArray[Any]) -> csr_array:
    """Return binary weights of polygons in metres, the diagonal included: 1 where they come within TOUCH_M."""
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="dwithin", distance=TOUCH_M)
    return _binary(one, other, len(shapes))


def queen(cells: NDArray[np.int64]) -> csr_array:
    """Return binary weights of square cells (n x 2 whole numbers), the diagonal included: all eight around."""
    at = {(int(x), int(y)): number for number, (x, y) in enumerate(cells)}
    around = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    pairs = [(n, at[x + dx, y + dy]) for (x, y), n in at.items() for dx, dy in around if (x + dx, y + dy) in at]
    one, other = np.array(pairs, np.int64).reshape(-1, 2).T
    return _binary(one, other, len(cells))


def groups(weights: csr_array, members: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the members that hang together by neighbourhood, as arrays of positions."""
    from scipy.sparse.csgraph import connected_components

    chosen = np.flatnonzero(members)
    if not len(chosen):
        return []
    count, label = connected_components(weights[chosen][:, chosen], directed=False)
    return [chosen[label == number] for number in range(count)]


def _binary(one: NDArray[np.int64], other: NDArray[np.int64], n: int) -> csr_array:
    apart = one != other
    links = coo_array((np.ones(int(apart.sum())), (one[apart], other[apart])), shape=(n, n))
    return csr_array((links.tocsr() > 0).astype(float) + eye_array(n))
