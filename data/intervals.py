"""Intervals of shares: how far a share of few cases may lie from what it stands for."""

from __future__ import annotations

from math import sqrt

Z = 1.959964  # the two-sided 95 % quantile of the normal distribution


def wilson(part: float, whole: float, z: float = Z) -> tuple[float, float] | None:
    """Return the Wilson score interval of part / whole, both ends in 0-1; None where nothing was counted.

    Source: E. B. Wilson, 1927, Journal of the American Statistical Association 22, 209-212.
    """
    if whole <= 0:
        return None
    share, spread = part / whole, z * z / whole
    centre = share + spread / 2
    reach = z * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    return max((centre - reach) / (1 + spread), 0.0), min((centre + reach) / (1 + spread), 1.0)
