"""How long cases take when some are not over yet: the product-limit estimate of Kaplan and Meier (1958), by SciPy.

A median over closed cases alone flatters whoever leaves the slow ones open: here an open case counts as lasting at
least as long as it has lasted so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95


@dataclass(frozen=True)
class Survival:
    """The share of cases still open after so many hours, falling in steps, with its 95 % band (log-log)."""

    hours: NDArray[np.float64]
    open: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n: int
    over: int  # cases that have ended

    def median(self) -> tuple[float | None, float | None, float | None]:
        """Return the hours after which half of the cases are over, and the ends of its interval; None: not reached.

        The interval is that of Brookmeyer and Crowley (1982): where the band crosses one half.
        """
        return tuple(_first(self.hours, curve) for curve in (self.open, self.low, self.high))  # type: ignore[return-value]


def survival(hours: NDArray[np.float64], over: NDArray[np.bool_]) -> Survival | None:
    """Return the estimate for cases that lasted `hours` so far, `over` where they have ended; None without any end."""
    from scipy.stats import CensoredData, ecdf

    if not over.any():
        return None
    estimate = ecdf(CensoredData.right_censored(hours, ~over)).sf
    with catch_warnings():  # the band is not defined before the first end and after the last
        simplefilter("ignore", RuntimeWarning)
        band = estimate.confidence_interval(LEVEL, method="log-log")
    low, high = (np.asarray(side.probabilities, float) for side in (band.low, band.high))
    return Survival(
        np.asarray(estimate.quantiles, float),
        np.asarray(estimate.probabilities, float),
        np.where(np.isfinite(low), low, estimate.probabilities),
        np.where(np.isfinite(high), high, estimate.probabilities),
        len(hours),
        int(over.sum()),
    )


def _first(hours: NDArray[np.float64], share: NDArray[np.float64]) -> float | None:
    """Return the first moment from which the share is at most one half."""
    reached = np.flatnonzero(share <= 0.5)
    return float(hours[reached[0]]) if len(reached) else None
