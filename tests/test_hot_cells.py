"""Cells of 250 m: what an area stands on is spread over its cells and nothing of it is lost."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from data.analysis.accuracy import rolling
from data.analysis.cells import lattice, spread
from data.analysis.knox import knox
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLE_NOW

DAYS = {"first_day": date(2025, 12, 1), "last_day": SAMPLE_NOW.date()}


def test_a_cell_belongs_to_the_area_its_middle_lies_in() -> None:
    # Two rows of four cells of 100 m; the border runs at 190 m, so the second column's middle is still left of it.
    left, right = shapely.box(0, 0, 190, 200), shapely.box(190, 0, 400, 200)
    cells, owner = lattice(np.array([left, right]), 100.0)
    told = dict(zip(map(tuple, cells.tolist()), owner.tolist(), strict=True))
    assert told == {(x, y): int(x >= 2) for x in range(4) for y in range(2)}


def test_an_area_smaller_than_a_cell_has_the_cell_it_lies_in() -> None:
    large, small = shapely.box(0, 0, 100, 100), shapely.box(210, 10, 220, 20)
    cells, owner = lattice(np.array([large, small]), 100.0)
    assert cells.tolist() == [[0, 0], [2, 0]] and owner.tolist() == [0, 1]


def test_nothing_of_a_base_is_lost() -> None:
    random = np.random.default_rng(6)
    cut = shapely.voronoi_polygons(shapely.multipoints(random.uniform(0, 3000, (40, 2))))
    shapes = shapely.intersection(shapely.get_parts(cut), shapely.box(0, 0, 3000, 3000))
    homes = random.integers(100, 900, 40).astype(float)
    _, owner = lattice(shapes, 250.0)
    held = spread(homes, owner)
    assert np.bincount(owner, held) == pytest.approx(homes)


def test_hours_of_patrol_lie_where_the_workers_were(door: Door, whole_city: Scope) -> None:
    hours = door.query("hot_base", whole_city, **DAYS)["patrol_hours"].to_pylist()
    about = {"first": DAYS["first_day"], "last": DAYS["last_day"]}
    all_of_them = door.warehouse.fetch(
        "SELECT sum(patrol_s) / 3600 AS h FROM worker_day WHERE day BETWEEN $first AND $last", about
    )
    outside = door.warehouse.fetch("SELECT count(*) AS n FROM cell_day WHERE area_id LIKE '%~'", {})["n"][0].as_py()
    told, worked = sum(h or 0 for h in hours), all_of_them["h"][0].as_py()
    assert 0 < told <= worked * (1 + 1e-9)
    assert outside or told == pytest.approx(worked)


def test_origins_are_judged_together_and_each_by_what_came_after_it() -> None:
    score, one = np.array([2.0, 1.0, 0.0, 0.0]), np.ones(4)
    first = (score, np.array([4.0, 0, 0, 0]), np.array([3.0, 1, 0, 0]))  # the chosen unit: 3 of 4, before 4 of 4
    second = (score[::-1], np.array([0.0, 0, 2, 2]), np.array([5.0, 0, 0, 1]))  # 1 of 6, before 2 of 4; the best: 5
    found = rolling([first, second], one, 0.25)
    assert found.hit_rate == pytest.approx(4 / 10)
    assert found.pai == pytest.approx(4 / 10 / 0.25)
    assert found.pei == pytest.approx(4 / 8)
    assert found.rri == pytest.approx((4 / 10) / (6 / 8))


def test_near_repeats_are_not_held_against_pairs_that_were_left_out() -> None:
    # A crowded square: what may be one case twice is no pair, and chance must not make such pairs either.
    random = np.random.default_rng(9)
    table = knox(random.uniform(0, 600, (400, 2)), random.uniform(0, 60, 400), shuffles=39)
    at = {(row.metres, row.days): row for row in table}
    assert (at[50.0, 1.0].pairs, at[50.0, 1.0].expected, at[50.0, 1.0].ratio) == (0, 0, None)
    assert at[50.0, 3.0].ratio == pytest.approx(1, abs=0.25)
