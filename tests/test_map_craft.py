"""What a map is drawn with: hatching where nothing is known, legends that count, names that never touch."""

from __future__ import annotations

import math
import random
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import shapely

from dashboard import cards
from dashboard.fills import Fill
from dashboard.hatch import hatch
from dashboard.markers import MANY, marks
from dashboard.names import Frame, fit, pane
from dashboard.text import speak
from tests.web import open_site

SQUARE = shapely.box(119.0, 32.0, 119.01, 32.01)
# The views of the four walls, in pixels: the whole and its densest part side by side.
WALLS = [((w, h), view) for w, h in ((1920, 1080), (3840, 2160), (3840, 1080), (7680, 2160)) for view in (0.3, 0.5)]


def test_the_strokes_of_an_unknown_area_stay_inside_it_and_lie_evenly() -> None:
    cut = hatch([SQUARE], 0.001)
    assert len(cut) > 10
    assert all(shapely.buffer(SQUARE, 1e-9).covers(stroke) for stroke in cut)


def test_two_neighbours_without_a_value_are_hatched_as_one() -> None:
    halves = [shapely.box(119.0, 32.0, 119.005, 32.01), shapely.box(119.005, 32.0, 119.01, 32.01)]
    assert len(hatch(halves, 0.001)) == len(hatch([SQUARE], 0.001))


def test_where_everything_is_known_nothing_is_hatched() -> None:
    assert len(hatch([], 0.001)) == 0
    with pytest.raises(ValueError):
        hatch([SQUARE], 0.0)


def test_every_area_with_a_value_is_counted_in_one_class() -> None:
    fill = Fill("empty", {"a": 0.0, "b": 0.14, "c": 0.5, "d": 0.2}, (0.14, 0.24, 0.34, 0.44), {"a": 3, "b": 50})
    assert fill.counted() == [1, 2, 0, 0, 1]  # a value on a break belongs to the class above it
    assert fill.few() == ["a"] and fill.method == "fixed"


def test_the_highest_area_is_as_high_as_may_be_and_the_others_in_proportion() -> None:
    assert Fill("by_incidents", {"a": 10.0, "b": 5.0, "c": 0.0}, (4.0,)).heights() == {"a": 1.0, "b": 0.5, "c": 0.0}


@pytest.mark.parametrize(("size", "share"), WALLS)
def test_no_two_names_of_a_wall_touch(size: tuple[int, int], share: float) -> None:
    chance = random.Random(7)
    view = Frame((119.0, 31.7, 119.4, 32.2), (size[0] * share, size[1]), 13 * size[1] / 1080)
    spots = [[chance.uniform(119.0, 119.4), chance.uniform(31.7, 32.2)] for _ in range(300)]
    rows = [{"p": p, "name": chance.choice(("华阳街道", "Huayang", "上路社区03网格"))} for p in spots]
    boxes = []
    for row in fit(rows, view):
        x, y = view.pixel(row["p"])
        # a Chinese letter is one em wide, a Latin one at most 0.6; the tallest letter is 1.2 em
        wide = sum(1.0 if ord(letter) > 0x2E80 else 0.6 for letter in row["name"]) * view.em
        y += row["away"][1]
        boxes.append(shapely.box(x - wide / 2, y - 0.6 * view.em, x + wide / 2, y + 0.6 * view.em))
    assert len(boxes) > 5
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))


def test_a_pane_of_another_shape_has_names_to_its_edges_but_none_under_the_scale() -> None:
    view = pane((119.0, 32.0, 119.1, 32.1), (1600, 800), 20)  # the bounds fill its middle
    (x, y), (right, bottom) = view.pixel((119.0, 32.1)), view.pixel((119.1, 32.0))
    assert (y, bottom) == pytest.approx((0, 800), abs=1) and x + right == pytest.approx(1600, abs=1)
    assert x == pytest.approx(800 - 400 * math.cos(math.radians(32.05)), abs=1)
    assert fit([{"p": [119.05, 32.05], "name": "华阳街道"}], pane((119.0, 32.0, 119.1, 32.1), (0, 0), 20)) == []
    west = view.bounds[0]
    rows = [{"p": p, "name": "华阳街道"} for p in ([west + 0.01, 32.05], [west + 0.02, 32.0015], [west, 32.09])]
    assert [row["p"] for row in fit(rows, view)] == [rows[0]["p"]]  # the others: under the scale, and cut by the edge


@pytest.mark.parametrize("many", [10, 700])
def test_what_lies_beside_the_bounds_of_a_view_is_marked_too(
    many: int, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "kinds", dict)
    rows = [point(f"E{n}", 119.01 + n / 1e4, 32.05) for n in range(many)] + [point("far", 118.9, 32.05)]
    with open_site(sample_home).server.test_request_context():
        speak("en", ZoneInfo("Asia/Shanghai"))
        drawn = marks(rows, (119.0, 32.0, 119.1, 32.1), "town", "dark")
    assert [118.9, 32.05] in [mark["p"] for mark in drawn]
    assert sum(mark.get("n", 1) for mark in drawn) == many + 1 and (len(drawn) <= many) == (many > MANY)


def point(incident_id: str, lon: float, lat: float) -> dict[str, object]:
    return {"incident_id": incident_id, "lon": lon, "lat": lat, "severity": 3}


def test_names_yield_to_urgent_marks_and_lower_areas_to_higher_ones() -> None:
    view = Frame((119.0, 32.0, 119.1, 32.1), (800, 800), 20)
    rows = [{"p": [119.05, 32.05], "name": "华阳街道"}, {"p": [119.05, 32.05], "name": "上路社区"}]
    mark = {"p": [119.05, 32.05], "size": 120}
    assert fit(rows, view)[0] == {**rows[0], "away": [0.0, 0.0]}
    assert all(row["name"] != "上路社区" or row["away"] != [0.0, 0.0] for row in fit(rows, view))
    assert fit(rows, view, [mark]) == []
