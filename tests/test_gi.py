"""Gi* and the control of false discoveries: equal to the reference library, and right about pure noise."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_array

from data.analysis.gi import discoveries, gi_star, significance, two_sided
from data.analysis.neighbours import queen, touching
from data.analysis.rates import deviates


def board(side: int) -> csr_array:
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    return queen(np.column_stack([x.ravel(), y.ravel()]))


@pytest.mark.parametrize("seed", range(5))
def test_z_equals_the_reference_library_to_a_billionth(seed: int) -> None:
    from esda import G_Local
    from libpysal.weights import W

    random = np.random.default_rng(seed)
    links = np.triu(random.random((60, 60)) < 0.08, 1)
    links |= links.T
    links[np.arange(59), np.arange(1, 60)] = links[np.arange(1, 60), np.arange(59)] = True  # nobody is an island
    values = random.poisson(6.0, (60, 4)).astype(float)
    ours = gi_star(csr_array(links.astype(float) + np.eye(60)), values)
    neighbours = {unit: list(np.flatnonzero(links[unit])) for unit in range(60)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for step in range(4):
            theirs = G_Local(values[:, step], W(neighbours), star=True, transform="B", permutations=0)
            assert np.abs(ours[:, step] - theirs.Zs).max() < 1e-9


def test_the_same_value_everywhere_and_an_island_have_no_z() -> None:
    weights = csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], float))
    z = gi_star(weights, np.array([[5.0, 1.0], [5.0, 2.0], [5.0, 9.0]]))
    assert np.isnan(z[:, 0]).all()
    assert np.isnan(z[2, 1]) and np.isfinite(z[:2, 1]).all()


def test_discoveries_are_those_of_benjamini_and_hochberg_by_hand() -> None:
    # Their paper's example, section 3.2: fifteen p, four of them are rejected at 0.05.
    p = np.array(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
        + [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    )
    shuffled = np.random.default_rng(1).permutation(15)
    assert discoveries(p[shuffled], 0.05).sum() == 4
    assert discoveries(p, 0.05)[:4].all()
    assert not discoveries(np.array([0.2, np.nan, 0.9]), 0.05).any()


def test_a_planted_block_is_hot_and_the_rest_is_not() -> None:
    values = np.random.default_rng(3).normal(10, 1, (1600, 1))
    block = [row * 40 + column for row in range(10, 14) for column in range(20, 24)]
    values[block] += 8
    found = significance(gi_star(board(40), values)[:, 0])
    near = {r * 40 + c for r in range(9, 15) for c in range(19, 25)}
    assert (found[block] == 3).all()
    assert set(np.flatnonzero(found > 0)) <= near


def test_a_city_of_noise_has_hardly_a_hot_grid() -> None:
    weights, random = board(20), np.random.default_rng(7)
    base = random.integers(60, 1500, 400).astype(float)  # homes: grids are not of one size
    z = gi_star(weights, deviates(random.poisson(base[:, None] * 0.006, (400, 200)).astype(float), base))
    maps = np.array([significance(z[:, seed]) > 0 for seed in range(200)])
    assert maps.mean() <= 0.05
    assert maps.any(axis=1).mean() <= 0.10  # at 90 % some map of ten may hold one


def test_p_is_two_sided() -> None:
    assert two_sided(np.array([1.959964, -1.959964, 0.0])) == pytest.approx([0.05, 0.05, 1.0], abs=1e-6)


def test_areas_that_touch_are_neighbours_and_so_are_those_whose_borders_miss_by_a_metre() -> None:
    import shapely

    shapes = np.array([shapely.box(0, 0, 10, 10), shapely.box(11, 0, 20, 10), shapely.box(40, 0, 50, 10)])
    assert touching(shapes).toarray().tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
