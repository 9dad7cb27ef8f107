"""Mann-Kendall's test for a trend, for many series at once, ties counted.

Source: Mann 1945, Econometrica 13, 245-259; Kendall 1975, Rank Correlation Methods (variance under ties).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mann_kendall(series: Floats) -> tuple[Floats, Floats, Floats]:
    """Return S, z and tau of each row of n x T values; a row with NaN has NaN. z is 0 where S is."""
    count = series.shape[1]
    early, late = np.triu_indices(count, 1)
    score = np.sign(series[:, late] - series[:, early]).sum(axis=1)
    variance = (count * (count - 1) * (2 * count + 5) - _ties(series)) / 18
    towards_zero = np.where(score > 0, score - 1, np.where(score < 0, score + 1, score))
    z = towards_zero / np.sqrt(np.where(variance > 0, variance, 1))
    return score, z, score / max(count * (count - 1) / 2, 1)


def _ties(series: Floats) -> Floats:
    """Return the sum of t (t - 1) (2 t + 5) over the groups of equal values of each row, by runs of the sorted row."""
    ordered = np.sort(series, axis=1)
    same = np.zeros(series.shape)
    run = np.ones(len(series))
    for at in range(1, series.shape[1] + 1):
        goes_on = ordered[:, at] == ordered[:, at - 1] if at < series.shape[1] else np.zeros(len(series), bool)
        same[:, at - 1] = np.where(goes_on, 0, run * (run - 1) * (2 * run + 5))
        run = np.where(goes_on, run + 1, 1)
    return np.asarray(same.sum(axis=1))
