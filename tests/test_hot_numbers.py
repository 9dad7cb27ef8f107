"""Rates, density, near repeats and accuracy: by hand, by brute force, and by what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from data.analysis.accuracy import accuracy, top
from data.analysis.density import quartic
from data.analysis.knox import DAYS, METRES, knox, once
from data.analysis.rates import changed, deviates, smoothed


def test_deviates_by_hand() -> None:
    # 8 cases over 1,000 + 3,000 homes: 2 and 6 are expected, so sqrt(4 m + 1) is 3 and 5.
    found = deviates(np.array([[8.0], [0.0]]), np.array([1000.0, 3000.0]))
    assert found[:, 0] == pytest.approx([8**0.5 + 3 - 3, 0 + 1 - 5])


def test_where_only_chance_differs_small_and_large_places_lie_alike() -> None:
    random = np.random.default_rng(6)
    base = np.repeat([200.0, 2000.0], 500)
    found = deviates(random.poisson(base[:, None] * 0.01, (1000, 40)).astype(float), base)
    assert abs(found[:500].mean() - found[500:].mean()) < 0.05
    assert found[:500].std() == pytest.approx(1, abs=0.2) and found[500:].std() == pytest.approx(1, abs=0.05)


def test_the_smaller_a_place_the_more_its_rate_is_drawn_to_all() -> None:
    counts, base = np.array([40.0, 4.0, 200.0, 500.0]), np.array([1000.0, 100.0, 10000.0, 50000.0])
    found, mean = smoothed(counts, base), counts.sum() / base.sum()
    raw = counts / base
    assert raw[0] == raw[1] == 0.04
    assert mean < found[1] < found[0] < raw[0]
    assert (np.sign(found - mean) == np.sign(raw - mean)).all()


def test_rates_that_differ_by_chance_alone_become_one() -> None:
    random = np.random.default_rng(2)
    base = np.full(400, 1000.0)
    found = smoothed(random.poisson(5.0, 400).astype(float), base)
    assert found.std() * 1000 < 0.7  # raw rates have a spread of about 2.2 a thousand
    assert smoothed(np.zeros(3), np.ones(3)).tolist() == [0, 0, 0]


def test_smoothing_equals_the_reference_library() -> None:
    from esda.smoothing import Empirical_Bayes

    random = np.random.default_rng(5)
    base = random.integers(200, 5000, 50).astype(float)
    counts = random.poisson(base * random.gamma(4, 0.002, 50)).astype(float)
    assert smoothed(counts, base) == pytest.approx(Empirical_Bayes(counts, base).r.ravel(), rel=1e-9)


def test_a_change_of_two_counts_is_judged_as_a_fair_coin() -> None:
    now, before = np.array([9.0, 3.0, 5.0, 0.0]), np.array([1.0, 3.0, 20.0, 0.0])
    p = changed(now, before)
    assert p[:3] == pytest.approx([binomtest(9, 10).pvalue, 1.0, binomtest(5, 25).pvalue])
    assert p[3] == 1


def test_density_sums_to_the_number_of_cases_and_peaks_where_they_are() -> None:
    random = np.random.default_rng(0)
    points = np.vstack([random.normal((1000, 2000), 60, (200, 2)), random.uniform(0, 4000, (100, 2))])
    surface = quartic(points, 300.0)
    assert surface.values.sum() * surface.cell_m**2 / 1e6 == pytest.approx(300, rel=1e-6)
    row, column = np.unravel_index(surface.values.argmax(), surface.values.shape)
    peak = (surface.x + (column + 0.5) * surface.cell_m, surface.y + (row + 0.5) * surface.cell_m)
    assert np.hypot(peak[0] - 1000, peak[1] - 2000) < 100


def test_one_case_has_the_height_of_the_kernel_and_reaches_as_far_as_the_bandwidth() -> None:
    surface = quartic(np.array([[0.0, 0.0]]), 400.0)
    assert surface.values.max() == pytest.approx(3 / (np.pi * 0.16), rel=0.03)  # 3 / (pi h2), h in km
    assert (surface.values > 0).sum() * surface.cell_m**2 == pytest.approx(np.pi * 400**2, rel=0.05)


def test_pairs_close_in_place_and_time_are_counted_as_by_brute_force() -> None:
    random = np.random.default_rng(4)
    xy, days = random.uniform(0, 1500, (150, 2)), random.uniform(0, 60, 150)
    xy, days = once(xy, days)
    table = {(row.metres, row.days): row.pairs for row in knox(xy, days, shuffles=3)}
    away = np.linalg.norm(xy[:, None] - xy[None], axis=2)[np.triu_indices(len(xy), 1)]
    apart = np.abs(days[:, None] - days[None])[np.triu_indices(len(xy), 1)]
    assert table == {(m, d): int(((away <= m) & (apart <= d)).sum()) for m in METRES for d in DAYS}


def test_repeats_are_found_where_they_are_planted_and_not_in_noise() -> None:
    random = np.random.default_rng(8)
    xy, days = random.uniform(0, 8000, (200, 2)), random.uniform(0, 200, 200)
    later = np.vstack([xy, xy[:60] + random.normal(0, 20, (60, 2))])
    planted = knox(later, np.concatenate([days, days[:60] + random.uniform(1.5, 2.8, 60)]))
    near = next(row for row in planted if (row.metres, row.days) == (100.0, 3.0))
    assert near.p == 0.01 and near.ratio is not None and near.ratio > 5
    noise = next(row for row in knox(xy, days) if (row.metres, row.days) == (400.0, 14.0))
    assert noise.p > 0.05


def test_one_case_reported_twice_is_one() -> None:
    xy = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 0.0], [500.0, 0.0]])
    kept, days = once(xy, np.array([0.0, 0.5, 3.0, 0.2]))
    assert sorted(days) == [0.0, 0.2, 3.0] and len(kept) == 3


def test_accuracy_by_hand() -> None:
    # Ten units of one km2; the best two of last period hold 6 of the 12 cases now, the best possible two hold 8.
    score = np.array([9.0, 8, 1, 1, 1, 1, 1, 1, 1, 1])
    before, now = np.array([9.0, 8, 0, 0, 0, 0, 0, 0, 0, 3]), np.array([5.0, 1, 3, 3, 0, 0, 0, 0, 0, 0])
    found = accuracy(score, np.ones(10), before, now, 0.2)
    assert found.hit_rate == pytest.approx(6 / 12)
    assert found.pai == pytest.approx(6 / 12 / 0.2)
    assert found.pei == pytest.approx(6 / 8)
    assert found.rri == pytest.approx((6 / 12) / (17 / 20))
    assert accuracy(score, np.ones(10), before, np.zeros(10), 0.2).pai is None


def test_never_more_than_the_share_of_the_exposure_is_taken() -> None:
    assert top(np.array([1.0, 3, 2]), np.array([10.0, 30, 60]), 0.35).tolist() == [1]
    assert top(np.array([np.nan, 3, 2]), np.ones(3), 0.7).tolist() == [1, 2]
