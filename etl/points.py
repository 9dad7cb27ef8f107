"""The counted fixes of one day as plain columns: what stays, tracks and sums are computed from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Points(NamedTuple):
    """The counted fixes of one day, sorted by worker and time, one element each.

    `worker` are small integers (int32), `seconds` elapsed since local midnight (float64), `lon`, `lat`
    EPSG:4326, `x`, `y` metres of the city's metric CRS, `accuracy` metres, NaN where unknown.
    """

    worker: NDArray[np.int32]
    seconds: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    accuracy: NDArray[np.float64]
