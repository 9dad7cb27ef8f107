"""A metric now against an earlier period: how far it moved, and whether that is more than chance would do."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from data.intervals import Z, difference
from data.metrics import Metric

# Counts of a moment, not of a period: they have no daily average.
STOCKS = frozenset({"overdue_open"})

Row = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """now - before (share 0-1, or count a day; a stock as it is), and whether it is beyond chance (None: not judged).

    relative: of counts, the share 0-1 by which they grew; None where there were too few before.
    """

    difference: float | None
    beyond: bool | None = None
    relative: float | None = None


NOTHING = Change(None)


def change(metric: Metric, now: Row, before: Row, days: tuple[float, float], least: int) -> Change:
    """Compare two rows of one metric over `days` = (days now, days before); shares of fewer than `least` are not."""
    if now["value"] is None or before["value"] is None:
        return NOTHING
    if metric.kind == "count":
        return _counts(now["part"], before["part"], (1.0, 1.0) if metric.name in STOCKS else days, least)
    moved = now["value"] - before["value"]
    if metric.kind != "share":
        return Change(moved)
    if min(now["whole"], before["whole"]) < least:
        return NOTHING
    low, high = difference(now["part"], now["whole"], before["part"], before["whole"])
    return Change(moved, not low <= 0 <= high)


def _counts(now: float, before: float, days: tuple[float, float], least: int) -> Change:
    """Counts a day; beyond chance where the difference of two Poisson rates is more than 1.96 standard errors."""
    if not all(days) or not (now or before):
        return NOTHING
    rate, old = now / days[0], before / days[1]
    error = sqrt(now / days[0] ** 2 + before / days[1] ** 2)
    relative = rate / old - 1 if before >= least else None
    return Change(rate - old, abs(rate - old) > Z * error, relative)
