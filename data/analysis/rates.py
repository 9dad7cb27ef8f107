"""Rates of small areas: made comparable before they are compared.

Sources: Freeman and Tukey 1950, Annals of Mathematical Statistics 21, 607-611 (variance of about one whatever the
size); Marshall 1991, Applied Statistics 40, 283-294 (global empirical Bayes estimator).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def freeman_tukey(counts: Floats, base: Floats, per: float = 1000.0) -> Floats:
    """Return sqrt(per n / b) + sqrt(per (n + 1) / b) of counts n x T over a base n > 0."""
    scale = per / base.reshape(-1, 1)
    return np.asarray(np.sqrt(scale * counts) + np.sqrt(scale * (counts + 1)))


def deviates(counts: Floats, base: Floats) -> Floats:
    """Return sqrt(n) + sqrt(n + 1) - sqrt(4 e + 1) of counts n x T, e expected of the base at each step's overall rate.

    What `freeman_tukey` leaves of size is gone: mean 0 and variance 1 under one rate everywhere, so that small places
    are neither hot nor cold for being small (Freeman and Tukey 1950; Bishop, Fienberg and Holland 1975, section 4.4).
    """
    expected = counts.sum(axis=0) * (base / base.sum()).reshape(-1, 1)
    return np.asarray(freeman_tukey(counts, np.ones(len(base)), 1.0) - np.sqrt(4 * expected + 1))


def smoothed(counts: Floats, base: Floats) -> Floats:
    """Return rates (cases per unit of base) drawn towards the rate of all, the more the smaller the base.

    Where the rates differ no more than chance makes them, everybody gets the rate of all.
    """
    if not len(counts):
        return np.zeros(0)
    rate, mean = counts / base, counts.sum() / base.sum()
    between = (base * (rate - mean) ** 2).sum() / base.sum() - mean / base.mean()
    if mean == 0 or between <= 0:
        return np.full(len(counts), mean)
    weight = between / (between + mean / base)
    return np.asarray(weight * rate + (1 - weight) * mean)


def changed(now: Floats, before: Floats) -> Floats:
    """Return the two-sided p that two counts over the same base and time come from one rate.

    Given their sum, the later one is then binomial with one half; 1 where nothing was counted.
    """
    from scipy.stats import binom

    total = now + before
    low, high = binom.cdf(now, total, 0.5), binom.sf(now - 1, total, 0.5)
    return np.asarray(np.where(total > 0, np.minimum(2 * np.minimum(low, high), 1.0), 1.0))
