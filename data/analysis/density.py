"""Kernel density of points in metres: cases per square kilometre, with a quartic kernel of a stated bandwidth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

Floats = NDArray[np.float64]
CELLS_A_BANDWIDTH = 8
KM2 = 1e6


@dataclass(frozen=True)
class Surface:
    """Density in cases per km2 on square cells of `cell_m`; `values[row, column]`, the lower left corner at (x, y)."""

    x: float
    y: float
    cell_m: float
    values: Floats


def quartic(xy: Floats, bandwidth_m: float) -> Surface:
    """Return the density of points (n x 2, metres): K(u) = 3 / (pi h2) (1 - u2)2 within the bandwidth h.

    Cases are counted in cells of an eighth of the bandwidth first; the surface sums to their number.
    """
    cell = bandwidth_m / CELLS_A_BANDWIDTH
    low = xy.min(axis=0) - bandwidth_m - cell
    size = np.ceil((xy.max(axis=0) + bandwidth_m + cell - low) / cell).astype(int)
    column, row = ((xy - low) / cell).astype(int).T
    counted = np.zeros((size[1], size[0]))
    np.add.at(counted, (row, column), 1.0)
    spread = np.maximum(fftconvolve(counted, _kernel(), mode="same"), 0.0)
    spread[spread < 1e-9] = 0.0
    return Surface(float(low[0]), float(low[1]), cell, spread / (cell**2 / KM2))


def _kernel() -> Floats:
    reach = np.arange(-CELLS_A_BANDWIDTH, CELLS_A_BANDWIDTH + 1) / CELLS_A_BANDWIDTH
    u2 = reach[:, None] ** 2 + reach[None, :] ** 2
    kernel = np.where(u2 < 1, (1 - u2) ** 2, 0.0)
    return np.asarray(kernel / kernel.sum())
