"""Size and result (规模与成绩): between which shares chance alone keeps a unit of a given size, were it like the city.

Limits are those of the binomial distribution, interpolated between its steps (Spiegelhalter 2005, Statistics in
Medicine 24, appendix A.1): exact for small units, where the normal curve would leave 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Two-sided shares inside the bands: about two and about three standard errors.
INNER, OUTER = 0.95, 0.998

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """Lower and upper limits (shares 0-1) of one band, one pair for each n asked for."""

    n: Floats
    low: Floats
    high: Floats


def band(rate: float, n: Sequence[int], inside: float) -> Band:
    """Return the limits that hold the share `inside` of units of n cases each, whose true rate is `rate`."""
    sizes = np.asarray(n, np.float64)
    tail = (1 - inside) / 2
    return Band(sizes, _limit(rate, sizes, tail), _limit(rate, sizes, 1 - tail))


def place(rate: float, value: float, n: int) -> str:
    """Return where a unit lies by its exact tail: 'inside' the inner band, 'unusual' between the bands, or 'apart'."""
    from scipy.stats import binom

    part = round(value * n)
    tail = float(min(binom.cdf(part, n, rate), binom.sf(part - 1, n, rate)))
    return "apart" if tail < (1 - OUTER) / 2 else "unusual" if tail < (1 - INNER) / 2 else "inside"


def sizes(n: Sequence[int], points: int = 80) -> list[int]:
    """Return round sizes from the smallest to the largest n, evenly spaced by root, to draw the bands at."""
    low, high = max(min(n, default=1), 1), max(n, default=1)
    return sorted({int(round(at**2)) for at in np.linspace(low**0.5, high**0.5, points)})


def _limit(rate: float, sizes_: Floats, p: float) -> Floats:
    from scipy.stats import binom

    if not 0 < rate < 1:
        return np.full_like(sizes_, rate)
    step = binom.ppf(p, sizes_, rate)
    at, below = binom.cdf(step, sizes_, rate), binom.cdf(step - 1, sizes_, rate)
    share = (at - p) / (at - below)
    limits: Floats = np.clip((step - share) / sizes_, 0.0, 1.0)
    return limits
