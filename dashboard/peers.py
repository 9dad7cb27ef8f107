"""Fair ranks: only among peers, only with enough cases, and never between rates that cannot be told apart.

Peers are units of one urban class (domain: 5.4, fairness). A unit's rank is 1 + the number of peers whose whole 95 %
interval lies above its own; whoever shares a rank is told so. Too few peers or cases: no rank at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.intervals import Rate
from data.analysis.scores import Place, ranks

__all__ = ["FEWEST_PEERS", "Place", "places"]

FEWEST_PEERS = 5


def places(rates: Sequence[Rate]) -> list[Place | None]:
    """Return the place of each rate of one peer group, None for those not ranked (n < 30, or under five peers)."""
    ranked = [rate for rate in rates if rate.ranked]
    if len(ranked) < FEWEST_PEERS:
        return [None] * len(rates)
    found = iter(ranks([rate.low or 0.0 for rate in ranked], [rate.high or 0.0 for rate in ranked]))
    return [next(found) if rate.ranked else None for rate in rates]
