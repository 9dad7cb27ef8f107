"""Hot spots of Boston by precinct, with and without the thousands of requests that stand at one default point."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from data.analysis.cube import Cube, areas, cube
from data.analysis.hot_spots import Question, hot_spots
from data.analysis.reckoned import reckon
from data.config import load_config
from data.metric_crs import to_metres
from data.query import Door
from data.scope import Scope
from etl.load import LoadResult

pytestmark = pytest.mark.realdata
END = datetime(2012, 1, 1, 5)  # midnight in Boston
DEFAULT = (-71.0587, 42.3594)
STEPS = {"weeks": 2, "steps": 13}


@pytest.fixture(scope="module")
def asked(boston: tuple[Path, LoadResult]) -> tuple[Door, Scope]:
    door = Door(load_config(boston[0]))
    return door, Scope("tester", frozenset({"leader"}), door.config.city.area_id)


def hot(door: Door, whole: Cube, counts: np.ndarray) -> set[str]:
    found = reckon(whole, counts, door.config.hot_spots.least_cases)
    return {whole.ids[at] for at in np.flatnonzero(found.now > 0)}


def stacked(door: Door, scope: Scope, question: Question, whole: Cube) -> tuple[np.ndarray, str]:
    """Return the counts as they would be if the default point were believed, and the precinct it lies in."""
    import shapely

    about = {"kind": question.kind, "start": question.now - STEPS["steps"] * np.timedelta64(14, "D").item(), "end": END}
    rows = door.query("hot_points", scope, **about)
    default = [at for at, how in enumerate(rows["located"].to_pylist()) if how == "default"]
    days = [(END - rows["reported_at"][at].as_py()).days for at in default]
    x, y = to_metres(*np.array([DEFAULT]).T, door.config.city.crs_metric)
    (there,) = np.flatnonzero(shapely.contains_xy(areas(door, scope, question).shapes, x[0], y[0]))
    counts = whole.counts()
    np.add.at(counts, (there, [STEPS["steps"] - 1 - day // 14 for day in days]), 1.0)
    return counts, whole.ids[there]


@pytest.mark.parametrize("kind", ["*", "HAZ"])
def test_a_default_point_makes_hot_spots_that_are_none_or_hides_those_that_are(
    asked: tuple[Door, Scope], kind: str
) -> None:
    door, scope = asked
    question = Question(kind, scope.area_id, END, **STEPS)
    whole, found = cube(door, scope, question), hot_spots(door, scope, question)
    believed, there = stacked(door, scope, question, whole)
    without, with_it = hot(door, whole, whole.counts()), hot(door, whole, believed)
    print(f"{kind}: {len(without)} hot precincts without the stack, {len(with_it)} with it; stack in {there}")
    assert {unit.area_id for unit in found.units if unit.significance > 0} == without
    assert len(found.units) == 255
    extra = int((believed - whole.counts())[:, -1].sum())
    assert extra > 0 and found.left_out >= extra
    near = {whole.ids[at] for at in whole.weights[[whole.ids.index(there)]].indices}
    if kind == "*":
        assert there in with_it and len((with_it - without) & near) >= 5
    else:  # one precinct that outweighs all others makes the spread so large that nothing else stands out
        assert len(without) >= 5 and not without & with_it


def test_without_households_and_roads_rates_stand_on_area_and_it_is_said(asked: tuple[Door, Scope]) -> None:
    door, scope = asked
    found = hot_spots(door, scope, Question("FAC", scope.area_id, END, **STEPS))
    assert (found.base, found.method["base_asked"], found.method["rated"]) == ("area", "road_km", 255)


def test_the_same_question_of_one_ward_judges_its_precincts_as_the_city_does(asked: tuple[Door, Scope]) -> None:
    door, scope = asked
    question = Question("ENV", scope.area_id, END, **STEPS)
    whole = {unit.area_id: unit.z for unit in hot_spots(door, scope, question).units}
    ward = door.query("areas", scope, day=END.date()).to_pylist()
    top = next(row["area_id"] for row in ward if row["level"] == "ward")
    part = hot_spots(door, scope, replace(question, area=top))
    assert 0 < len(part.units) < 255
    assert {unit.area_id: unit.z for unit in part.units} == {unit.area_id: whole[unit.area_id] for unit in part.units}
