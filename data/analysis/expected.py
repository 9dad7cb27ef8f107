"""How many cases a day may be expected to have, from the same weekday of the weeks before.

Counts of days vary more than chance alone (Poisson) makes them: how much more is read from all days together, and the
band is that of the negative binomial with this variance. Days of rest that fall on a weekday, and weekdays made up for,
are held against days of their own sort.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

WEEKS = 8
FEWEST = 4
INSIDE = 0.95


@dataclass(frozen=True)
class Expected:
    """One local day: its count, what was expected, and the ends of the band (None without enough past)."""

    day: date
    n: int
    mean: float | None
    low: float | None
    high: float | None

    @property
    def unusual(self) -> int:
        """Return 1 above the band, -1 below it, 0 within or unknown."""
        if self.low is None or self.high is None:
            return 0
        return int(self.n > self.high) - int(self.n < self.low)


def expected(counts: Mapping[date, int], days: list[date], is_workday: Callable[[date], bool]) -> list[Expected]:
    """Return what each day was expected to have; `counts` must reach WEEKS weeks further back (absent: no cases)."""
    past = [[counts.get(one, 0) for one in alike(day, is_workday)] for day in days]
    more = overdispersion(past)
    means = np.array([np.mean(one) if len(one) >= FEWEST else np.nan for one in past])
    known, ends = ~np.isnan(means), np.stack([*band(means, more)], axis=-1).tolist()
    return [
        Expected(day, counts.get(day, 0), *((float(means[i]), *ends[i]) if known[i] else (None, None, None)))
        for i, day in enumerate(days)
    ]


def alike(day: date, is_workday: Callable[[date], bool]) -> list[date]:
    """Return the days before that a day is held against: same weekday, and like it a workday or a day of rest.

    A day of rest out of turn takes the Sundays, a workday out of turn the Mondays, where its own weekday has too few.
    """
    before = [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    same = [one for one in before if is_workday(one) == is_workday(day)]
    if len(same) >= FEWEST:
        return same
    wanted = 0 if is_workday(day) else 6
    shift = (day.weekday() - wanted) % 7 or 7
    others = [day - timedelta(days=shift, weeks=week) for week in range(WEEKS)]
    return [one for one in others if is_workday(one) == is_workday(day)]


def overdispersion(samples: list[list[int]]) -> float:
    """Return how many times the variance within samples is their mean, at least 1: pooled over all of them."""
    spread = [(float(np.var(one, ddof=1)), float(np.mean(one))) for one in samples if len(one) > 1]
    mean = sum(m for _, m in spread)
    return max(1.0, sum(v for v, _ in spread) / mean) if mean else 1.0


def band(mean: ArrayLike, more: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends between which 95 % of days lie: Poisson where `more` is 1, else negative binomial.

    mean: of a day, or of many at once; a mean of 0 has the band 0 to 0, an unknown one (NaN) has none.
    """
    from scipy.stats import nbinom, poisson

    means, share = np.asarray(mean, float), 1 / more
    asked = np.where(means == 0, 1.0, means)
    law = poisson(asked) if more <= 1.0 + 1e-9 else nbinom(asked * share / (1 - share), share)
    low, high = (np.where(means == 0, 0.0, law.ppf(end)) for end in ((1 - INSIDE) / 2, (1 + INSIDE) / 2))
    return low, high
