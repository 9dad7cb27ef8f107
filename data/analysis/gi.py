"""Getis-Ord Gi* in closed form, and control of false discoveries.

Source: Ord and Getis 1995, Geographical Analysis 27, 286-306 (z of binary weights that include the unit itself);
Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57, 289-300.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr

Floats = NDArray[np.float64]
# Two-sided levels of the classes 90, 95 and 99 %.
LEVELS = (0.10, 0.05, 0.01)


def gi_star(weights: csr_array, values: Floats) -> Floats:
    """Return z of every unit (n) at every step (T) for values n x T.

    weights: n x n, 1 for neighbours and for the unit itself. NaN where a step holds one value everywhere, and for
    units without any neighbour, whose neighbourhood is themselves.
    """
    n = values.shape[0]
    mean = values.mean(axis=0)
    spread = np.sqrt(np.maximum((values**2).mean(axis=0) - mean**2, 0))
    degree = np.asarray(weights.sum(axis=1)).reshape(-1, 1)
    squared = np.asarray((weights * weights).sum(axis=1)).reshape(-1, 1)
    below = spread * np.sqrt(np.maximum(n * squared - degree**2, 0) / max(n - 1, 1))
    flat = spread <= 1e-12 * np.maximum(np.abs(mean), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (weights @ values - mean * degree) / below
    z[:, flat] = np.nan
    z[np.asarray(degree).ravel() <= 1] = np.nan
    return np.asarray(z)


def two_sided(z: Floats) -> Floats:
    """Return the two-sided p of z under the normal distribution; NaN stays NaN."""
    return np.asarray(2 * ndtr(-np.abs(z)))


def discoveries(p: Floats, level: float) -> NDArray[np.bool_]:
    """Return which of all p (any shape, NaN: not tested) survive Benjamini and Hochberg at this level."""
    tested = np.sort(p[np.isfinite(p)])
    under = np.flatnonzero(tested <= level * np.arange(1, len(tested) + 1) / max(len(tested), 1))
    return p <= tested[under[-1]] if len(under) else np.zeros(p.shape, bool)


def significance(z: Floats) -> NDArray[np.int8]:
    """Return +-1, +-2, +-3 where z survives at 90, 95, 99 % over everything given, 0 elsewhere."""
    p = two_sided(z)
    strength = sum(discoveries(p, level).astype(np.int8) for level in LEVELS)
    return np.asarray(np.sign(np.nan_to_num(z)) * strength, np.int8)
