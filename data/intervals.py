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


def difference(part: float, whole: float, other_part: float, other_whole: float) -> tuple[float, float]:
    """Return the interval of part / whole - other_part / other_whole, both wholes above 0.

    Source: R. G. Newcombe, 1998, Statistics in Medicine 17, 873-890, method 10.
    """
    mine, other = part / whole, other_part / other_whole
    low, high = wilson(part, whole) or (0.0, 1.0)
    other_low, other_high = wilson(other_part, other_whole) or (0.0, 1.0)
    moved = mine - other
    down = sqrt((mine - low) ** 2 + (other_high - other) ** 2)
    up = sqrt((high - mine) ** 2 + (other - other_low) ** 2)
    return moved - down, moved + up
