"""A shape drawn on a map is answered with counts of what the account may see, and never with a count of few people."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Geod

from data.errors import NotAllowed, Problem
from data.inside import MOST_CORNERS, When, circle, inside, polygon
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLE_NOW
from tests.web import open_site, sign_in

DAY = date(2026, 1, 5)
PERIOD = {"start": datetime(2025, 12, 6, 16), "end": datetime(2026, 1, 5, 16)}
WHEN = When(SAMPLE_NOW, PERIOD["start"], PERIOD["end"], DAY)
GEOD = Geod(ellps="WGS84")


def grids(door: Door, scope: Scope) -> dict[str, Any]:
    rows = door.query("areas", scope, day=DAY).to_pylist()
    return {row["area_id"]: shapely.from_wkb(row["geometry"]) for row in rows if row["level"] == "grid"}


def box(shape: Any, margin: float) -> Any:
    west, south, east, north = shape.bounds
    corners = [(west - margin, south - margin), (east + margin, south - margin)]
    return polygon([*corners, (east + margin, north + margin), (west - margin, north + margin)])


def test_a_circle_has_the_radius_that_was_asked_for_in_every_direction() -> None:
    shape = circle((119.5, 32.0), 1000)
    away = [GEOD.inv(119.5, 32.0, lon, lat)[2] for lon, lat in shape.exterior.coords]
    assert max(away) == pytest.approx(1000, rel=1e-6) and min(away) == pytest.approx(1000, rel=1e-6)


def test_everything_is_inside_a_shape_around_the_city(door: Door, whole_city: Scope) -> None:
    around = box(shapely.union_all(list(grids(door, whole_city).values())), 0.5)
    found = inside(door, whole_city, around, WHEN)
    points = door.query("incident_points", whole_city, area=whole_city.area_id, now=SAMPLE_NOW, **PERIOD).to_pylist()
    assert sum(found.reported.values()) == sum(PERIOD["start"] <= row["reported_at"] < PERIOD["end"] for row in points)
    assert found.cameras == door.query("cameras", whole_city).num_rows
    assert found.key_areas == door.query("key_areas", whole_city).num_rows
    assert found.people.grids == len(grids(door, whole_city))


def test_nothing_is_inside_a_shape_beside_the_city(door: Door, whole_city: Scope) -> None:
    found = inside(door, whole_city, circle((100.0, 30.0), 5000), WHEN)
    assert (found.open, found.reported, found.key_areas, found.cameras, found.workers) == ({}, {}, 0, 0, 0)
    assert (found.people.grids, found.people.classes) == (0, {})


def test_one_kind_can_be_asked_for_alone(door: Door, whole_city: Scope) -> None:
    around = box(shapely.union_all(list(grids(door, whole_city).values())), 0.5)
    every = inside(door, whole_city, around, WHEN).reported
    kind = max(every, key=lambda name: every[name])
    alone = inside(door, whole_city, around, When(SAMPLE_NOW, PERIOD["start"], PERIOD["end"], DAY, kind)).reported
    assert alone == {kind: every[kind]}


def test_a_grid_counts_as_people_only_when_it_lies_wholly_inside(door: Door, whole_city: Scope) -> None:
    for shape in grids(door, whole_city).values():
        middle = shape.representative_point()
        assert inside(door, whole_city, circle((middle.x, middle.y), 5), WHEN).people.grids == 0
        assert inside(door, whole_city, box(shape, 1e-6), WHEN).people.grids >= 1


def test_people_are_the_sum_of_what_is_published_of_the_grids_inside(door: Door, whole_city: Scope) -> None:
    known = grids(door, whole_city)
    found = inside(door, whole_city, box(shapely.union_all(list(known.values())), 0.01), WHEN).people
    expected: dict[str, int] = {}
    for area in known:
        for row in door.query("population", whole_city, area=area).to_pylist():
            if row["hidden"] is None:
                expected[row["class"]] = expected.get(row["class"], 0) + row["count"]
    assert found.classes == expected


def test_an_account_counts_nothing_outside_its_own_part_of_the_city(door: Door, whole_city: Scope) -> None:
    known = grids(door, whole_city)
    mine = sorted(known)[0]
    around = box(shapely.union_all(list(known.values())), 0.5)
    narrow = inside(door, Scope("a", frozenset({"operator"}), mine), around, WHEN)
    whole = inside(door, whole_city, around, WHEN)
    assert narrow.people.grids == 1 < whole.people.grids
    assert sum(narrow.reported.values()) < sum(whole.reported.values())


def test_a_wall_asks_nothing(door: Door, whole_city: Scope) -> None:
    with pytest.raises(NotAllowed):
        inside(door, Scope("w", frozenset({"kiosk"}), whole_city.area_id), circle((119.5, 32.0), 100), WHEN)


@pytest.mark.parametrize(
    ("corners", "reason"),
    [
        ([(119.0, 32.0), (119.1, 32.0)], "shape_corners"),
        ([(119 + k / 1e3, 32 + k * k / 1e5) for k in range(MOST_CORNERS + 1)], "shape_corners"),
        ([(119.0, 32.0), (119.1, 32.1), (119.1, 32.0), (119.0, 32.1)], "shape_crossed"),
    ],
)
def test_a_shape_that_cannot_be_answered_says_why(corners: list[tuple[float, float]], reason: str) -> None:
    with pytest.raises(Problem) as refused:
        polygon(corners)
    assert refused.value.reason == reason


@pytest.mark.parametrize("radius", [0.0, -1.0, 100_001.0, math.nan])
def test_a_circle_of_no_or_endless_size_is_refused(radius: float) -> None:
    with pytest.raises(Problem):
        circle((119.5, 32.0), radius)


def test_the_card_of_a_shape_tells_counts_and_ways_to_the_list(sample_home: Path) -> None:
    client = sign_in(open_site(sample_home))
    answer = client.get("/api/inside?centre=119.5,32&radius=90000&day=2026-01-05&period=30d")
    told = answer.get_json(force=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = told["groups"][0]["rows"]
    assert rows[0][0] == "合计" and all(row[2].startswith("/incidents?") for row in rows[1:] if len(row) > 2)
    assert not any("w01" in str(group) for group in told["groups"])


def test_an_address_nobody_drew_is_refused(sample_home: Path) -> None:
    client = sign_in(open_site(sample_home))
    for query in ("", "ring=1,2;x", "centre=500,0&radius=5", "centre=119,32&radius=nan"):
        assert client.get(f"/api/inside?{query}").status_code == 400
    wall = sign_in(open_site(sample_home), "wall")
    assert wall.get("/api/inside?centre=119.5,32&radius=100").status_code == 403
