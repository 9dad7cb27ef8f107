"""How well one period's hot places tell where the next one's cases lie, at a fixed share of the exposure.

Sources: Chainey, Tompson and Uhlig 2008, Security Journal 21, 4-28 (PAI); Hunt 2016 (PEI); Levine 2008, Security
Journal 21, 295-302 (RRI). Exposure may be area, road length or households.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Origin = tuple[Floats, Floats, Floats]  # of every unit: its score, its cases in the period of the score, and after it


@dataclass(frozen=True)
class Accuracy:
    """At one share of the exposure: hit rate (0-1), PAI, PEI (of the best possible), RRI; None where undefined."""

    share: float
    hit_rate: float | None
    pai: float | None
    pei: float | None
    rri: float | None


def accuracy(score: Floats, exposure: Floats, before: Floats, now: Floats, share: float) -> Accuracy:
    """Judge a score made of the period before by the cases of the one after, nothing of which it has seen."""
    return rolling([(score, before, now)], exposure, share)


def rolling(origins: Collection[Origin], exposure: Floats, share: float) -> Accuracy:
    """Judge scores of several origins together: each by the period after it, their cases added up.

    The units of highest score are taken until they hold `share` of the exposure, never more (one unit at least).
    """
    sums = sum((_tally(origin, exposure, share) for origin in origins), np.zeros(6))
    hit, total, best, trained, train_total, covered = sums.tolist()
    if not total or not covered:
        return Accuracy(share, None, None, None, None)
    rate, learnt = hit / total, trained / train_total if train_total else 0
    return Accuracy(
        share=share,
        hit_rate=rate,
        pai=rate / (covered / len(origins)),
        pei=hit / best if best else None,
        rri=rate / learnt if learnt else None,
    )


def top(score: Floats, exposure: Floats, share: float) -> NDArray[np.int64]:
    """Return the positions of the highest scores that together hold at most `share` of the exposure, at least one."""
    order = np.argsort(-np.nan_to_num(score, nan=-np.inf), kind="stable")
    held = np.cumsum(exposure[order]) <= share * exposure.sum() * (1 + 1e-9)
    held[0] = True
    return np.asarray(order[np.cumprod(held).astype(bool)])


def _tally(origin: Origin, exposure: Floats, share: float) -> Floats:
    """Return cases hit and in all, those of the best choice, hit and all of the period of the score, share covered.

    The best choice is the better of the densest units and the score's own: none of the same size holds fewer.
    """
    score, before, now = origin
    chosen, best = top(score, exposure, share), top(now / np.maximum(exposure, 1e-12), exposure, share)
    hit, most = now[chosen].sum(), max(now[best].sum(), now[chosen].sum())
    covered = exposure[chosen].sum() / exposure.sum()
    return np.array([hit, now.sum(), most, before[chosen].sum(), before.sum(), covered])
