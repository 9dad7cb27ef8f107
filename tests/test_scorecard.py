"""Scorecards: sums one can check, peers that are the same whoever looks, persons nobody sees without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.analysis.card import Card
from data.analysis.figures import Ask
from data.analysis.periods import parse
from data.analysis.scorecard import deciding_day, scorecard, what_if
from data.analysis.scores import interval, scaled, shrunk
from data.analysis.vendor_score import vendor_scores
from data.config import load_config
from data.errors import NotAllowed, Problem
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLE_NOW
from tests.copies import fresh

LEAD = Scope("anna", frozenset({"leader"}), "QH")
JANUARY = parse("m:2026-01", date(2026, 1, 5))
HELD = """
    SELECT area_link.ancestor_id AS area_id, area_attribute.urban_class, area_attribute.households
    FROM area_attribute
    JOIN area_link USING (area_id)
    JOIN area ON area.area_id = area_attribute.area_id AND area.level = 'grid'
    WHERE area_attribute.urban_class IS NOT NULL
"""
# The sample city is tiny: a case is enough for a rank there, and two make a peer group.
TINY = "[rules]\nfewest = 1\npeers = 2\n"


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("scorecard") / "home"
    fresh(sample_home, made)
    (made / "weights.toml").write_text(TINY, "utf-8")
    return made


@pytest.fixture(scope="module")
def city(home: Path) -> Door:
    return Door(load_config(home))


def grids(door: Door, scope: Scope = LEAD) -> Card:
    return scorecard(door, scope, "grid", JANUARY, now=SAMPLE_NOW)


def test_a_part_is_shrunk_to_the_sums_of_its_peer_group(city: Door) -> None:
    card = grids(city)
    urban = [row for row in card.rows if row.group == "urban"]
    parts = [row.part("on_time_handling") for row in urban]
    part, whole = (sum(getattr(one, name) for one in parts if one) for name in ("part", "whole"))
    assert (part, whole) == (10, 12)  # E010, 16, 17 / 19 late / 09, 23 / 21 / 11, 25 open / 12, 30, 36
    one = card.row("QH0102002").part("on_time_handling")  # type: ignore[union-attr]
    assert one is not None and (one.part, one.whole, one.r0_of) == (1, 2, "group")
    assert one.r0 == pytest.approx(10 / 12)
    assert one.shrunk == pytest.approx((1 + 20 * 10 / 12) / 22)


def test_a_score_is_its_parts_by_weight_and_nothing_else(city: Door) -> None:
    for row in grids(city).rows:
        rules = {rule.metric: rule for rule in grids(city).weights.rules}
        known = [part for part in row.parts if part.score is not None]
        total = sum(part.weight for part in known)
        for part in known:
            rule = rules[part.metric]
            assert part.score == pytest.approx(float(scaled(part.shrunk or 0.0, rule.scale)))
            assert part.shrunk == pytest.approx(float(shrunk(part.part, part.whole, part.r0 or 0.0, rule.k)))
        assert row.data == pytest.approx(total / sum(part.weight for part in row.parts))
        if row.score is not None:
            assert row.score == pytest.approx(sum(part.weight * (part.score or 0) for part in known) / total)
            assert row.low is not None and row.high is not None and row.low <= row.high


def test_a_rank_counts_the_peers_whose_whole_interval_lies_above(city: Door) -> None:
    card = grids(city)
    ranked = [row for row in card.rows if row.rank is not None]
    assert ranked
    for row in ranked:
        peers = [peer for peer in ranked if peer.group == row.group]
        assert row.rank == 1 + sum((peer.low or 0) > (row.high or 0) for peer in peers)
        assert row.shared == (sum(peer.rank == row.rank for peer in peers) > 1)


def test_the_same_inputs_give_the_same_numbers(home: Path, city: Door) -> None:
    first, again = grids(city), grids(Door(load_config(home)))
    assert [(row.subject_id, row.score, row.low, row.high, row.rank) for row in first.rows] == [
        (row.subject_id, row.score, row.low, row.high, row.rank) for row in again.rows
    ]


def test_an_interval_is_that_of_the_draws_of_its_parts(city: Door) -> None:
    card = grids(city)
    at = card.basis.ids.index("QH0101001")
    weights = np.array([card.weights.weights()[metric] for metric in card.basis.metrics])
    known = ~np.isnan(card.basis.scores[at])
    drawn = (card.basis.draws[at][known].T.astype(float) * weights[known]).sum(axis=1) / weights[known].sum()
    low, high = interval(drawn)
    row = card.row("QH0101001")
    assert row is not None and (row.low, row.high) == (pytest.approx(float(low)), pytest.approx(float(high)))


def test_peers_are_the_same_whoever_looks_and_only_the_own_area_is_shown(city: Door) -> None:
    whole = grids(city)
    part = grids(city, replace(LEAD, area_id="QH01"))
    assert {row.subject_id[:4] for row in part.rows} == {"QH01"}
    assert [row for row in whole.rows if row.subject_id.startswith("QH01")] == list(part.rows)
    inside = scorecard(city, LEAD, "grid", JANUARY, area="QH0201", now=SAMPLE_NOW)
    assert {row.subject_id for row in inside.rows} == {"QH0201001", "QH0201002", "QH0201003"}
    with pytest.raises(NotAllowed):
        scorecard(city, replace(LEAD, area_id="QH01"), "grid", JANUARY, area="QH02", now=SAMPLE_NOW)


def test_with_thirty_cases_wanted_nobody_of_a_tiny_city_is_ranked(door: Door) -> None:
    rows = grids(door).rows
    assert {row.why for row in rows} <= {"few", "no_data"} and all(row.rank is None for row in rows)
    assert all((row.distance is None) == (row.score is None) and row.grade is None for row in rows)


def test_a_class_is_that_of_most_households(city: Door) -> None:
    held = city.warehouse.fetch(HELD, {}).to_pandas()
    sums = held.groupby(["area_id", "urban_class"])["households"].sum().reset_index()
    expected = {}
    for area, rows in sums.groupby("area_id"):
        expected[area] = rows.loc[rows["households"].idxmax(), "urban_class"]
    told = {row["area_id"]: row["urban_class"] for row in city.query("area_classes", LEAD).to_pylist()}
    assert told == expected
    streets = scorecard(city, LEAD, "street", JANUARY, now=SAMPLE_NOW).rows
    assert {row.subject_id: row.group for row in streets} == {name: expected[name] for name in ("QH01", "QH02")}


def test_what_other_weights_would_do_is_what_they_do(city: Door) -> None:
    card = grids(city)
    only = {metric: float(metric == "coverage") for metric in card.weights.weights()}
    moves = what_if(card, only)
    for move in moves.rows:
        part = card.row(move.subject_id).part("coverage")  # type: ignore[union-attr]
        assert move.score_after == pytest.approx(part.score)  # type: ignore[union-attr]
    assert moves.ranks_moved == sum(move.rank_before != move.rank_after for move in moves.rows)
    same = what_if(card, {})
    assert same.ranks_moved == 0
    assert [move.score_after for move in same.rows] == [row.score for row in card.rows]
    rules = tuple(replace(rule, weight=only[rule.metric]) for rule in card.weights.rules)
    anew = scorecard(city, LEAD, "grid", JANUARY, weights=replace(card.weights, rules=rules), now=SAMPLE_NOW)
    assert {row.subject_id: row.rank for row in anew.rows} == {move.subject_id: move.rank_after for move in moves.rows}


@pytest.mark.parametrize("weights", [{"nothing": 1.0}, {"rework": -1.0}])
def test_weights_that_do_not_do_are_no_trial(city: Door, weights: dict[str, float]) -> None:
    with pytest.raises(Problem) as fault:
        what_if(grids(city), weights)
    assert fault.value.reason == "bad_weights"


def test_units_are_compared_with_units_of_their_kind(city: Door) -> None:
    rows = {row.subject_id: row for row in scorecard(city, LEAD, "unit", JANUARY, now=SAMPLE_NOW).rows}
    part = rows["Z1"].part("on_time_handling")
    # E009, 10, 16, 17 in time; E019 late; E027 is not due yet at six
    assert part is not None and (part.part, part.whole) == (4, 5)
    assert rows["Z1"].group == rows["Z2"].group == "station"
    west = scorecard(city, replace(LEAD, area_id="QH02"), "unit", JANUARY, now=SAMPLE_NOW).rows
    assert {row.subject_id for row in west} < rows.keys() and "Z3" in {row.subject_id for row in west}
    assert "Z1" not in {row.subject_id for row in west} and rows["Z3"] in west
    own = Scope("z1", frozenset({"department"}), "QH", unit_id="Z1")
    assert [row.subject_id for row in scorecard(city, own, "unit", JANUARY, now=SAMPLE_NOW).rows] == ["Z1"]


def test_persons_are_scored_for_those_with_a_right_and_a_reason(city: Door) -> None:
    with pytest.raises(Problem) as fault:
        scorecard(city, LEAD, "worker", JANUARY, now=SAMPLE_NOW)
    assert fault.value.reason == "needs_reason"
    before = city.audit.path.read_text("utf-8").count("\n") if city.audit.path.exists() else 0
    rows = scorecard(city, LEAD.because("月度考核"), "worker", JANUARY, now=SAMPLE_NOW).rows
    assert {row.subject_id for row in rows} >= {"w01", "w03"}
    lines = city.audit.path.read_text("utf-8").splitlines()
    assert len(lines) > before and "月度考核" in lines[-1]
    some = scorecard(city, LEAD.because("月度考核"), "worker", JANUARY, area="QH01", now=SAMPLE_NOW).rows
    assert {row.subject_id for row in some} < {row.subject_id for row in rows}


@pytest.mark.parametrize("roles", [{"kiosk"}, {"analyst"}, {"department"}, {"kiosk", "leader"}])
def test_walls_and_strangers_never_see_scores_of_persons(city: Door, roles: set[str]) -> None:
    with pytest.raises(NotAllowed):
        scorecard(city, Scope("x", frozenset(roles), "QH", "why"), "worker", JANUARY, now=SAMPLE_NOW)


def test_workers_see_themselves_without_a_rank_and_the_same_score_as_their_leader(city: Door) -> None:
    own = Scope("w01", frozenset({"worker"}), "QH01", worker_id="w01")
    (mine,) = scorecard(city, own, "worker", JANUARY, now=SAMPLE_NOW).rows
    seen = scorecard(city, LEAD.because("月度考核"), "worker", JANUARY, now=SAMPLE_NOW).row("w01")
    assert seen is not None and (mine.subject_id, mine.score, mine.low) == ("w01", seen.score, seen.low)
    assert mine.parts == seen.parts and mine.rank is None


def test_calendar_periods_are_judged_by_the_weights_they_began_with() -> None:
    today = date(2026, 11, 23)
    assert deciding_day(parse("m:2026-11", today)) == date(2026, 11, 1)
    assert deciding_day(parse("30d", today)) == today


def test_the_vendor_composite_stands_beside_ours(city: Door) -> None:
    told = vendor_scores(Ask(city, LEAD, "street", JANUARY, SAMPLE_NOW))
    # east: 13 due, 11 of them in time, 11 closed (E025 open, E038 waits for its check), 12 handled, none reworked
    east = told["QH01"]
    assert (east.due, east.in_time, east.closed, east.handled, east.reworked) == (13, 11, 11, 12, 0)
    assert east.value == pytest.approx(60 * 11 / 13 + 30 * 11 / 13 + 10)
