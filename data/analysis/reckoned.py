"""What counts of units by steps mean: how far each stands out at each step, how surely, and with what history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.analysis.cube import Cube
from data.analysis.emerging import emerging
from data.analysis.gi import gi_star, significance
from data.analysis.rates import deviates
from data.analysis.trend import mann_kendall

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reckoned:
    """Of every unit of the cube, rated or not (NaN), n x steps: counts, z, and +-1 to +-3 where significant.

    `now` is judged over the map of the newest step, `signed` over map and steps together, as are `classes`.
    """

    counts: Floats
    z: Floats
    now: NDArray[np.int8]
    signed: NDArray[np.int8]
    classes: list[str | None]


def reckon(whole: Cube, counts: Floats, least: int) -> Reckoned:
    """Return what the counts (units x steps) say of every unit: Gi*, significance, history.

    Nobody is hot in whose neighbourhood, the unit included, fewer than `least` cases happened.
    """
    rated = whole.base.rated
    z = np.full(counts.shape, np.nan)
    if rated.sum() > 1:
        z[rated] = gi_star(whole.weights[rated][:, rated], deviates(counts[rated], whole.base.amount[rated]))
    few = whole.weights @ counts < least
    newest, signed = significance(z[:, -1]), significance(z)
    newest[few[:, -1] & (newest > 0)] = 0
    signed[few & (signed > 0)] = 0
    trend = mann_kendall(np.nan_to_num(z))[1]
    return Reckoned(counts, z, newest, signed, emerging(signed, trend))
