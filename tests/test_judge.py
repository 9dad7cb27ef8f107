from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from data.rules import flag_bits, uncounted
from etl.judge import judge
from tests.walks import LIMITS, fix, table, walk


def flagged(rows, name):
    """Positions of the fixes that carry a flag."""
    return list(np.flatnonzero(judge(table(rows), LIMITS) & flag_bits()[name]))


def patrol(n=20, step=60.0):
    """A walk east at 1.2 m/s."""
    seconds = np.arange(n) * step
    return walk(seconds, 1.2 * seconds)


def moved(rows, positions, metres):
    """The same fixes, some of them carried north."""
    degrees = metres / 111_000
    return [{**row, "lat": row["lat"] + degrees * (i in positions)} for i, row in enumerate(rows)]


def test_an_ordinary_patrol_carries_no_flag():
    assert not judge(table(patrol()), LIMITS).any()


def test_a_lone_outlier_is_flagged_and_the_good_fixes_around_it_are_not():
    assert flagged(moved(patrol(), {7}, 5_000), "jump") == [7]


@pytest.mark.parametrize("position", [0, 19])
def test_an_outlier_at_either_end_of_the_day_is_flagged_alone(position):
    assert flagged(moved(patrol(), {position}, 5_000), "jump") == [position]


def test_two_outliers_apart_are_both_flagged():
    assert flagged(moved(patrol(), {5, 12}, 8_000), "jump") == [5, 12]


def test_a_few_fixes_at_a_distant_mast_are_all_flagged():
    assert flagged(moved(patrol(), {5, 6, 7}, 5_000), "jump") == [5, 6, 7]


def test_a_phone_that_wakes_up_at_an_old_place_does_not_condemn_the_true_ones():
    rows = moved(patrol(), {0, 5}, 5_000)
    assert flagged(rows, "jump") == [0, 5]
    rows = moved(patrol(), {0, 1, 9}, 5_000)  # the old place twice, then the truth, then the old place once
    assert flagged(rows, "jump") == [9]


def test_small_hops_at_one_fix_a_second_condemn_nothing_between_them():
    east = np.arange(120) * 1.2
    east[20:60] += 40  # tall houses: a hop of 40 m there, 38 s of walking, and no return to where it began
    east[60:] += 90
    assert flagged(walk(np.arange(120), east), "jump") == []


def test_a_drive_after_a_gap_is_not_a_jump():
    there = [fix(3_600 + row * 60, 20_000) for row in range(10)]  # 18.6 km in 40 min
    assert flagged([*patrol(), *there], "jump") == []


def test_whoever_leaps_and_stays_has_moved():
    there = [fix(1_140 + 60 * (row + 1), 9_000) for row in range(20)]  # 7.6 km within a minute, then there
    assert flagged([*patrol(), *there], "jump") == []


def test_another_worker_far_away_is_no_jump():
    far = moved(patrol(), set(range(20)), 9_000)
    assert flagged([*patrol(), *({**row, "worker_id": "w2"} for row in far)], "jump") == []


def test_two_fixes_within_a_second_are_not_a_jump():
    rows = [fix(0), fix(0.999, 1), fix(1.001, 16), fix(2, 2)]  # 15 m of noise within 2 ms
    assert flagged(rows, "jump") == []


def test_an_inaccurate_fix_is_flagged_and_accuses_nobody():
    rows = moved(patrol(), {7}, 5_000)
    rows[7]["accuracy_m"] = 1_500.0
    rows[9]["accuracy_m"] = 100.0  # as good as allowed
    assert flagged(rows, "inaccurate") == [7]
    assert flagged(rows, "jump") == []


def test_coordinates_that_stand_still_while_the_phone_says_it_moves_are_frozen():
    rows = [*walk(np.arange(5) * 60, 0, speed_mps=0.0), *walk(300 + np.arange(17) * 60, 0, speed_mps=1.4)]
    assert flagged(rows, "frozen") == list(range(5, 22))


def test_standing_still_is_not_frozen():
    assert flagged(walk(np.arange(60) * 60, 0, speed_mps=0.1), "frozen") == []
    assert flagged(walk(np.arange(60) * 60, 0), "frozen") == []


def test_the_same_place_for_less_than_the_threshold_is_not_frozen():
    assert flagged(walk(np.arange(15) * 60, 0, speed_mps=1.4), "frozen") == []  # 14 min


def test_a_silence_is_no_evidence_of_frozen_coordinates():
    rows = walk([0, 60, 3_600, 3_660], 0, speed_mps=1.4)
    assert flagged(rows, "frozen") == []


def test_a_fix_outside_every_grid_is_marked_and_still_counts():
    rows = [fix(0), fix(60, area_id="city~")]
    assert flagged(rows, "outside") == [1]
    assert not flag_bits()["outside"] & uncounted()


def test_a_fix_received_more_than_a_day_later_is_late():
    rows = table([fix(0), fix(60), fix(120)])
    delays = (timedelta(hours=24), timedelta(hours=24, seconds=1), None)
    received = [None if d is None else t + d for t, d in zip(rows["fixed_at"].to_pylist(), delays, strict=True)]
    flags = judge(rows.append_column("received_at", pa.array(received, pa.timestamp("us"))), LIMITS)
    assert list(flags) == [0, flag_bits()["late"], 0]


def test_no_fixes_have_no_flags():
    assert len(judge(table([]), LIMITS)) == 0
