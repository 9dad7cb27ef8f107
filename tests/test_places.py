"""Where a point of the sample city lies, and what lies inside what."""

from __future__ import annotations

import pytest
import shapely

from data.errors import Problem
from data.query import Door


def test_every_grid_contains_a_point_inside_it(door: Door) -> None:
    rows = door.warehouse.fetch("SELECT area_id, geometry FROM area WHERE level = 'grid'", {}).to_pylist()
    for row in rows:
        point = shapely.from_wkb(row["geometry"]).representative_point()
        assert door.places.at(point.x, point.y) == row["area_id"]
    assert door.places.at(0, 0) is None


def test_an_unlocated_child_lies_inside_its_parent_and_has_its_level(door: Door) -> None:
    assert door.places.inside("QH0101~", "QH01")
    assert not door.places.inside("QH0101~", "QH02")
    assert door.places.level("QH0101~") == "community"
    assert door.places.up("QH0101~") == ["QH0101", "QH01", "QH"]


def test_a_unit_has_the_level_of_the_unit_feed(door: Door) -> None:
    assert door.places.unit_level("B1") == "street"
    with pytest.raises(Problem, match="nobody"):
        door.places.unit_level("nobody")
