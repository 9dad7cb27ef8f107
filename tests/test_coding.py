"""Columns of whole numbers packed for the wire: every number comes back, the smallest and the largest too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.coding import PLANES, STEPS, coded, decoded

RANGES = {"i2": (-(2**15), 2**15 - 1), "u2": (0, 2**16 - 1), "i4": (-(2**31), 2**31 - 1), "u1": (0, 255)}


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(sorted(RANGES)), st.sampled_from([None, PLANES, STEPS]))
def test_every_number_comes_back(data: st.DataObject, dtype: str, coding: str | None) -> None:
    values = data.draw(st.lists(st.integers(*RANGES[dtype]), max_size=30))
    column = np.array(values, dtype)
    assert decoded(coded(column, dtype, coding), dtype, coding).tolist() == values


@pytest.mark.parametrize(
    ("coding", "expected"),
    [(None, [1, 0, 3, 1, 2, 1]), (PLANES, [1, 3, 2, 0, 1, 1]), (STEPS, [1, 2, 255, 0, 1, 255])],
)
def test_low_bytes_stand_before_high_bytes(coding: str | None, expected: list[int]) -> None:
    # 1, 259 = 3 + 256, 258 = 2 + 256; steps 1, 258 = 2 + 256, -1 = 65,535
    assert list(coded(np.array([1, 259, 258]), "u2", coding)) == expected
