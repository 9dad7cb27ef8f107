"""Scores one can defend: every number below can be worked out by hand, or holds for any numbers at all."""

from __future__ import annotations

import numpy as np
import pytest

from data.analysis.card import Basis
from data.analysis.judging import judged
from data.analysis.scores import (
    Scale,
    case_draws,
    composite,
    day_draws,
    generator,
    grade,
    interval,
    ranks,
    scaled,
    shrunk,
)
from data.analysis.vendor_score import VendorScore
from data.analysis.weights import Rule, WeightSet
from data.intervals import wilson

RISING = Scale(floor=0.6, passing=0.8, target=0.95, stretch=1.0)
FALLING = Scale(floor=0.2, passing=0.1, target=0.03, stretch=0.0)


@pytest.mark.parametrize(
    ("value", "score"),
    [(0.5, 0), (0.6, 0), (0.7, 30), (0.8, 60), (0.875, 75), (0.95, 90), (0.975, 95), (1.0, 100)],
)
def test_a_value_is_worth_what_lies_on_the_line_between_its_marks(value: float, score: float) -> None:
    assert scaled(value, RISING) == pytest.approx(score)


@pytest.mark.parametrize(("value", "score"), [(0.3, 0), (0.2, 0), (0.15, 30), (0.1, 60), (0.03, 90), (0.0, 100)])
def test_where_lower_is_better_the_line_falls(value: float, score: float) -> None:
    assert scaled(value, FALLING) == pytest.approx(score)


def test_six_of_seven_are_pulled_towards_the_mean_of_their_group() -> None:
    assert float(shrunk(6, 7, 0.97, 50)) == pytest.approx((6 + 0.97 * 50) / 57)
    assert round(float(shrunk(6, 7, 0.97, 50)) * 100, 1) == 95.6
    assert round(float(shrunk(22, 22, 0.97, 50)) * 100, 1) == 97.9


def test_a_large_district_keeps_its_own_rate() -> None:
    assert round(float(shrunk(23_974, 24_932, 0.97, 50)) * 100, 1) == 96.2
    assert round(23_974 / 24_932 * 100, 1) == 96.2


def test_seven_tickets_say_next_to_nothing_and_their_interval_shows_it() -> None:
    low, high = wilson(6, 7) or (0, 0)
    assert (round(low * 100, 1), round(high * 100, 1)) == (48.7, 97.4)


def test_a_score_is_the_weighted_mean_of_what_has_data() -> None:
    scores = np.array([[90.0, 60.0, np.nan], [np.nan, np.nan, np.nan]])
    mean, data = composite(scores, np.array([20.0, 10.0, 10.0]))
    assert mean[0] == pytest.approx((20 * 90 + 10 * 60) / 30)
    assert data.tolist() == [0.75, 0.0] and np.isnan(mean[1])


def test_grades_begin_at_their_cut_offs() -> None:
    cuts = (90.0, 80.0, 60.0)
    told = [grade(score, cuts) for score in (90.0, 89.9, 80.0, 79.9, 60.0, 59.9, None)]
    assert told == ["excellent", "good", "good", "fair", "fair", "poor", None]
    assert grade(85.0, (80.0, 70.0, 50.0)) == "excellent"


def test_only_a_whole_interval_above_takes_the_better_place() -> None:
    places = ranks([80, 86, 70, 40], [90, 95, 79, 50])
    assert [place.rank for place in places] == [1, 1, 3, 4]
    assert [place.shared for place in places] == [True, True, False, False]


def test_without_lent_cases_the_draws_are_those_of_resampled_cases() -> None:
    drawn = case_draws(90, 100, (0.5, 0.0), (generator("a"), 20_000))
    cases = np.r_[np.ones(90), np.zeros(10)]
    plain = np.random.default_rng(1).choice(cases, (20_000, 100)).mean(axis=1)
    assert drawn.mean() == pytest.approx(0.9, abs=0.002)
    assert drawn.std() == pytest.approx(plain.std(), rel=0.03)
    assert np.percentile(drawn, [2.5, 97.5]) == pytest.approx(np.percentile(plain, [2.5, 97.5]), abs=0.011)


def test_seven_of_seven_are_not_certain() -> None:
    drawn = case_draws(7, 7, (0.9, 20.0), (generator("b"), 2_000))
    low, high = interval(drawn)
    assert low < 0.9 and high == 1.0
    assert float(drawn.mean()) == pytest.approx(float(shrunk(7, 7, 0.9, 20.0)), abs=0.01)


def test_days_are_drawn_whole() -> None:
    even = np.array([[80.0, 100.0]] * 10)
    drawn = day_draws(even, (0.5, 0.0), (generator("c"), 500))
    assert np.ptp(drawn) == pytest.approx(0.0, abs=1e-12)
    uneven = np.array([[100.0, 100.0], [0.0, 100.0]])
    assert sorted(set(np.round(day_draws(uneven, (0.5, 0.0), (generator("d"), 500)), 6))) == [0.0, 0.5, 1.0]


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    truths, inside, n = np.linspace(0.55, 0.95, 9), 0, 0
    dice = np.random.default_rng(7)
    for truth in truths:
        for _ in range(120):
            part = dice.binomial(200, truth)
            low, high = interval(case_draws(part, 200, (float(truths.mean()), 0.0), (dice, 400)))
            inside, n = inside + (low <= truth <= high), n + 1
    assert 0.92 <= inside / n <= 0.98


def test_the_same_words_draw_the_same_numbers_and_others_draw_others() -> None:
    first, again, other = (generator(*words).random() for words in (("m", "x"), ("m", "x"), ("m", "y")))
    assert first == again != other


def rules(**more: float) -> WeightSet:
    rule = Rule("on_time_handling", 10.0, RISING, 50.0, "case")
    told = {"fewest": 30, "peers": 5, "least_data": 0.7, "draws": 500} | more
    return WeightSet("t", "unit", 0, None, (rule,), (90.0, 80.0, 60.0), **told)  # type: ignore[arg-type]


def basis(units: list[tuple[int, int]]) -> Basis:
    """Units given as part and whole, all of one group, shrunk to 0.97 with k = 50."""
    names = tuple(f"u{at}" for at in range(len(units)))
    draws = [
        case_draws(part, whole, (0.97, 50.0), (generator(name), 500))
        for name, (part, whole) in zip(names, units, strict=True)
    ]
    scores = [[float(scaled(shrunk(part, whole, 0.97, 50.0), RISING))] for part, whole in units]
    return Basis(
        ids=names,
        metrics=("on_time_handling",),
        groups=("department",) * len(units),
        n=tuple(whole for _, whole in units),
        scores=np.array(scores),
        before=np.full((len(units), 1), np.nan),
        draws=np.array([scaled(drawn, RISING) for drawn in draws])[:, None, :].astype(np.float32),
    )


def test_the_unit_with_seven_tickets_is_not_the_last_of_its_city() -> None:
    units = [(6, 7), (23_974, 24_932), (970, 1000), (480, 500), (291, 300), (194, 200), (97, 100)]
    told = judged(basis(units), rules())
    assert (told[0].why, told[0].rank, told[0].grade) == ("few", None, None)
    assert told[0].distance == pytest.approx((told[0].score or 0) - 90)
    assert all(row.rank is not None for row in told[1:])


def test_counted_all_the_same_the_unit_with_seven_tickets_shares_its_place() -> None:
    units = [(6, 7), (970, 1000), (480, 500), (291, 300), (194, 200), (97, 100)]
    told = judged(basis(units), rules(fewest=1))
    assert told[0].shared and told[0].rank == 1


def test_fewer_than_five_peers_are_told_their_distance_and_no_rank() -> None:
    told = judged(basis([(900, 1000)] * 4), rules())
    assert {row.why for row in told} == {"peers"} and all(row.rank is None and row.grade for row in told)
    assert judged(basis([(900, 1000)] * 5), rules())[0].rank == 1


def test_too_little_data_is_no_score_and_not_a_bad_one() -> None:
    two = WeightSet(
        "t",
        "unit",
        0,
        None,
        (*rules().rules, Rule("rework", 10.0, FALLING, 20.0, "case")),
        (90.0, 80.0, 60.0),
        30,
        5,
        0.7,
        500,
    )
    one = basis([(900, 1000)] * 5)
    nothing = np.full((5, 1), np.nan)
    half = Basis(
        one.ids,
        ("on_time_handling", "rework"),
        one.groups,
        one.n,
        np.hstack([one.scores, nothing]),
        np.hstack([one.before, nothing]),
        np.concatenate([one.draws, np.full_like(one.draws, np.nan)], axis=1),
    )
    told = judged(half, two)
    assert {(row.score, row.why, row.grade, row.low) for row in told} == {(None, "no_data", None, None)}


def test_the_vendor_composite_is_sixty_thirty_ten() -> None:
    # 8 of 10 in time, 9 of 10 closed, 1 of 9 handled ones reworked
    assert VendorScore(10, 8, 9, 9, 1).value == pytest.approx(60 * 0.8 + 30 * 0.9 + 10 * (1 - 1 / 9))
    assert VendorScore(0, 0, 0, 0, 0).value is None
