"""How a hot or cold spot came about: classes of its history over steps of equal length.

The rules are those of the common GIS tool's emerging hot spot analysis, with the sign of each step kept: a step that
was significantly cold is never taken for one that was hot. A cold class is its hot one with `cold_` before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_STEPS = 10  # of fewer, a trend has no meaning (Mann-Kendall)
MOST_OF = 0.9
Z95 = 1.959964
ORDER = (
    "new", "consecutive", "intensifying", "diminishing", "persistent", "oscillating", "sporadic", "historical"
)  # fmt: skip


def emerging(signed: NDArray[np.int8], trend: Floats) -> list[str | None]:
    """Return the class of each unit: one of ORDER, `cold_` and one of ORDER, or None.

    signed: n x T, above 0 significantly hot, below 0 significantly cold, the newest step last; trend: Mann-Kendall's z
    of each unit's z. Under FEWEST_STEPS every class is None.
    """
    if signed.shape[1] < FEWEST_STEPS:
        return [None] * len(signed)
    hot, cold = signed > 0, signed < 0
    warm, cool = _side(hot, cold, trend), _side(cold, hot, -trend)
    return [name or (f"cold_{other}" if other else None) for name, other in zip(warm, cool, strict=True)]


def _side(on: Flags, against: Flags, trend: Floats) -> list[str | None]:
    last, share = on[:, -1], on.mean(axis=1)
    run = final_run(on)
    before = on.sum(axis=1) - run
    often = share >= MOST_OF
    rules = {
        "new": last & (on.sum(axis=1) == 1),
        "consecutive": last & (run >= 2) & (before == 0) & ~often,
        "intensifying": last & often & (trend > Z95),
        "diminishing": last & often & (trend < -Z95),
        "persistent": last & often,
        "oscillating": last & against.any(axis=1),
        "sporadic": last,
        "historical": ~last & often,
    }
    return [next((name for name in ORDER if rules[name][unit]), None) for unit in range(len(on))]


def final_run(on: Flags) -> NDArray[np.int64]:
    """Return how many steps in a row, up to the newest, are on."""
    return np.asarray(np.cumprod(on[:, ::-1], axis=1).sum(axis=1), np.int64)
