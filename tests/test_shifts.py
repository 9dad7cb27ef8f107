"""Who is on duty now and until when: spans that touch, leave in the middle, and the second duty ends in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.config import make_config
from data.loop.shifts import Shifts, merged, without
from data.schema import conform
from data.warehouse import Warehouse
from etl.publish import publishing

DAY = datetime(2026, 1, 5)


def at(clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


ROSTER = [
    ("morning", "duty", "8:00", "12:00"),
    ("whole day", "duty", "8:00", "12:00"),
    ("whole day", "duty", "12:00", "18:00"),
    ("doctor", "duty", "8:00", "12:00"),
    ("doctor", "leave", "9:30", "10:30"),
    ("away", "duty", "8:00", "12:00"),
    ("away", "leave", "0:00", "24:00"),
]


@pytest.fixture
def shifts(tmp_path: Path) -> Shifts:
    config = make_config(tmp_path, {})
    rows = [{"worker_id": w, "kind": k, "starts_at": at(a), "ends_at": at(b)} for w, k, a, b in ROSTER]
    area = {"area_id": ["city"], "level": ["city"], "name": ["city"]}
    with publishing(config) as draft:
        draft.append("area", conform("area", pa.table(area)))
        draft.append("roster", conform("roster", pa.Table.from_pylist(rows)))
    return Shifts(Warehouse(config))


@pytest.mark.parametrize(
    ("clock", "ends"),
    [
        ("7:59", {}),
        ("8:00", {"morning": "12:00", "whole day": "18:00", "doctor": "9:30"}),
        ("9:30", {"morning": "12:00", "whole day": "18:00"}),
        ("10:30", {"morning": "12:00", "whole day": "18:00", "doctor": "12:00"}),
        ("11:59", {"morning": "12:00", "whole day": "18:00", "doctor": "12:00"}),
        ("12:00", {"whole day": "18:00"}),
        ("18:00", {}),
    ],
)
def test_duty_runs_to_its_end_or_to_the_next_leave(shifts: Shifts, clock: str, ends: dict[str, str]) -> None:
    assert shifts.ends(at(clock)) == {worker: at(end) for worker, end in ends.items()}


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=6)


@given(duty=SPANS, leave=SPANS)
def test_every_minute_is_duty_where_the_roster_says_so_and_no_leave_does(
    duty: list[tuple[int, int]], leave: list[tuple[int, int]]
) -> None:
    spans, gone = ([(DAY + timedelta(minutes=a), DAY + timedelta(minutes=a + n)) for a, n in x] for x in (duty, leave))
    left = without(merged(sorted(spans)), gone)
    for minute in (DAY + timedelta(minutes=n) for n in range(60)):
        on_duty = any(a <= minute < b for a, b in spans) and not any(a <= minute < b for a, b in gone)
        assert sum(a <= minute < b for a, b in left) == on_duty
