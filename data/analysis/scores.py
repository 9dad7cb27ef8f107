"""Scores one can defend: scaling to targets, shrinkage, a weighted composite, its interval, and fair ranks.

Pure functions over numpy; nothing here knows a door. The rules (domain: 5.4) stand in data/weights.toml.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Dice = tuple[np.random.Generator, int]  # what draws, and how often

# What a value at the floor, the pass mark, the target and the stretch goal is worth.
MARKS = (0.0, 60.0, 90.0, 100.0)
ON_TARGET = MARKS[2]
INSIDE = (2.5, 97.5)  # percentiles of a two-sided 95 % interval


@dataclass(frozen=True)
class Scale:
    """Four values of a metric, in its own unit, worth 0, 60, 90 and 100; falling where lower is better."""

    floor: float
    passing: float
    target: float
    stretch: float

    @property
    def marks(self) -> tuple[float, float, float, float]:
        """The four values in the order of MARKS."""
        return self.floor, self.passing, self.target, self.stretch

    @property
    def lower_is_better(self) -> bool:
        """Say whether the values fall from floor to stretch."""
        return self.stretch < self.floor


@dataclass(frozen=True)
class Place:
    """A place among peers: the rank, and whether others share it."""

    rank: int
    shared: bool


def scaled(values: Floats | float, scale: Scale) -> Floats:
    """Return scores 0-100 of values by straight lines between the marks; NaN stays NaN."""
    sign = -1.0 if scale.lower_is_better else 1.0
    found: Floats = np.interp(sign * np.asarray(values, float), sign * np.array(scale.marks), MARKS)
    return found


def shrunk(part: Floats | float, whole: Floats | float, rate: float, strength: float) -> Floats:
    """Return (part + k R0) / (whole + k): a share pulled towards the rate R0 of its peers as by k cases of theirs.

    Mean of the beta-binomial posterior with a prior of k cases. NaN where nothing was counted and k is 0.
    """
    whole = np.asarray(whole, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (np.asarray(part, float) + strength * rate) / (whole + strength)
    return found


def composite(scores: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean over the parts with data, and the share of the weight that has any.

    scores: (..., parts), NaN without data; weights: (parts,). NaN where no weight has data.
    """
    known = ~np.isnan(scores)
    with_data = known @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(known, scores, 0.0) @ weights / with_data
        return mean, with_data / weights.sum()


def case_draws(part: float, whole: float, peers: tuple[float, float], dice: Dice) -> Floats:
    """Return shrunk rates of resampled cases: the subject's own and the k its peers lend it.

    peers: (R0, k). Drawing n + k cases with replacement from a pool of which part + k R0 are good is one binomial
    number: no case is ever drawn singly. With k = 0 it is the plain bootstrap of 0/1 cases. With k above 0 seven cases
    of seven still vary, as they must: a pool of nothing but successes would claim to be certain.
    """
    rate, strength = peers
    pool, (generator_, times) = whole + strength, dice
    share = float(np.clip((part + strength * rate) / pool, 0.0, 1.0))
    size = max(1, round(pool))
    drawn: Floats = generator_.binomial(size, share, times) / size
    return drawn


def day_draws(days: Floats, peers: tuple[float, float], dice: Dice) -> Floats:
    """Return shrunk rates of resampled days, whole days at a time: fixes of one day are not independent.

    days: (days, 2) parts and wholes. A worker's days are worker-days; an area's are sums over its workers.
    """
    generator_, times = dice
    often = generator_.multinomial(len(days), np.full(len(days), 1 / len(days)), times)
    part, whole = (often @ days).T
    return shrunk(part, whole, *peers)


def interval(draws: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % percentile interval over the last axis (Efron & Tibshirani 1993, ch. 13); NaN stays."""
    low, high = np.percentile(draws, INSIDE, axis=-1)
    return low, high


def generator(*about: str) -> np.random.Generator:
    """Return a generator that depends on these words alone: the same month gives the same interval."""
    digest = hashlib.sha256("\x1f".join(about).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def grade(score: float | None, cuts: Sequence[float]) -> str | None:
    """Return excellent, good, fair or poor by the cut-offs of the first three; None without a score."""
    if score is None:
        return None
    names = ("excellent", "good", "fair")
    return next((name for name, cut in zip(names, cuts, strict=True) if score >= cut), "poor")


def ranks(lows: Sequence[float], highs: Sequence[float]) -> list[Place]:
    """Return 1 + the number of peers whose whole interval lies above one's own, for each; and whether it is shared."""
    low, high = np.asarray(lows, float), np.asarray(highs, float)
    found = (1 + (low[None, :] > high[:, None]).sum(axis=1)).tolist()
    return [Place(rank, found.count(rank) > 1) for rank in found]
