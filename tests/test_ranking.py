"""Whom the dispatcher is offered first, and why: positions by hand, every order counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.config import make_config
from data.loop.distance import RADIUS_M, metres
from data.loop.ranking import Case, Offer, People, rank

CONFIG = make_config(Path("home"), {"dispatch": {"walk_mps": 1.0, "detour": 1.5, "order_s": 120.0, "radius_m": 2000.0}})
NOW = datetime(2026, 1, 5, 2)
HERE = (119.5, 32.0)
CASE = Case(HERE, NOW)


def person(worker_id: str, north_m: float, **said: Any) -> dict[str, Any]:
    """A worker so many metres north of the case: on duty for hours, seen this second, idle, of another community."""
    usual = {"age_s": 0, "ends_s": 20_000, "orders": 0, "bound": False, "nearness": 3, "skills": "", "battery": 0.9}
    return {"worker_id": worker_id, "north_m": north_m, "on_duty": True, **usual, **said}


def people(*rows: dict[str, Any]) -> People:
    return People(
        worker_id=np.array([row["worker_id"] for row in rows], np.str_),
        lon=np.full(len(rows), HERE[0]),
        lat=HERE[1] + np.degrees(np.array([row["north_m"] for row in rows], float) / RADIUS_M),
        fixed_at=np.array(
            [np.datetime64(NOW, "us") - np.timedelta64(row["age_s"], "s") for row in rows], "datetime64[us]"
        ),
        battery=np.array([row["battery"] for row in rows], float),
        on_duty=np.array([row["on_duty"] for row in rows], bool),
        duty_ends=np.array(
            [np.datetime64(NOW, "us") + np.timedelta64(row["ends_s"], "s") for row in rows], "datetime64[us]"
        ),
        orders=np.array([row["orders"] for row in rows], int),
        bound=np.array([row["bound"] for row in rows], bool),
        nearness=np.array([row["nearness"] for row in rows], int),
        skills=[frozenset(filter(None, row["skills"].split(";"))) for row in rows],
    )


def offered(*rows: dict[str, Any], case: Case = CASE) -> Offer:
    return rank(case, people(*rows), CONFIG)


def ids(offer: Offer) -> list[str | None]:
    return [one.worker_id for one in offer.candidates]


def test_the_nearest_is_offered_first_with_the_minutes_on_foot() -> None:
    offer = offered(person("far", 900), person("near", 100.5), person("middle", 400.5))
    assert ids(offer) == ["near", "middle", "far"]
    # 100.5 m x 1.5 / 1 m/s = 150.75 s: three minutes begun; 400.5 m: 600.75 s, eleven.
    assert [(one.distance_m, one.walk_min) for one in offer.candidates[:2]] == [(101, 3), (401, 11)]
    assert "nearest" in offer.candidates[0].reasons and "nearest" not in offer.candidates[1].reasons


def test_an_open_order_weighs_as_much_as_two_minutes_on_foot() -> None:
    # 100 m = 150 s, and an order 120 s: 270 s; 170 m = 255 s; 190 m = 285 s.
    offer = offered(person("loaded", 100, orders=1), person("idle", 170), person("later", 190))
    assert ids(offer) == ["idle", "loaded", "later"]
    assert "idle" in offer.candidates[0].reasons and "loaded" in offer.candidates[1].reasons


def test_the_age_of_a_fix_counts_like_walking() -> None:
    offer = offered(person("old", 100, age_s=240), person("new", 250), person("farther", 270))
    assert ids(offer) == ["new", "old", "farther"]  # 375 s, 150 + 240 = 390 s, 405 s


def test_a_required_skill_outranks_any_distance() -> None:
    rows = (person("beside", 10), person("trained", 1_500, skills="first_aid;gas", orders=2))
    offer = offered(*rows, case=replace(CASE, skill="gas"))
    assert ids(offer) == ["trained", "beside"]
    assert [one.skilled for one in offer.candidates] == [True, False]
    assert "skilled" in offer.candidates[0].reasons and "unskilled" in offer.candidates[1].reasons
    assert ids(offered(*rows)) == ["beside", "trained"]
    assert offered(*rows).candidates[0].skilled is None


def test_who_is_not_listed_is_counted_under_the_first_reason() -> None:
    offer = offered(
        person("fits", 100),
        person("old", 100, age_s=601),
        person("just in time", 100, age_s=600),
        person("three orders", 100, orders=3),
        person("bound by an emergency", 100, orders=1, bound=True),
        person("two orders", 100, orders=2),
        person("off duty", 100, on_duty=False),
        person("goes home before arriving", 1_000, ends_s=1_499),
        person("beyond the radius", 2_001),
        person("off duty and beyond", 2_001, on_duty=False),
    )
    assert set(ids(offer)) == {"fits", "just in time", "two orders"}
    assert offer.not_listed == {"far": 1, "off_duty": 2, "old_fix": 1, "busy": 2, "more": 0}
    assert offer.within == 6


def test_no_more_than_asked_for_are_listed_and_the_rest_is_counted() -> None:
    offer = offered(*(person(f"w{i:02d}", 100 + i) for i in range(11)))
    assert ids(offer) == [f"w{i:02d}" for i in range(8)]
    assert (offer.not_listed["more"], offer.within) == (3, 11)


def test_equals_are_told_apart_by_their_grid_and_then_by_their_id() -> None:
    rows = [person("d", 100, nearness=2), person("c", 100, nearness=0), person("a", 100, nearness=2)]
    assert ids(offered(*rows)) == ids(offered(*reversed(rows))) == ["c", "a", "d"]
    assert [one.nearness for one in offered(*rows).candidates] == ["own_grid", "same_community", "same_community"]


@pytest.mark.parametrize(
    ("said", "word"),
    [({"ends_s": 1_800}, "ends_soon"), ({"battery": 0.19}, "low_battery"), ({"age_s": 301}, "older_fix")],
)
def test_what_speaks_against_a_worker_is_said(said: dict[str, Any], word: str) -> None:
    assert offered(person("w", 10, **said)).candidates[0].reasons[-1] == word
    assert word not in offered(person("w", 10)).candidates[0].reasons


def test_nobody_there_is_an_empty_offer() -> None:
    assert offered() == Offer((), {"far": 0, "off_duty": 0, "old_fix": 0, "busy": 0, "more": 0}, 0)


ROWS = st.lists(
    st.builds(
        person,
        st.uuids().map(str),
        st.sampled_from([0, 50, 100, 1_999, 3_000]),
        age_s=st.sampled_from([0, 120, 700]),
        orders=st.integers(0, 3),
        nearness=st.integers(0, 3),
        skills=st.sampled_from(["", "gas", "gas;electric"]),
        on_duty=st.booleans(),
    ),
    max_size=30,
    unique_by=lambda row: row["worker_id"],
)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, data=st.data(), skill=st.sampled_from([None, "gas"]))
def test_the_order_of_the_input_never_matters(
    rows: list[dict[str, Any]], data: st.DataObject, skill: str | None
) -> None:
    case = replace(CASE, skill=skill)
    offer = offered(*rows, case=case)
    assert offered(*data.draw(st.permutations(rows)), case=case) == offer
    counted = sum(offer.not_listed.values()) + len(offer.candidates)
    assert counted == sum(row["on_duty"] or row["north_m"] <= 2_000 for row in rows)


def test_distances_are_those_of_the_ellipsoid_to_half_a_percent() -> None:

    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(119.4, 119.6, 200), rng.uniform(31.9, 32.1, 200)
    exact = Geod(ellps="WGS84").inv(lon, lat, np.full(200, HERE[0]), np.full(200, HERE[1]))[2]
    assert np.allclose(metres(lon, lat, HERE), exact, rtol=0.005)
