"""A city in which nothing is the matter has next to no hot spots, however unequal its grids are."""

from __future__ import annotations

import numpy as np
import pytest

from data.analysis.bases import Base
from data.analysis.cube import Cube, Points
from data.analysis.gi import gi_star, significance
from data.analysis.neighbours import queen
from data.analysis.rates import deviates, freeman_tukey
from data.analysis.reckoned import reckon

SIDE, SEEDS, LEAST = 25, 200, 5
NOTHING = Points(*([np.empty(0)] * 5), [], [], [])  # type: ignore[arg-type]


def homes(how: str, random: np.random.Generator) -> np.ndarray:
    """Return households: the same everywhere, at random, or thousands in town and fifty far out."""
    if how == "equal":
        return np.full(SIDE * SIDE, 1000.0)
    if how == "random":
        return np.maximum(np.exp(random.normal(6.5, 0.8, SIDE * SIDE)), 50)
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    return np.asarray(50 + 3000 * np.exp(-((x - 8) ** 2 + (y - 15) ** 2) / 40).ravel())


def city(base: np.ndarray) -> Cube:
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    weights, ids = queen(np.column_stack([x.ravel(), y.ravel()])), [str(at) for at in range(SIDE * SIDE)]
    stands = Base("households", "households", base, base >= 50, base)
    return Cube(ids, ids, np.empty(0), weights, stands, NOTHING, 1, np.zeros(1, np.int64), {}, ids)


@pytest.mark.parametrize("how", ["equal", "random", "town"])
@pytest.mark.parametrize("mean", [0.3, 2.0, 10.0])
def test_pure_noise_gives_few_false_hot_grids_over_200_seeds(how: str, mean: float) -> None:
    random = np.random.default_rng(11)
    base = homes(how, random)
    counts = random.poisson((base / base.mean() * mean)[:, None], (base.size, SEEDS)).astype(float)
    whole = city(base)
    maps = np.array([reckon(whole, counts[:, [seed]], LEAST).now for seed in range(SEEDS)])
    assert (maps > 0).mean() <= 0.01  # asked for: 0.05
    assert (maps < 0).mean() <= 0.01


def test_stabilised_rates_alone_would_call_small_grids_hot() -> None:
    random = np.random.default_rng(11)
    base = homes("town", random)
    counts = random.poisson((base / base.mean() * 0.3)[:, None], (base.size, SEEDS)).astype(float)
    rates, against = (gi_star(city(base).weights, way(counts, base)) for way in (freeman_tukey, deviates))
    false = [np.mean([(significance(z[:, seed]) > 0).mean() for seed in range(SEEDS)]) for z in (rates, against)]
    assert false[0] > 0.05 > 0.01 > false[1]


def test_deviates_have_mean_nought_and_variance_one_under_one_rate() -> None:
    random = np.random.default_rng(3)
    base = np.concatenate([np.full(2000, 500.0), np.full(2000, 8000.0)])
    found = deviates(random.poisson(base * 0.008).astype(float).reshape(-1, 1), base)[:, 0]
    for part in (found[:2000], found[2000:]):
        assert abs(part.mean()) < 0.1 and part.var() == pytest.approx(1, abs=0.12)


def test_a_handful_of_cases_is_no_hot_spot_whatever_the_statistic_says() -> None:
    counts = np.zeros((SIDE * SIDE, 1))
    counts[[312, 313]] = 2.0
    whole = city(homes("equal", np.random.default_rng(0)))
    assert (reckon(whole, counts, 0).now > 0).any()
    assert not (reckon(whole, counts, LEAST).now > 0).any()
