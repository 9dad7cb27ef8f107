"""Fair ranks: only among peers, only with enough cases, and never between rates that cannot be told apart.

Peers are units of one urban class (domain: 5.4, fairness). A unit's rank is 1 + the number of peers whose whole 95 %
interval lies above its own; whoever shares a rank is told so. Too few peers or cases: no rank at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.intervals import Rate

FEWEST_PEERS = 5


@dataclass(frozen=True)
class Place:
    """A unit's place among its peers: its rank, and whether others share it."""

    rank: int
    shared: bool


def places(rates: Sequence[Rate]) -> list[Place | None]:
    """Return the place of each rate of one peer group, None for those not ranked (n < 30, or under five peers)."""
    ranked = [rate for rate in rates if rate.ranked]
    if len(ranked) < FEWEST_PEERS:
        return [None] * len(rates)
    ranks = [_rank(rate, ranked) if rate.ranked else None for rate in rates]
    return [None if rank is None else Place(rank, ranks.count(rank) > 1) for rank in ranks]


def _rank(rate: Rate, peers: Sequence[Rate]) -> int:
    return 1 + sum((peer.low or 0.0) > (rate.high or 0.0) for peer in peers)
