"""Trends and how hot spots came about."""

from __future__ import annotations

import numpy as np
import pymannkendall
import pytest

from data.analysis.emerging import emerging
from data.analysis.trend import mann_kendall

HOT = {
    "new": "000000000001",
    "consecutive": "000000000111",
    "intensifying": "111111111111",
    "diminishing": "111111111111",
    "persistent": "111110111111",
    "sporadic": "010010001001",
    "oscillating": "0-0010001001",
    "historical": "111111111110",
    "cold_new": "00000000000-",
    "cold_oscillating": "01000-00-00-",
    None: "000110000000",
}
TREND = {"intensifying": 3.0, "diminishing": -3.0}


@pytest.mark.parametrize("name", HOT)
def test_each_class_by_its_history(name: str | None) -> None:
    signed = np.array([[{"0": 0, "1": 2, "-": -2}[step] for step in HOT[name]]], np.int8)
    assert emerging(signed, np.array([TREND.get(name or "", 0.0)])) == [name]


def test_a_cold_step_is_never_taken_for_a_hot_one() -> None:
    # Counted without sign, the second would be hot twice and no new one.
    signed = np.array([[0] * 11 + [-3], [-3] + [0] * 10 + [3]], np.int8)
    assert emerging(signed, np.zeros(2)) == ["cold_new", "new"]


def test_too_few_steps_have_no_class() -> None:
    assert emerging(np.ones((3, 9), np.int8), np.zeros(3)) == [None, None, None]


@pytest.mark.parametrize("seed", range(20))
def test_mann_kendall_equals_the_reference_library_ties_included(seed: int) -> None:
    random = np.random.default_rng(seed)
    series = random.integers(0, 6, (5, 24)).astype(float)
    score, z, tau = mann_kendall(series)
    for row in range(5):
        theirs = pymannkendall.original_test(series[row])
        assert score[row] == theirs.s
        assert z[row] == pytest.approx(theirs.z, abs=1e-12)
        assert tau[row] == pytest.approx(theirs.Tau, abs=1e-12)


def test_a_flat_series_has_no_trend() -> None:
    score, z, tau = mann_kendall(np.ones((1, 12)))
    assert (score[0], z[0], tau[0]) == (0, 0, 0)
