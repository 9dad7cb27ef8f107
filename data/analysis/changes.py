"""What changed between two periods: of many areas and metrics, only what chance does not explain.

Shares are compared by the two-proportion test, counts by the binomial test given their sum and the lengths of both
periods; of all comparisons together one in twenty told may be false (Benjamini and Hochberg).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom

from data.analysis.gi import discoveries

LEVEL = 0.05
FEWEST = 10  # cases in both periods together
Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A figure of an area that changed: before and now (share 0-1 or count a day), with parts, wholes and p."""

    metric: str
    area_id: str
    name: str
    before: Row
    now: Row
    p: float

    @property
    def rises(self) -> bool:
        """Say whether it went up."""
        return bool(self.now["value"] > self.before["value"])


def changes(pairs: list[tuple[str, str, Row, Row]], days: tuple[int, int]) -> list[Change]:
    """Return what changed, the surest first.

    pairs: (metric, kind 'share' | 'count', row before, row now) of one area each; days: lengths of both periods.
    """
    asked = [pair for pair in pairs if _enough(pair)]
    p = np.array([p_value(kind, before, now, days) for _, kind, before, now in asked])
    kept = discoveries(p, LEVEL) if len(p) else np.zeros(0, bool)
    found = [
        Change(metric, now["area_id"], now["name"], before, now, float(p[at]))
        for at, (metric, _, before, now) in enumerate(asked)
        if kept[at]
    ]
    return sorted(found, key=lambda change: (change.p, change.metric, change.area_id))


def p_value(kind: str, before: Row, now: Row, days: tuple[int, int]) -> float:
    """Return the two-sided p that both rows come from one share, or from one rate a day."""
    if kind == "count":
        total, share = int(before["part"] + now["part"]), days[1] / sum(days)
        low = binom.cdf(now["part"], total, share)
        high = binom.sf(now["part"] - 1, total, share)
        return float(min(2 * min(low, high), 1.0))
    part, whole = before["part"] + now["part"], before["whole"] + now["whole"]
    pooled = part / whole
    spread = pooled * (1 - pooled) * (1 / before["whole"] + 1 / now["whole"])
    if spread <= 0:
        return 1.0
    z = (now["part"] / now["whole"] - before["part"] / before["whole"]) / np.sqrt(spread)
    return float(2 * ndtr(-abs(z)))


def _enough(pair: tuple[str, str, Row, Row]) -> bool:
    _, kind, before, now = pair
    if before["value"] is None or now["value"] is None:
        return False
    if kind == "count":
        return bool(before["part"] + now["part"] >= FEWEST)
    return bool(min(before["whole"], now["whole"]) >= FEWEST)
