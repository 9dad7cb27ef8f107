"""Odd tracks: each kind of forgery is found where it was planted, and what people really do is left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from etl.crew import Crew
from etl.derive import derive_day
from etl.suspicion import compared
from tests.walks import CONFIG, DAY, at, fix, table, walk

CREW = Crew({}, {}, "city")


def suspected(rows: list[dict[str, Any]], kind: str | None = None) -> list[dict[str, Any]]:
    tables = derive_day(DAY, table(rows), CREW, CONFIG)
    found = tables["suspicion"].to_pylist() + compared(DAY, tables["track"], CONFIG).to_pylist()
    return [row for row in found if kind in (None, row["kind"])]


def stroll(seed: int, n: int = 180, step: float = 20.0, noise: float = 2.6) -> tuple[Any, Any, Any]:
    """Seconds, east and north of somebody on foot who turns about and now and then slows down."""
    rng = np.random.default_rng(seed)
    heading = np.cumsum(rng.normal(0, 0.35, n))
    pace = rng.uniform(0.7, 1.5, n) * step
    way = np.cumsum([pace * np.cos(heading), pace * np.sin(heading)], axis=1)
    return np.arange(n) * step, *(way + rng.normal(0, noise, (2, n)))


def test_a_crowd_of_honest_walkers_and_desk_workers_raises_nothing() -> None:
    rows = []
    for number in range(30):
        seconds, east, north = stroll(number)
        rows += walk(seconds, east + 300 * (number % 3), north, worker_id=f"w{number}")
        rng = np.random.default_rng(100 + number)  # one office, an hour and a half: nobody moves
        rows += walk(5_000 + np.arange(270) * 20, *rng.normal(0, 4, (2, 270)), worker_id=f"w{number}")
    assert suspected(rows) == []


def test_a_phone_that_leaps_there_and_back_three_times_is_shown_with_its_six_leaps() -> None:
    seconds = np.arange(60) * 60.0
    rows = walk(seconds, 1.2 * seconds)
    for i in (10, 25, 40):
        rows[i] = fix(seconds[i], 1.2 * seconds[i], 5_000)
    (row,) = suspected(rows, "teleport")
    assert (row["worker_id"], row["measure"]) == ("w1", 6)
    assert (row["starts_at"], row["ends_at"]) == (at(600), at(41 * 60))
    assert suspected(rows[:40], "teleport") == []  # twice there and back


def test_a_phone_that_hops_from_place_to_place_and_stays_is_shown_too() -> None:
    rows = [fix(60 * i, 4_000 * (i // 10) + 3 * (i % 2)) for i in range(70)]
    (row,) = suspected(rows, "teleport")
    assert row["measure"] == 6


def test_a_distant_mast_that_admits_its_inaccuracy_is_no_leap() -> None:
    rows = walk(np.arange(60) * 60.0, 1.2 * np.arange(60) * 60)
    for i in range(5, 55, 5):
        rows[i] = fix(60 * i, 72 * i, 5_000, accuracy_m=2_000.0)
    assert suspected(rows, "teleport") == []


def test_coordinates_that_only_take_steps_of_a_lattice_are_shown_also_after_a_conversion() -> None:
    seconds, east, north = stroll(1)
    rows = walk(seconds, east, north)
    honest = suspected(rows, "lattice")
    for row in rows:
        row["lon"], row["lat"] = round(row["lon"], 4) + 0.0048123, round(row["lat"], 4) - 0.0021987
    (found,) = suspected(rows, "lattice")
    assert honest == []
    assert found["measure"] == 1.0


def test_six_decimals_of_a_slow_walk_at_one_fix_a_second_are_no_lattice() -> None:
    seconds, east, north = stroll(2, n=1_500, step=1.0, noise=0.5)
    assert suspected(walk(seconds, east, north), "lattice") == []


def test_one_speed_for_half_an_hour_is_shown_with_the_speed() -> None:
    seconds = np.arange(120) * 15.0
    rows = walk(seconds, 1.4 * seconds)
    (found,) = suspected(rows, "even_speed")
    assert found["measure"] == pytest.approx(1.4, rel=0.02)
    assert suspected(rows[:70], "even_speed") == []  # 17 min are too short to tell


def test_a_walker_with_a_tempo_of_their_own_is_not_perfectly_even() -> None:
    seconds = np.arange(200) * 20.0
    rng = np.random.default_rng(3)
    east, north = rng.normal(0, 2.6, (2, 200))
    assert suspected(walk(seconds, 1.2 * seconds + east, north), "even_speed") == []


def test_two_phones_in_one_pocket_are_shown_for_both_with_the_way_they_share() -> None:
    seconds, east, north = stroll(4, noise=0.0)
    rng = np.random.default_rng(5)
    rows = []
    for worker, shift in (("w1", 0.0), ("w2", 4.0)):  # the second phone reports four seconds later
        x, y = (np.interp(seconds + shift, seconds, axis) + rng.normal(0, 2, len(axis)) for axis in (east, north))
        rows += walk(seconds + shift, x, y, worker_id=worker)
    first, second = suspected(rows, "together")
    assert [(r["worker_id"], r["other_id"]) for r in (first, second)] == [("w1", "w2"), ("w2", "w1")]
    assert (first["ends_at"] - first["starts_at"]).total_seconds() > 3_000
    assert 3_000 < first["measure"] < 5_000  # 1.1 m/s for an hour, and some noise


def test_colleagues_in_one_office_or_on_one_street_twenty_metres_apart_are_not_together() -> None:
    seconds, east, north = stroll(6)
    rng = np.random.default_rng(7)
    rows = walk(seconds, east, north) + walk(seconds, east, north + 20, worker_id="w2")
    rows += [
        row
        for worker in ("w3", "w4")
        for row in walk(np.arange(300) * 20, *rng.normal(0, 3, (2, 300)), worker_id=worker)
    ]
    assert suspected(rows, "together") == []


@pytest.mark.parametrize("worker", ["w1", "w2"])
def test_a_track_sent_again_later_is_shown_with_whose_it_was(worker: str) -> None:
    seconds, east, north = stroll(8)
    rng = np.random.default_rng(9)
    again = walk(7_203 + seconds, *(axis + rng.normal(0, 1, 180) for axis in (east, north)), worker_id=worker)
    (found,) = suspected(walk(seconds, east, north) + again, "replay")
    assert (found["worker_id"], found["other_id"]) == (worker, "w1")
    assert found["starts_at"] < at(7_203 + 900) and found["ends_at"] > at(7_203 + 2_700)
    assert found["measure"] > 2_000


def test_the_same_round_walked_again_at_ones_own_pace_is_no_replay() -> None:
    _, east, north = stroll(10, noise=0.0)
    rng = np.random.default_rng(11)
    rows = []
    for start in (0, 8_000, 16_000):
        clock = np.cumsum(rng.uniform(15, 30, 180))
        rows += walk(start + clock, *(axis + rng.normal(0, 2.6, 180) for axis in (east, north)))
    assert suspected(rows, "replay") == []


def test_a_phone_left_lying_all_day_is_shown_with_the_metres_its_drift_would_claim() -> None:
    rng = np.random.default_rng(12)
    east, north = rng.normal(0, 5, (2, 900))
    (found,) = suspected(walk(np.arange(900) * 20, east, north, speed_mps=1.1), "left")
    assert found["measure"] == pytest.approx(np.hypot(np.diff(east), np.diff(north)).sum(), rel=1e-3)
    assert suspected(walk(np.arange(600) * 20, east[:600], north[:600]), "left") == []  # 3 h 20 min


def test_whoever_goes_out_for_half_an_hour_did_not_leave_the_phone_lying() -> None:
    rng = np.random.default_rng(13)
    rows = walk(np.arange(900) * 20, *rng.normal(0, 5, (2, 900)))
    seconds, east, north = stroll(14, n=120)
    assert suspected(rows + walk(18_100 + seconds, east, north), "left") == []


def test_the_order_of_fixes_and_of_workers_changes_nothing() -> None:
    seconds, east, north = stroll(15)
    rows = walk(seconds, east, north) + walk(seconds + 4_000, east, north, worker_id="w2")
    mixed = [rows[i] for i in np.random.default_rng(16).permutation(len(rows))]
    assert suspected(rows) == suspected(mixed) and len(suspected(rows)) == 1
